"""An independent check of citations: does what is cited say what is claimed?

It reads only what a reader is shown, the answer's text with its ``[n]`` marks, and the
quotes those marks lead to. It shares no code with the answerer's own verification, so a
mistake there can't hide here. It is lexical: a sentence is supported if its numbers,
names and most of its content words stand in the cited quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from eval.figures import NUMBER_WORDS, figures, missing
from eval.words import plain

Record = Mapping[str, Any]
Lookup = Callable[[str, int | None], str | None]  # address, version → the article's text

CONTENT = 0.5  # least share of a sentence's content words that its quotes must hold;
# lower, sentences on the same company pass for each other; higher, fair paraphrases fail
NAMES = 0.75  # least share of its names

_MARKS = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\](?!\()")
_RUN = r"(?:\s*\[\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\])+"
_CLOSE = r"[\"'”’)\]*_]*"
_BREAK = re.compile(  # the end of a sentence: marks behind it belong to it
    rf"(?<=[.!?…。:;])(?P<marked>{_CLOSE}{_RUN})\s+"
    rf"|(?<=[.!?…。])(?P<bare>{_CLOSE})\s+(?=[\"'“‘(*_]*[A-Z0-9$€£])"
)
_STRUCK = re.compile(r"~~[^~]+~~(?:\s*\([^()]*\))?")
_UNCONFIRMED = re.compile(r"\s*\((?:wording not confirmed|doubtful)\)")
_SHORT = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|St|Inc|Corp|Ltd|Co|No|vs|approx|est|Jan|Feb|Mar|"
    r"Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|U\.S|U\.K|E\.U|[A-Z])\.$"
)
_TOKEN = re.compile(r"[^\W_]+(?:[-'.+][^\W_]+)*\+*")
_STOP_WORDS = (
    "a about above according after again all also although am an and any are as at be because "
    "been before being between both but by can could did do does doing down during each for "
    "from further had has have having he her here him his how i if in into is it its itself "
    "just like made make may me more most my no nor not now of off on once one only or other "
    "our out over own per reported reportedly said same says she should so some such than "
    "that the their them then there these they this those through to too under until up upon "
    "us very via was we were what when where which while who whom whose why will with would "
    "you your "
)
_STOP = frozenset(_STOP_WORDS.split())


class Fault(StrEnum):
    """What is wrong with a sentence; the first that applies."""

    MISQUOTED = "misquoted"  # a quote isn't the article's text at its offsets
    INVENTED = "invented"  # nothing cited or retrieved says it
    MISCITED = "miscited"  # something cited or retrieved says it, but not what it cites
    FIGURE = "figure"  # its quote is about it, but a number or date differs


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer and the marks behind it."""

    text: str  # plain, without marks
    marks: tuple[int, ...]
    unconfirmed: bool = False  # the answer says itself that the wording is not confirmed


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """What was found of one sentence."""

    text: str
    marks: tuple[int, ...]
    supported: bool  # by its own citations together
    supporting: tuple[int, ...]  # its marks that support it, alone or as a needed part
    fault: Fault | None
    note: str = ""
    unconfirmed: bool = False  # marked so in the answer; judged like any other


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one answer."""

    sentences: tuple[SentenceCheck, ...]
    broken: tuple[int, ...] = ()  # citations whose quote isn't the article's text
    dangling: tuple[int, ...] = ()  # marks without a citation
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def unmarked(self) -> tuple[SentenceCheck, ...]:
        """Sentences that their citations don't support, shown without a word of warning."""
        return tuple(s for s in self.sentences if not s.supported and not s.unconfirmed)

    @property
    def cited(self) -> int:
        """Sentence-citation pairs."""
        return sum(len(s.marks) for s in self.sentences)

    @property
    def precise(self) -> int:
        """Sentence-citation pairs in which the citation supports the sentence."""
        return sum(len(s.supporting) for s in self.sentences)


def check(record: Record, lookup: Lookup | None = None) -> Check:
    """Check every sentence and citation of an answer record.

    :param lookup: gives stored texts; without it, offsets are not checked
    """
    if record.get("abstained"):
        return Check(())
    citations = {int(c["n"]): c for c in record["citations"]}
    broken = tuple(n for n, c in citations.items() if lookup and not exact(c, lookup))
    shown = sentences(str(record["answer"]), record["claims"])
    dangling = tuple(sorted({m for s in shown for m in s.marks if m not in citations}))
    checks = tuple(_check(s, citations, record, broken) for s in shown)
    faults = {f.value: sum(c.fault is f for c in checks) for f in Fault}
    return Check(checks, broken, dangling, {k: v for k, v in faults.items() if v})


