"""Mail that comes back: what is believed of a report, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.email.bounces import Return, read_return

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


def read(raw: bytes, recipient: str | None = None) -> Return | None:
    return read_return(raw, "returns@example.org", recipient=recipient)


def test_a_final_report_names_whose_it_was() -> None:
    assert read(report()) == Return(TAG, final=True, status="5.1.1")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", ""])
def test_only_a_failure_is_final(action: str) -> None:
    found = read(report(action=action, status="4.4.1"))
    assert found is not None
    assert (found.final, found.status) == (False, "4.4.1")


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_address_it_came_to_is_where_servers_write_it(name: str) -> None:
    found = read(report(to="MAILER-DAEMON", headers=f"{name}: Returns+{TAG.upper()}@Example.org\n"))
    assert found is not None
    assert found.tag == TAG


def test_the_address_that_the_server_tells_comes_before_all_headers() -> None:
    other = "2" * 20
    found = read(report(), recipient=f"returns+{other}@example.org")
    assert found is not None
    assert found.tag == other


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: holiday\n\nI am away",
        report(to="returns@example.org"),
        report(to=f"somebody+{TAG}@example.org"),
        report(to=f"returns+{TAG}@example.com"),
        report(to="returns+short@example.org"),
        f"To: returns+{TAG}@example.org\n\nYou are not wanted".encode(),
        b"Content-Type: multipart/report; boundary=b\n" * 500,
    ],
)
def test_what_is_no_report_about_our_mail_is_none(raw: bytes) -> None:
    assert read(raw) is None


def test_the_returned_mail_itself_is_not_looked_at() -> None:
    assert read(report() + b"x" * 5_000_000) == Return(TAG, final=True, status="5.1.1")


@pytest.mark.parametrize(
    "raw",
    [
        complaint(told=f"Original-Mail-From: <returns+{TAG}@example.org>\n"),
        complaint(returned=RETURNED),
        complaint(returned=RETURNED, attached="text/rfc822-headers"),
        complaint(to=f"returns+{TAG}@example.org"),
    ],
)
def test_a_complaint_tells_whose_it_is_by_the_tag_of_the_mail(raw: bytes) -> None:
    assert read(raw) == Return(TAG, final=True, status="abuse", complaint=True)


def test_what_takes_a_complaint_back_stops_nothing() -> None:
    found = read(complaint(kind="not-spam", returned=RETURNED))
    assert found is not None
    assert not found.final


@pytest.mark.parametrize(
    "raw",
    [
        complaint(),
        complaint(kind="", returned=RETURNED),
        complaint(kind="<b>abuse</b>", returned=RETURNED),
        complaint(told="Original-Rcpt-To: ada@example.org\n"),
        complaint(returned=RETURNED.replace("example.org", "example.com")),
        complaint(returned=f"Subject: returns+{TAG}@example.org\n"),
    ],
)
def test_a_complaint_without_a_tag_of_ours_is_none(raw: bytes) -> None:
    assert read(raw) is None


@given(st.binary(max_size=400), st.sampled_from([complaint(returned=RETURNED), report()]), st.integers(0, 900))
def test_no_bytes_break_the_reader(junk: bytes, sound: bytes, place: int) -> None:
    found = read(sound[:place] + junk + sound[place:])
    assert found is None or found.tag == TAG or len(found.tag) == len(TAG)
