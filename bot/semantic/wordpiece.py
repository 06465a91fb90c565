"""Text as the numbers of word pieces, as BERT's uncased tokenizer gives them; pure.

https://github.com/google-research/bert/blob/master/tokenization.py is the reference of each rule. The common library
for this brings a hub client, two HTTP stacks and a YAML reader along, for sixty lines.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

LONGEST = 128
"""Pieces of a text that are read, the two marks around it included; the model was trained with so many."""
_LONGEST_WORD = 100
_LONGEST_TEXT = LONGEST * 40
"""Characters; no text of that many pieces is longer, save in words nobody writes."""

# Han, each character a word of its own: the blocks that the reference names.
_HAN = re.compile(
    "([\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002a6df\U0002a700-\U0002b73f\U0002b740-\U0002b81f\U0002b820-\U0002ceaf"
    "\uf900-\ufaff\U0002f800-\U0002fa1f])"
)


class WordPiece:
    """A vocabulary: pieces to numbers; pieces that continue a word begin with ##."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """KeyError: it lacks the marks [CLS], [SEP] or [UNK]."""
        self._vocabulary = vocabulary
        self._begin, self._end, self._unknown = (vocabulary[mark] for mark in ("[CLS]", "[SEP]", "[UNK]"))
        self._pieces = lru_cache(maxsize=65_536)(self._split)

    def encode(self, text: str) -> list[int]:
        """At most LONGEST numbers, the first and the last being the marks of begin and end."""
        numbers = [self._begin]
        for word in _words(text[:_LONGEST_TEXT]):
            numbers += self._pieces(word)
            if len(numbers) >= LONGEST:
                break
        return [*numbers[: LONGEST - 1], self._end]

    def _split(self, word: str) -> tuple[int, ...]:
        """The longest known piece first, then the longest that continues it, and so on."""
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        numbers: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = (end for end in range(len(word), start, -1) if prefix + word[start:end] in self._vocabulary)
            end = next(ends, None)
            if end is None:
                return (self._unknown,)
            numbers.append(self._vocabulary[prefix + word[start:end]])
            start = end
        return tuple(numbers)


def _words(text: str) -> list[str]:
    """Lower case, without accents and control characters; each mark of punctuation is a word."""
    if not text.isascii():
        text = _HAN.sub(r" \1 ", "".join(filter(None, map(_cleaned, text))))
        text = "".join(
            character for character in unicodedata.normalize("NFD", text) if unicodedata.category(character) != "Mn"
        )
    else:
        text = "".join(filter(None, map(_cleaned, text)))
    return "".join(f" {character} " if _is_punctuation(character) else character for character in text.lower()).split()


@lru_cache(maxsize=4096)
def _cleaned(character: str) -> str:
    """A space for any kind of one, nothing for what cannot be seen."""
    if character in "\t\n\r" or unicodedata.category(character) == "Zs":
        return " "
    return "" if unicodedata.category(character)[0] == "C" or character == "\ufffd" else character


@lru_cache(maxsize=4096)
def _is_punctuation(character: str) -> bool:
    """ASCII's signs such as $ and ^ count too, though Unicode calls them symbols."""
    if character.isascii():
        return not character.isalnum() and not character.isspace() and character.isprintable()
    return unicodedata.category(character)[0] == "P"