def exact(citation: Record, lookup: Lookup) -> bool:
    """Whether the quote is the stored text at the citation's offsets, to the code point."""
    text = lookup(str(citation["url"]), citation.get("version"))
    quote, start, end = citation["quote"], citation.get("start"), citation.get("end")
    if text is None or start is None or end is None:
        return False
    return bool(quote) and 0 <= start < end <= len(text) and text[start:end] == quote


def sentences(answer: str, claims: Sequence[Record] = ()) -> list[Sentence]:
    """The sentences of an answer as shown.

    Marks belong to the sentence before them, and to the others of the same claim. The words
    that mark a sentence as not confirmed are no part of it. What is
    struck as unsupported, lead-ins (a line that ends in a colon) and headings assert
    nothing and are left out.
    """
    found: list[Sentence] = []
    for line in _STRUCK.sub("", answer).splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        for piece in _pieces(line):
            marks = _numbers(piece)
            bare = _UNCONFIRMED.sub("", piece)
            text = plain(_MARKS.sub("", bare)).strip()
            if not _TOKEN.search(text):
                if marks and found:  # marks alone: they belong to the sentence before
                    found[-1] = replace(found[-1], marks=_merge(found[-1].marks, marks))
            elif marks or not text.rstrip("*_ ").endswith(":"):
                found.append(Sentence(text, marks, bare != piece))
    whole = [(plain(str(c["text"])), tuple(int(n) for n in c["citations"])) for c in claims]
    return [
        s if s.marks else replace(s, marks=next((m for text, m in whole if s.text in text), ()))
        for s in found
    ]


def _pieces(line: str) -> list[str]:
    pieces, start = [], 0
    for match in _BREAK.finditer(line):
        if match["marked"] is None and _SHORT.search(line[start : match.start()]):
            continue
        end = match.end("marked" if match["marked"] is not None else "bare")
        pieces.append(line[start:end])
        start = match.end()
    return [*pieces, line[start:]]


