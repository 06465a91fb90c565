"""Mail that comes back: what is believed of a report, and what is not."""

import pytest

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
