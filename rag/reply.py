"""What a model wrote, read sentence by sentence: marks taken out, words made safe."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer import plain
from rag.injection import visible
from rag.llm import redact
from rag.sentences import split

NO_ANSWER = "NO_ANSWER"  # what the prompt asks for where the passages don't answer
LONGEST = 600  # characters of a sentence: longer ones are lists gone wrong
ENDLESS = 4 * LONGEST  # characters in which no sentence came to an end
REPEATS = 3  # times the same sentence may be written


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply: plain words and the passage numbers it was marked with."""

    text: str
    cited: tuple[int, ...]


_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|&|and|[-–])\s*(?:passages?\s*)?\d{1,3})*"
_KEY = r"(?:(?:passage|source|article|reference|doc|document|chunk|citation)s?|ref\.?|cite|id)"
_MARK = re.compile(rf"\[\s*(?:\^|#|{_KEY}[\s:#_-]*)?\s*({_NUMBERS})\s*\]", re.I)
_SPOKEN = re.compile(rf"\(\s*(?:see\s+)?(?:passages?|sources?)\s+({_NUMBERS})\s*\)", re.I)
_LEADING = re.compile(rf"(?:\s*{_MARK.pattern})+", re.I)
_GLUED = re.compile(r"([.!?…][\"'”’)]*)(\[\s*[\d^#])")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.I)
_OPEN_THOUGHT = re.compile(r"<(think|thinking|reasoning)>(?!.*</\1>).*\Z", re.DOTALL | re.I)
_SAYS = r"(?:says?|states?|reports?|mentions?|notes?|indicates?|shows?|explains?)(?: that)?"
_BY_MARK = re.compile(
    rf"(?:\b(?:according to|as (?:stated|reported|noted|mentioned) (?:in|by)|per|based on|in|from)"
    rf"\s+)(?:the\s+)?(?:passages?\s*)?({_MARK.pattern}),?\s*",
    re.I,
)
_GIVEN = r"(?:provided|given|above)"
_PREAMBLE = re.compile(
    r"^(?:(?:the )?(?:final |short )?answer(?: to (?:the|this) question)?(?: is)?\s*:\s*"
    r"|(?:according to|based on|from|in)\s+(?:the\s+)?(?:information\s+(?:in|from)\s+(?:the\s+)?)?"
    rf"(?:{_GIVEN}\s+|numbered |news )*(?:passages?|articles?|sources?|context|information)"
    rf"(?:\s+{_GIVEN})?,?\s+(?!\d)"
    rf"|(?:the\s+)?passages?\s*(?P<n>\d{{1,3}})?\s*{_SAYS}\s+)",
    re.I,
)


_OPEN_TAG = re.compile(r"<[a-z]{0,9}\Z", re.I)
_OPEN_MARK = re.compile(r"[\[(][^\])]{0,40}\Z")  # a mark of which the end hasn't come yet
_NEXT_ITEM = re.compile(r"\n\s*(?:[-*+•]|\(?\d{1,3}[.)])\s*\Z")


