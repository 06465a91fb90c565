"""Messages that come back, as mail servers and providers write them."""

TAG = "abcdefghij234567klmn"
REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: {to}
{headers}Subject: Undelivered mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver it.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Tue, 10 Mar 2026 12:00:00 +0000

Final-Recipient: rfc822; ada@example.org
Action: {action}
Status: {status}

--b
Content-Type: message/rfc822

From: papers@example.org
To: ada@example.org
Subject: Trending papers

--b--
"""
COMPLAINT = """\
From: fbl@provider.example
To: {to}
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is a complaint about a message that was received.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider-FBL/1.0
Version: 1
{told}
--b
Content-Type: {attached}

{returned}From: papers@example.org
To: redacted@provider.example
Subject: Trending papers

--b--
"""
RETURNED = f"Return-Path: <returns+{TAG}@example.org>\n"


def complaint(
    *,
    to: str = "fbl@example.org",
    kind: str = "abuse",
    told: str = "",
    attached: str = "message/rfc822",
    returned: str = "",
) -> bytes:
    return COMPLAINT.format(to=to, kind=kind, told=told, attached=attached, returned=returned).encode()


def report(
    *, to: str = f"returns+{TAG}@example.org", action: str = "failed", status: str = "5.1.1", headers: str = ""
) -> bytes:
    return REPORT.format(to=to, action=action, status=status, headers=headers).encode()
