"""Words are split as BERT's uncased tokenizer splits them."""

import pytest

from bot.semantic.wordpiece import LONGEST, WordPiece
from tests.semantic.tiny_model import WORDS

PIECES = WordPiece({word: number for number, word in enumerate(WORDS)})


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Graph", ["graph"]),
        ("graphs, NEURAL", ["graph", "##s", ",", "neural"]),
        ("cookings", ["cook", "##ing", "##s"]),
        ("gráph\u200b", ["graph"]),
        ("graph\tneural\nstranger", ["graph", "neural", "[UNK]"]),
        ("graph\x00s", ["graph", "##s"]),
        ("語語", ["語", "語"]),
        ("[CLS]", ["[UNK]", "[UNK]", "[UNK]"]),
        ("graph" * 30, ["[UNK]"]),
        ("", []),
    ],
)
def test_splits(text: str, pieces: list[str]) -> None:
    assert [WORDS[number] for number in PIECES.encode(text)] == ["[CLS]", *pieces, "[SEP]"]


def test_reads_no_more_than_the_model_can() -> None:
    numbers = PIECES.encode("graph " * 500)

    assert len(numbers) == LONGEST
    assert numbers[-1] == WORDS.index("[SEP]")
