"""Names written as one word: "@DrJimFan", "/r/StableDiffusion", "TheInformation"."""

from __future__ import annotations

import re

from rag.facts import Name, names

_HANDLE = re.compile(r"@(\w{4,})|\[@?(\w{4,})\]")
_WORD = re.compile(r"[\w.-]{5,}")
SHORTEST = 6  # letters of a name that may stand within a longer word
SURNAME = 4  # letters that a surname needs to be told by


class Handles:
    """The handles and one-word names of a text.

    :param text: Markdown or plain
    """

    def __init__(self, text: str) -> None:
        self._handles = tuple(_bare(one or two) for one, two in _HANDLE.findall(text))
        self._words = {_bare(word) for word in _WORD.findall(text)}
        self._runs = {_bare(name.text) for name in names(text) if len(name.tokens) > 1}

    def word(self, token: str) -> bool:
        """Whether a word of somebody's name stands in a handle: "LeCun" in "@ylecun"."""
        return len(token) >= SURNAME and any(token in handle for handle in self._handles)

    def name(self, name: Name) -> bool:
        """Whether a name of two words or more stands in one word: "Jason Wei", "@_jasonwei".

        Of a person's first name the handle may hold the beginning, or something after it. A name of
        one word may stand in two: "xAI" as "X AI".
        """
        tokens = [_bare(re.sub(r"['’]s?$", "", token)) for token in name.tokens]
        whole = "".join(tokens)
        if whole in self._runs:
            return True
        if len(tokens) < 2 or not all(tokens):
            return False
        if len(whole) >= SHORTEST and any(whole in word for word in self._words):
            return True
        first, last = tokens[0], tokens[-1]
        if len(tokens) > 3 or not (first + last).isalpha():
            return False
        return any(self._of(handle, first, last) for handle in self._handles)

    @staticmethod
    def _of(handle: str, first: str, last: str) -> bool:
        """Whether a handle is made of a person's names: "sama", "clattner_llvm", "johnohallman",
        "sarahookr", "karpathy"."""
        if handle in (first + last[0], last + first) or (handle == last and len(last) >= SHORTEST):
            return True
        if len(first) > SURNAME and re.fullmatch(rf"{first}\d+\w?", handle):  # "dylan522p"
            return True
        if re.fullmatch(rf"{first}.{last}", handle):  # with a second initial: "AndrewYNg"
            return True
        if len(last) < SURNAME:
            return False
        rest = handle.removeprefix(first)
        if rest != handle and len(rest) >= SURNAME and rest[0] == last[0] and _shortens(rest, last):
            return True
        before, found, _ = handle.partition(last)
        return bool(found and before) and (first in before or first.startswith(before))


def _shortens(short: str, word: str) -> bool:
    """Whether ``short`` is ``word`` with letters left out."""
    letters = iter(word)
    return all(letter in letters for letter in short)


def _bare(word: str) -> str:
    """The letters and digits of a word, in small letters."""
    return re.sub(r"[\W_]+", "", word).casefold()
