"""The messages that are kept whole. `python -m tests.adapters.email.golden` writes them anew, to be looked at first."""

from pathlib import Path

from adapters.email.letters import sheet_of
from adapters.email.message import Envelope, message
from adapters.email.render import message_of, render
from bot import cards
from bot.models import Counts, ScorePart, Topics
from bot.ports import Letter, LetterKind, Payload
from bot.views import View
from tests.adapters.email.stage import SENDER, SITE
from tests.adapters.examples import EXAMPLES
from tests.builders import NOON, make_digest, make_paper, make_ranked

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "email"
STORIES = (
    ("Sparse attention needs no teacher: a cheap rule finds the heads that matter", "Heads are chosen by a rule."),
    ("A small model that reads long proofs", "It follows references over forty pages."),
    ("Robots that fold shirts they have never seen", "A policy learned from watching hands."),
    ("注意機構を疎にする", ""),
)
RANKED = tuple(
    make_ranked(
        make_paper(
            f"2603.0000{rank}",
            title=title,
            summary=summary or None,
            abstract="",
            github_repo="example/attention" if rank == 1 else None,
            authors=("Ada Example", "Ben Sample", "Cleo Instance", "Dan Specimen")[: rank + 1],
        ),
        rank=rank,
        counts=Counts(upvotes=80 - 9 * rank, github_stars=1204 if rank == 1 else None, comments=rank),
        parts=(
            ScorePart(signal="upvotes", value=9.0, unit="upvotes", part=1.0, text=f"{9 - rank} upvotes an hour"),
            ScorePart(signal="age", value=2.0, unit="days", part=-0.5, text="it is 2 days old"),
        ),
    )
    for rank, (title, summary) in enumerate(STORIES, 1)
)
VIEWS: dict[str, View] = {
    "digest": cards.digest_post(
        make_digest(*RANKED, considered=214, matched=4, topics=Topics(include=("attention",))), command="/papers"
    ),
    "hostile_digest": EXAMPLES["digest"],
    "quiet_digest": EXAMPLES["quiet_digest"],
}
LETTERS = {
    "confirm": Letter(
        kind=LetterKind.CONFIRM,
        address="ada@example.org",
        link=f"{SITE}/confirm/{'t' * 160}",
        settings=(("When", "daily at 07:30 (Europe/Berlin) on weekdays"), ("Topics", "any of “robotics”, “agents”")),
    ),
    "preferences": Letter(
        kind=LetterKind.PREFERENCES, address="ada@example.org", link=f"{SITE}/preferences/{'t' * 160}"
    ),
}


def payloads() -> dict[str, Payload]:
    found = {name: render(view, SITE)[0] for name, view in VIEWS.items()}
    return found | {name: message_of(sheet_of(letter), SITE) for name, letter in LETTERS.items()}


def written(name: str, payload: Payload) -> bytes:
    """The whole message to Ada."""
    links = {purpose: f"{SITE}/{purpose}/{purpose[0] * 160}" for purpose in ("unsubscribe", "preferences")}
    unsubscribe = links["unsubscribe"] if name in VIEWS else ""
    envelope = Envelope(
        sender=SENDER, recipient="ada@example.org", key="0" * 24, at=NOON, links=links, unsubscribe=unsubscribe
    )
    return message(payload, envelope)


def write() -> None:
    for name, payload in payloads().items():
        (FOLDER / f"{name}.eml").write_bytes(written(name, payload))


if __name__ == "__main__":
    write()