class Reader:
    """Turns a growing reply into finished sentences; a sentence may have marks after its stop."""

    def __init__(self) -> None:
        self._buffer = ""
        self._seen: Counter[str] = Counter()
        self.refused = False  # whether NO_ANSWER was written

    @property
    def looping(self) -> bool:
        """Whether the model goes round in circles, as small ones do: no use to read on."""
        again = self._seen.most_common(1)
        stuck = len(self._buffer) > ENDLESS and not _OPEN_THOUGHT.search(self._buffer)
        return stuck or bool(again and again[0][1] > REPEATS)

    def feed(self, text: str) -> list[Sentence]:
        """The sentences that this piece finished."""
        self._buffer = _THOUGHT.sub("", self._buffer + text)
        if _OPEN_THOUGHT.search(self._buffer) or _OPEN_TAG.search(self._buffer):
            return []
        return list(self._take(final=False))

    def finish(self, *, cut: bool = False) -> list[Sentence]:
        """The rest; without the last sentence where the reply was ``cut`` in it."""
        self._buffer = _OPEN_THOUGHT.sub("", self._buffer)
        found = list(self._take(final=True))
        return found[:-1] if cut and found else found

    def _take(self, *, final: bool) -> Iterator[Sentence]:
        buffer = _GLUED.sub(r"\1 \2", self._buffer.replace("【", "[").replace("】", "]"))
        pieces = split(buffer)
        starts = [_past_marks(buffer, piece.start, piece.end) for piece in pieces]
        done = 0
        for i, piece in enumerate(pieces):
            later = next((k for k in range(i + 1, len(pieces)) if starts[k] < pieces[k].end), None)
            if not final and (later is None or _OPEN_MARK.match(buffer, starts[later])):
                break
            end = starts[later] if later is not None else len(buffer)
            done = end
            if starts[i] < piece.end:
                sentence = self._read(buffer[starts[i] : end])
                if sentence is not None:
                    yield sentence
        self._buffer = "" if final else buffer[done:]

    def _read(self, raw: str) -> Sentence | None:
        if NO_ANSWER in raw.replace("\\", ""):
            self.refused = True
            raw = raw.replace("\\", "").replace(NO_ANSWER, " ")
        self._seen[" ".join(raw.split()).casefold()] += 1
        cited = [n for mark in _MARK.finditer(raw) for n in _expand(mark.group(1))]
        cited += [n for mark in _SPOKEN.finditer(raw) for n in _expand(mark.group(1))]
        text = _SPOKEN.sub(" ", _MARK.sub(" ", _BY_MARK.sub(" ", raw)))
        text = safe(_NEXT_ITEM.sub("", text))
        preamble = _PREAMBLE.match(text)
        if preamble:
            if preamble["n"]:
                cited.append(int(preamble["n"]))
            text = text[preamble.end() :]
            text = text[:1].upper() + text[1:]
        text = re.sub(r"\s+([.,;:!?])", r"\1", text).strip(" ,;")
        if not re.search(r"\w", text) or len(text) > LONGEST:
            return None
        return Sentence(text, tuple(dict.fromkeys(cited)))


def _past_marks(buffer: str, start: int, end: int) -> int:
    """Where the words of a sentence begin, after marks that belong to the one before."""
    marks = _LEADING.match(buffer, start, end)
    at = marks.end() if marks else start
    while at < end and (buffer[at].isspace() or buffer[at] in ".,;"):
        at += 1
    return at


def _expand(numbers: str) -> Iterator[int]:
    """``1, 3-5 and 7`` as 1 3 4 5 7; a range of more than ten is a mistake: its ends only."""
    for part in re.split(r"\s*(?:,|;|&|and)\s*", numbers):
        found = [int(n) for n in re.findall(r"\d+", part)]
        if len(found) == 2 and found[0] < found[1] <= found[0] + 10:
            yield from range(found[0], found[1] + 1)
        else:
            yield from found


_REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,12}:\s*)?//\S+|\bwww\.\S+|\b(?:mailto|javascript|vbscript|data|file|"
    r"ftp|blob|tel):\s*[^\s\d]\S*|\b[\w.+-]+@[\w-]+\.[\w.-]+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*",
    re.I,
)


def safe(text: str) -> str:
    """``text`` as plain words on one line: no markup of any kind, no address, no hidden letter.

    Entities are read first, so that ``&lt;img …`` can't come back as a tag; what brackets
    remain become round ones, so that only our own ``[n]`` are marks.
    """
    for _ in range(3):
        unescaped = html.unescape(text)
        if unescaped == text:
            break
        text = unescaped
    text = plain(_REFERENCE.sub(" ", visible(text)))
    text = _ADDRESS.sub(" ", text)
    text = re.sub(r"!(?=[\[(])", " ", text).translate(_ROUND)
    text = re.sub(r"^\s*(?:#+|>+|[-+•])\s+|[*_]{1,3}(?=\s|$)|(?<=\s)[*_]{1,3}(?=\w)", "", text)
    return " ".join(re.sub(r"\(\s*\)|~~", " ", text).split())


_ROUND = str.maketrans({"[": "(", "]": ")", "<": " ", ">": " ", "|": " ", "`": "'", "\\": " "})
_SHINGLE = 7  # words in a row from the prompt that no answer has by chance


def leaks(text: str, prompt: str, tokens: Sequence[str], secrets: Sequence[str] = ()) -> bool:
    """Whether a sentence gives away the prompt, its fence or a key.

    :param prompt: the rules that the model was given
    :param tokens: strings that occur in no article, such as the fence
    """
    low = text.casefold()
    if any(token.casefold() in low for token in tokens):
        return True
    if redact(text, tuple(secrets)) != text:
        return True
    said = re.findall(r"\w+", low)
    rules = " ".join(re.findall(r"\w+", prompt.casefold()))
    return any(" ".join(said[i : i + _SHINGLE]) in rules for i in range(len(said) - _SHINGLE + 1))
