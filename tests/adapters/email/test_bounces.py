"""Mail that comes back: what is believed of a report, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.email.bounces import Return, read_return
from tests.adapters.email.bounces import RETURNED, TAG, complaint, report


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