def _numbers(text: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for match in _MARKS.finditer(text):
        for part in re.split(r"[,;]", match.group(1)):
            ends = [int(n) for n in re.findall(r"\d+", part)]
            if len(ends) == 2 and 0 <= ends[1] - ends[0] < 50:
                numbers.extend(range(ends[0], ends[1] + 1))
            else:
                numbers.extend(ends)
    return tuple(dict.fromkeys(numbers))


def _merge(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(a + b))


def _check(
    sentence: Sentence, citations: Mapping[int, Record], record: Record, broken: Sequence[int]
) -> SentenceCheck:
    own = [citations[m] for m in sentence.marks if m in citations]
    whole = support(sentence.text, own, record)
    supporting = tuple(
        m
        for m in sentence.marks
        if m in citations and _helps(sentence.text, m, sentence.marks, citations, record)
    )
    fault, note = None, whole.note
    if any(m in broken for m in sentence.marks):
        fault, note = Fault.MISQUOTED, "a quote is not the article's text at its offsets"
    elif not whole.topical:
        others = [*citations.values(), *record["hits"]]
        elsewhere = any(support(sentence.text, [c], record).topical for c in others)
        fault = Fault.MISCITED if elsewhere else Fault.INVENTED
    elif not whole.agrees:
        fault = Fault.FIGURE
    return SentenceCheck(
        sentence.text, sentence.marks, whole.full, supporting, fault, note, sentence.unconfirmed
    )


def _helps(
    text: str,
    mark: int,
    marks: Sequence[int],
    citations: Mapping[int, Record],
    record: Record,
) -> bool:
    """Whether a citation supports the sentence alone, or the others fail without it.

    As the citation precision of ALCE (Gao et al. 2023), with this module's own support.
    """
    if support(text, [citations[mark]], record).full:
        return True
    all_of = [citations[m] for m in marks if m in citations]
    rest = [citations[m] for m in marks if m in citations and m != mark]
    if not rest or not support(text, all_of, record).full:
        return False
    return not support(text, rest, record).full


@dataclass(frozen=True, slots=True)
class Support:
    """How far quotes support a sentence: are they about it, and do the figures agree?"""

    topical: bool
    agrees: bool
    note: str = ""

    @property
    def full(self) -> bool:
        """Both."""
        return self.topical and self.agrees


def support(sentence: str, quotes: Sequence[Record], record: Record) -> Support:
    """Whether ``quotes`` (citations or hits) together support ``sentence``.

    Its ordinary words must stand in the quotes; its figures there, in the title or in the
    day of publication; its names there or in the rest of the quoted passage, as "it" and
    "the company" are resolved from there.
    """
    if not quotes:
        return Support(False, False, "no citation")
    facts = [str(q.get(key) or "") for q in quotes for key in ("title", "publisher", "published")]
    quoted = " ".join(plain(str(q.get("quote", q.get("text", "")))) for q in quotes)
    head = plain(" ".join(facts))
    around = " ".join(text for q in quotes for text in _passages(q, record))
    held, near = _stems(quoted), _stems(f"{quoted} {head} {around}")
    ordinary, names = _content(sentence, record)
    notes = []
    lost = sorted(name for name in names if name not in near)
    if len(lost) > (1 - NAMES) * len(names):
        notes.append("not in the quotes: " + ", ".join(lost))
    wanted = ordinary or names  # a bare list of names must be in the quotes themselves
    share = len(wanted & held) / len(wanted) if wanted else 1.0
    if share < CONTENT:
        notes.append(f"{share:.0%} of its words are in the quotes")
    topical = not notes
    wrong = missing(figures(sentence), figures(f"{quoted} {head}", lenient=True))
    if wrong:
        notes.append("figures not in the quotes: " + ", ".join(wrong))
    return Support(topical, not wrong, "; ".join(notes))


def _passages(quote: Record, record: Record) -> list[str]:
    """The retrieved passages that the quote is from."""
    start, end = quote.get("start"), quote.get("end")
    if start is None or end is None:
        return []
    return [
        plain(str(hit["text"]))
        for hit in record["hits"]
        if hit["url"] == quote["url"]
        and hit.get("start") is not None
        and hit["start"] < end
        and start < hit["end"]
    ]


def _content(sentence: str, record: Record) -> tuple[set[str], set[str]]:
    """The stems of a sentence's ordinary content words, and of its names.

    Numbers and months are left to :mod:`eval.figures`.
    """
    ordinary: set[str] = set()
    names: set[str] = set()
    for at, match in enumerate(_TOKEN.finditer(sentence)):
        word = match.group()
        low = word.casefold()
        if low in _STOP or low in NUMBER_WORDS or word[0].isdigit():
            continue
        capital = any(c.isupper() for c in word[1:]) or (
            word[0].isupper() and (at > 0 or _is_name(word, record))
        )
        (names if capital else ordinary).add(_stem(low))
    return ordinary, names


def _is_name(word: str, record: Record) -> bool:
    """Whether a sentence's first word, capitalised anyway, is a name.

    It is if the retrieved text has it capitalised within a sentence, and not if it has it
    in lower case; unseen, if it has no ending of an ordinary noun, verb or adverb.
    """
    texts = [str(h["text"]) for h in record["hits"]] + [
        str(c["quote"]) for c in record["citations"]
    ]
    whole = " ".join(texts)
    if re.search(rf"[a-z,] {re.escape(word)}\b", whole):
        return True
    if re.search(rf"\b{re.escape(word.casefold())}\b", whole):
        return False
    return (
        not word.casefold()
        .removesuffix("'s")
        .endswith(("s", "ing", "ed", "ly", "tion", "ment", "er", "or"))
    )


def _stems(text: str) -> set[str]:
    stems = set()
    for word in _TOKEN.findall(text.casefold()):
        stems.add(_stem(word))
        stems.update(_stem(part) for part in re.split(r"[-'.]", word) if part)
    return stems


def _stem(word: str) -> str:
    """A crude stem: enough that "cutting", "cuts" and "cut" meet; never under 3 letters."""
    word = word.removesuffix("'s").removesuffix("'").replace(".", "")
    for end in ("ations", "ation", "ements", "ement", "ings", "ing", "ers", "ied", "ies", "ed",
                "er", "es", "ly", "s", "e"):  # fmt: skip
        if word.endswith(end) and len(word) - len(end) >= 3:
            word = word[: -len(end)] + ("y" if end in ("ied", "ies") else "")
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiou":
        word = word[:-1]  # "planned" → "plan"
    return word
