"""Papers that a message names are found wherever it names them."""

from adapters.discord.mentioned import papers_in


def test_papers_are_found_in_text_components_and_embeds_each_once() -> None:
    message = {
        "content": "see https://arxiv.org/abs/2603.00007v2, (2603.00003)! and 2603.00007 https://example.org/x",
        "components": [{"type": 17, "components": [{"type": 10, "content": "[a](https://arxiv.org/pdf/2603.00001)"}]}],
        "embeds": [{"url": "https://huggingface.co/papers/2603.00002", "title": None}],
    }
    assert papers_in(message) == ["2603.00007", "2603.00003", "2603.00001", "2603.00002"]


def test_a_message_without_papers_has_none() -> None:
    assert papers_in({"content": "good morning, it is 12.30 o'clock", "embeds": None}) == []
