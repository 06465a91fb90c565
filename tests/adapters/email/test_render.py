"""Messages: kept ones, nothing lost, nothing from elsewhere, nothing that a header or a mail program trips over."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.email.message import Envelope, joined, message
from adapters.email.render import CLIPPED_AT, fallback, render, shown
from adapters.email.sheet import web_address
from adapters.email.sheets import SUBJECT_LENGTH
from bot import cards
from bot.mail_server import Sender
from bot.views import CardList, DigestPost, View
from tests.adapters.email.golden import FOLDER, payloads, written
from tests.adapters.email.stage import SENDER, SITE
from tests.adapters.examples import EXAMPLES
from tests.builders import NOON, make_digest, make_paper, make_ranked

PAYLOADS = payloads()
LINKS = {"unsubscribe": f"{SITE}/unsubscribe/u", "preferences": f"{SITE}/preferences/p"}


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def texts(view: View) -> tuple[str, str]:
    """HTML and text."""
    (payload,) = render(view, SITE)
    return joined(payload["html"], LINKS), joined(payload["text"], LINKS)


@pytest.mark.parametrize("name", PAYLOADS)
def test_messages_are_as_they_were_looked_at(name: str) -> None:
    assert written(name, PAYLOADS[name]) == (FOLDER / f"{name}.eml").read_bytes()


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_message_is_fit_for_every_server(name: str) -> None:
    """7 bits, CRLF alone, and lines that RFC 5322 allows."""
    raw = written(name, PAYLOADS[name])
    assert raw.isascii()
    assert raw.replace(b"\r\n", b"").isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not parsed(raw).defects
    assert not [part.defects for part in parsed(raw).walk() if part.defects]


@pytest.mark.parametrize("view", EXAMPLES.values(), ids=EXAMPLES)
def test_every_view_is_one_message_that_loads_nothing(view: View) -> None:
    html, text = texts(view)
    assert text.strip()
    assert not re.search(r"<(img|script|link|iframe|object|video|audio|form|input)\b", html, re.IGNORECASE)
    assert not re.search(r"url\(|@import|@font-face|\bsrc=|\bbackground=", html, re.IGNORECASE)
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("view", EXAMPLES.values(), ids=EXAMPLES)
def test_what_others_wrote_is_never_markup(view: View) -> None:
    html, text = texts(view)
    assert "<script>" not in html
    assert "\x1b" not in html + text
    assert "\x00" not in html + text


@pytest.mark.parametrize("view", EXAMPLES.values(), ids=EXAMPLES)
def test_no_paper_is_lost(view: View) -> None:
    html, text = texts(view)
    shown_cards = view.cards if isinstance(view, CardList | DigestPost) else ()
    for card in shown_cards:
        assert card.url in html
        assert card.url in text
        assert f"{SITE}/p/{card.ranked.paper.id}" in text


def test_a_digest_says_how_to_end_it_in_both() -> None:
    html, text = texts(EXAMPLES["digest"])
    for address in LINKS.values():
        assert f'href="{address}"' in html
        assert address in text


def test_a_refused_message_has_a_text_with_the_same_links() -> None:
    plain = fallback(EXAMPLES["digest"], SITE)
    assert "html" not in plain
    assert plain["text"] == render(EXAMPLES["digest"], SITE)[0]["text"]
    raw = message(plain, envelope())
    assert parsed(raw).get_content_type() == "text/plain"


def test_whoever_only_looks_gets_whole_texts() -> None:
    (payload,) = shown(EXAMPLES["digest"])
    assert all(isinstance(value, str) for value in payload.values())


def test_a_place_without_pages_names_none() -> None:
    (payload,) = render(EXAMPLES["digest"])
    assert "/p/" not in "".join(joined(payload["html"], LINKS))


def envelope(sender: Sender = SENDER, unsubscribe: str = "") -> Envelope:
    return Envelope(
        sender=sender, recipient="ada@example.org", key="k" * 24, at=NOON, links=LINKS, unsubscribe=unsubscribe
    )


def test_one_click_is_offered_by_https_alone() -> None:
    payload = render(EXAMPLES["digest"], SITE)[0]
    secure = parsed(message(payload, envelope(unsubscribe="https://papers.example.org/unsubscribe/t")))
    plain = parsed(message(payload, envelope(unsubscribe="http://localhost:8080/unsubscribe/t")))
    assert secure["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert plain["List-Unsubscribe"] == "<http://localhost:8080/unsubscribe/t>"
    assert plain["List-Unsubscribe-Post"] is None


def test_a_long_address_to_unsubscribe_is_one_line() -> None:
    """Broken into encoded words it would be an address no more."""
    raw = message(render(EXAMPLES["digest"], SITE)[0], envelope(unsubscribe=f"{SITE}/unsubscribe/{'x' * 300}"))
    assert f"List-Unsubscribe: <{SITE}/unsubscribe/{'x' * 300}>\r\n".encode() in raw


def test_a_name_of_the_sender_is_only_a_name() -> None:
    for name in ('Papers "daily", <eve@example.org>', "Zeitung für Ümläute", "日報", "a\r\nBcc: eve@example.org"):
        read = parsed(message(render(EXAMPLES["notice"])[0], envelope(Sender(name, "papers@example.org"))))
        assert read["From"].addresses[0].addr_spec == "papers@example.org"
        assert len(read["From"].addresses) == 1
        assert read["Bcc"] is None


NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("\r\n\x00\x1b<>&\"'{}%=.\u2028\u202e\ud800🦉")), min_size=1, max_size=120
)


@settings(deadline=None, max_examples=60)
@given(NASTY, NASTY, NASTY)
def test_nothing_that_others_write_leaves_its_place(title: str, summary: str, organization: str) -> None:
    paper = make_paper(title=title, summary=summary, organization=organization, authors=(title,))
    post = cards.digest_post(make_digest(make_ranked(paper)), command="/papers")
    html, text = texts(post)
    harmless, _ = texts(cards.digest_post(make_digest(make_ranked(make_paper(title="x"))), command="/papers"))
    assert set(re.findall(r"<(\w+)", html)) <= set(re.findall(r"<(\w+)", harmless)) | {"br"}
    raw = message(render(post, SITE)[0], envelope(unsubscribe=LINKS["unsubscribe"]))
    read = parsed(raw)
    headers = {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe"),
        *("List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
    }
    assert set(read.keys()) == headers
    assert len(read["Subject"]) <= SUBJECT_LENGTH + 10
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert paper.url in text


def test_the_longest_digest_is_not_clipped() -> None:
    papers = [
        make_ranked(
            make_paper(f"2603.{n:05}", title="t" * 300, summary="s " * 300, authors=("A. Very Long Name Indeed",) * 9),
            rank=n,
        )
        for n in range(1, 11)
    ]
    html, _ = texts(cards.digest_post(make_digest(*papers), command="/papers"))
    assert len(html.encode()) < CLIPPED_AT


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "mailto:a@b.c", "http://[", "x" * 3000, ""]
)
def test_only_web_addresses_are_links(url: str) -> None:
    assert web_address(url) == ""


def test_an_odd_address_is_encoded() -> None:
    assert web_address('https://example.org/a b"><c>\r\n') == "https://example.org/a%20b%22%3E%3Cc%3E"
