"""Papers named in somebody's message."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.mentions import papers_in
from bot.mentioned import MOST

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("text", "url", "x")), inner, max_size=3)
    ),
    max_leaves=20,
)


def test_ids_links_and_dois_are_found_once_each_in_their_order() -> None:
    text = "2603.00002v3, <https://arxiv.org/pdf/2603.00001|this> arxiv.org/abs/2603.00002; 10.1000/abc and cs/0309136."
    assert papers_in({"text": text}) == ["2603.00002", "2603.00001", "doi:10.1000/abc", "cs/0309136"]


def test_links_in_blocks_and_attachments_count() -> None:
    link = {"type": "link", "url": "https://huggingface.co/papers/2603.00003"}
    message = {
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}],
        "attachments": [{"from_url": "https://arxiv.org/abs/2603.00004"}],
    }
    assert papers_in(message) == ["2603.00003", "2603.00004"]


def test_numbers_prices_and_other_links_are_no_papers() -> None:
    assert papers_in({"text": "call 12345.67890, 1.2603.00001, https://example.org/2603.00001 at 10.30"}) == []


def test_only_so_many_are_taken_of_one_message() -> None:
    many = " ".join(f"2603.{number:05}" for number in range(300))
    assert len(papers_in({"text": many})) == MOST


@given(JSON)
def test_whatever_a_message_is_made_of_it_is_read(message: Any) -> None:
    assert isinstance(papers_in({"text": "a", "blocks": message, "attachments": message}), list)
