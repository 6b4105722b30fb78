"""Does a span of an article support a sentence? The built-in check, without a model.

There are three answers, one a :class:`~rag.types.Status`:

* UNSUPPORTED where something of the sentence contradicts the source or isn't in it: a figure,
  unit, date or name, a denial, more certainty than the source has, too few of its words.
* SUPPORTED where :func:`rag.derived.vouched` can follow how the sentence comes of the source,
  word by word. This is strict: it knows quotations, omissions and simple turns of phrase.
* PARTIAL for all between: the source speaks of it and nothing contradicts, but the wording
  could not be confirmed. The reader sees that mark. An objection is told with it: somebody else
  or something less certain in the source, or few of its words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.amounts import date_problems, number_problems
from rag.answer import Evidence
from rag.binding import binding_problems
from rag.derived import slip, turned_round, vouched
from rag.facts import names, quantities
from rag.naming import name_problems
from rag.sense import sense_problems, undenied
from rag.sentences import Sentence as Piece
from rag.sentences import split
from rag.types import Passage, Status
from rag.words import alike, content, hyphened, stem, words

# Coverage below these: the sentence says much, or too much, that the source doesn't. Of 200 true
# and 127 false sentences written blind, 12 of the true and 20 of the false ones without a problem
# are below the first, 2 and 10 below the second.
COVERED = 0.4
SHOWN = 0.3
# Share of all its words from which a sentence counts as shown although one of its clauses is below
# SHOWN; that must have LEAST_TOLD. Of 40 sentences that nothing else speaks against and that are
# below SHOWN, four of 12 true ones have as much, one of 28 false ones.
TOLD = 0.5
LEAST_TOLD = 0.25
# Support from this on, without a problem or doubt: nothing speaks against the sentence.
LIKELY = 0.5
# Logistic of the coverage. Of 174 sentences written for the tests and judged by hand, those
# without a contradiction are supported from 0.58 upwards and invented up to 0.50.
_CALIBRATION = (-8.8, 16.0)
CONTRADICTED = 0.05  # the most that a sentence with a problem gets
# The most that a sentence gets whose wording is not confirmed, without and with a doubt. Of 344
# hand-written pairs, over half of them near misses, 47 of 76 and 11 of 57 such were true; with
# the same odds, where a model errs in one sentence of seven, that is 0.9 and 0.6.
UNCONFIRMED = 0.9
DOUBTFUL = 0.5
# The same with an objection, or a low coverage. Of the 327 sentences above, 21 true and 24 false
# ones have no more against them: with the same odds, 0.8 are true.
OBJECTED = 0.4
CONTEXT_CREDIT = 0.75  # a word found only in the title, heading or publisher
LIKE_CREDIT = 0.9  # a word of like meaning, not the same stem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found; ``support`` is 0 to 1, each of the others a phrase for people."""

    support: float
    problems: tuple[str, ...] = ()  # contradictions
    objections: tuple[str, ...] = ()  # differences that are harmless as often as not
    doubts: tuple[str, ...] = ()  # differences that are mostly harmless
    confirmed: bool = False  # every word could be followed
    turned: bool = False  # every word but one, and that one is wrong

    @property
    def status(self) -> Status:
        """SUPPORTED, PARTIAL or UNSUPPORTED."""
        if self.confirmed:
            return Status.SUPPORTED
        shown = not self.problems and self.support >= _support(SHOWN)
        return Status.PARTIAL if shown else Status.UNSUPPORTED

    @property
    def sparse(self) -> bool:
        """Whether the source has few of its words, or of one of its clauses."""
        return _SPARSE in self.objections

    @property
    def supported(self) -> bool:
        """Whether the source says it as far as can be told: nothing speaks against it.

        Wider than the status SUPPORTED, which also needs every word confirmed.
        """
        return self.confirmed or not (
            self.problems or self.objections or self.doubts or self.support < LIKELY
        )


def verify(
    sentence: str, spans: Sequence[str], context: Sequence[str] = (), whole: str = ""
) -> Verdict:
    """How well ``spans`` together support ``sentence``.

    :param sentence: one sentence, without ``[n]`` marks
    :param spans: the cited words
    :param context: what the cited articles say of themselves: titles, headings, publishers,
        publication dates. It may supply names and dates; a number that only a title has is a
        doubt.
    :param whole: the passage around the spans; names and dates that stand only there are a
        doubt, no contradiction
    """
    if not content(sentence):
        return Verdict(0.0, ("nothing is said",))
    if not any(span.strip() for span in spans):
        return Verdict(0.0, ("no source",))
    if _quoted(sentence, spans) or vouched(sentence, "\n".join(spans), " \n ".join(context)):
        return Verdict(1.0, confirmed=True)
    return weigh(sentence, spans, context, whole)


def weigh(
    sentence: str,
    spans: Sequence[str],
    context: Sequence[str] = (),
    whole: str = "",
    beside: str = "",
) -> Verdict:
    """As :func:`verify`, of a sentence that could not be confirmed word by word.

    :param beside: other passages of the same article; names and dates that stand only there
        are a doubt too

    A "Yes" or "No" before it speaks of the question, so it is not compared with the source.
    """
    sentence = _YES_NO.sub("", hyphened(sentence))
    spans, whole, beside = [hyphened(s) for s in spans], hyphened(whole), hyphened(beside)
    body, around = " \n ".join(spans), " \n ".join(context)
    wide = f"{around} \n {whole} \n {beside}"
    denial, perhaps = undenied(sentence, spans)
    problems = [
        *denial,
        *number_problems(sentence, f"{whole or body} \n {around}", certain=True, around=wide),
        *date_problems(sentence, body, wide),
        *name_problems(sentence, body, wide, certain=True),
        *sense_problems(sentence, spans),
    ]
    doubts: list[str] = []
    share = coverage(sentence, body, around)
    objections = [] if share >= COVERED else [_SPARSE]
    if not problems:  # the costliest check last
        found = binding_problems(sentence, spans)
        problems = list(found.problems)
        objections += found.objections
        doubts = [*found.doubts, *number_problems(sentence, body), *perhaps]
        if whole:
            doubts += date_problems(sentence, body, around)
            doubts += name_problems(sentence, body, around)
    most = UNCONFIRMED
    if problems:
        most = CONTRADICTED
    elif objections:
        most = OBJECTED
    elif doubts:
        most = DOUBTFUL
    return Verdict(min(_support(share), most), tuple(problems), tuple(objections), tuple(doubts))


_SPARSE = "few of its words are in the source"


# Not the "No. 3" of a list, nor the "no" of "No company has …".
_YES_NO = re.compile(r"^(?:Yes|No|Not (?:quite|exactly|yet))(?:[,:;!]|\s[—–-]|\.(?=\s[A-Z]))\s+")


def _support(share: float) -> float:
    """The calibrated support for a share of words covered; both 0 to 1."""
    return 1 / (1 + math.exp(-(_CALIBRATION[0] + _CALIBRATION[1] * share)))


def _quoted(sentence: str, spans: Sequence[str]) -> bool:
    """Whether a span, or whole sentences of one in a row, has the very words."""
    wanted = _flat(sentence)
    for span in spans:
        pieces = split(span)
        for first, piece in enumerate(pieces):
            for last in pieces[first:]:
                said = _flat(span[piece.start : last.end])
                if said == wanted:
                    return True
                if len(said) > len(wanted):
                    break
        if _flat(span) == wanted:
            return True
    return False


def _flat(text: str) -> str:
    return " ".join(text.split()).strip(" .;,:").casefold()


def coverage(sentence: str, body: str, context: str = "") -> float:
    """How much of the sentence's meaning its sources hold, 0 to 1.

    The mean of two shares: of all meaning-carrying words, and of those that are neither
    names nor numbers, which a false sentence borrows most easily. The least covered of
    its longer clauses counts, so that an invention can't hide behind a true beginning; with
    TOLD of all words it is at least SHOWN.
    """
    claim = _credits(sentence, body, context)
    if not claim:
        return 0.0
    found = _mean(claim)
    told = sum(credit for credit, _ in claim) >= TOLD * len(claim)
    for clause in _CLAUSE.split(sentence):
        own = _credits(clause, body, context)
        if sum(is_plain for _, is_plain in own) >= CLAUSE_WORDS:
            found = min(found, _mean(own))
    return max(found, SHOWN) if told and found >= LEAST_TOLD else found


def _mean(claim: list[tuple[float, bool]]) -> float:
    whole = sum(credit for credit, _ in claim) / len(claim)
    plain = [credit for credit, is_plain in claim if is_plain]
    return (whole + sum(plain) / len(plain)) / 2 if plain else whole


def _credits(sentence: str, body: str, context: str) -> list[tuple[float, bool]]:
    """For each word its credit, and whether it is neither name nor number."""
    sentence, body = _roles_spelled(sentence), _roles_spelled(body)
    source, extra = set(content(body)), set(content(context))
    numbers = {q.value for q in quantities(body)}
    named = {stem(t) for name in names(sentence) for t in name.tokens}
    found = []
    for word in content(sentence):
        credit = 0.0
        if word in source:
            credit = 1.0
        elif any(alike(word, other) for other in source) or _same_number(word, numbers):
            credit = LIKE_CREDIT
        elif word in extra:
            credit = CONTEXT_CREDIT
        plain = word not in named and not word[0].isdigit() and word not in _MAGNITUDES
        found.append((credit, plain))
    return found


_SHORT_ROLES = {
    "CEO": "chief executive",
    "CFO": "finance chief",
    "COO": "operating chief",
    "CTO": "technology chief",
}
_SHORT_ROLE = re.compile(rf"\b(?:{'|'.join(_SHORT_ROLES)})\b")


def _roles_spelled(text: str) -> str:
    return _SHORT_ROLE.sub(lambda match: _SHORT_ROLES[match.group()], text)


_CLAUSE = re.compile(r"[;:—–]\s|,\s|\s(?:and|but|while|which|who|because|after|although|so that)\s")
# A clause with fewer plain words says too little to be judged on its own.
CLAUSE_WORDS = 3


def _same_number(word: str, numbers: set[float]) -> bool:
    if not word[0].isdigit():
        return word in _MAGNITUDES
    return any(q.value in numbers for q in quantities(word))


_MAGNITUDES = frozenset(
    map(stem, words("thousand million billion trillion percent dollar cent per usd"))
)


# The span of a passage


def span_for(
    sentence: str, passage: Passage, others: Sequence[Passage] = ()
) -> tuple[Verdict, Evidence]:
    """The shortest run of up to three sentences of ``passage`` that supports best.

    What the rest of the passage denies is a problem too, even where one sentence of it,
    taken alone, seems to support.

    :param others: retrieved with it; those of the same article tell who "he" and "it" are
    """
    found = _confirmed(sentence, passage)
    if found is not None:
        return Verdict(1.0, confirmed=True), _evidence(passage, *found)
    context = context_of(passage)
    pieces = split(passage.text)
    around = " \n ".join(context)
    most = _support(coverage(sentence, passage.text, around))
    if most < _support(SHOWN):  # no part of the passage can do better
        return Verdict(most), _evidence(passage, 0, len(passage.text))
    wrong = slip(sentence, passage.text, around) or turned_round(sentence, passage.text, around)
    beside = "\n".join(p.text for p in others if p.source == passage.source and p.id != passage.id)
    best: tuple[Verdict, Evidence] | None = None
    for length in (1, 2, 3):
        for start, end in _windows(pieces, length):
            verdict = weigh(sentence, [passage.text[start:end]], context, passage.text, beside)
            if best is None or verdict.support > best[0].support + 0.02:
                best = verdict, _evidence(passage, start, end)
        if best is not None and best[0].supported:
            break
    if best is None:
        return verify(sentence, [passage.text], context), _evidence(passage, 0, len(passage.text))
    if wrong:
        return Verdict(min(best[0].support, CONTRADICTED), (wrong,), turned=True), best[1]
    return _against_all(sentence, best[0], passage), best[1]


def _confirmed(sentence: str, passage: Passage) -> tuple[int, int] | None:
    """Where the passage says the sentence, word by word; None where that can't be followed."""
    pieces = split(passage.text)
    for length in (1, 2):
        for start, end in _windows(pieces, length):
            if _quoted(sentence, [passage.text[start:end]]):
                return start, end
    return vouched(sentence, passage.text, " \n ".join(context_of(passage)))


def _against_all(sentence: str, verdict: Verdict, passage: Passage) -> Verdict:
    """The verdict on one span after a look at the rest of its passage."""
    if verdict.status is not Status.PARTIAL:
        return verdict
    whole = binding_problems(sentence, [passage.text])
    against = (*sense_problems(sentence, [passage.text]), *whole.problems)
    if against:
        near = _of_its_names(sentence, passage.text)
        if sense_problems(sentence, [near]) or binding_problems(sentence, [near]).problems:
            return Verdict(min(verdict.support, CONTRADICTED), against)
        return replace(verdict, support=min(verdict.support, OBJECTED), objections=against)
    if whole.objections and verdict.support > OBJECTED:
        return replace(verdict, support=OBJECTED, objections=whole.objections)
    if whole.doubts and not verdict.doubts:
        return Verdict(min(verdict.support, DOUBTFUL), doubts=whole.doubts)
    return verdict


def _of_its_names(sentence: str, text: str) -> str:
    """The sentences of a text that name somebody whom ``sentence`` names, or nobody at all."""
    mine = {t for name in names(sentence) for t in name.tokens}
    kept = []
    for piece in split(text):
        others = {t for name in names(piece.text) for t in name.tokens}
        if not mine or not others or mine & others:
            kept.append(piece.text)
    return "\n".join(kept)


def _windows(pieces: Sequence[Piece], length: int) -> Iterator[tuple[int, int]]:
    """The offsets of every ``length`` sentences in a row."""
    for at in range(len(pieces) - length + 1):
        yield pieces[at].start, pieces[at + length - 1].end


def _evidence(passage: Passage, start: int, end: int) -> Evidence:
    return Evidence(passage, passage.start + start, passage.start + end)


def context_of(passage: Passage) -> list[str]:
    """What the article says of itself: title, heading, publisher, publication date."""
    source = passage.source
    return [
        text
        for text in (
            source.title,
            passage.heading,
            source.publisher,
            source.published[:10] if source.published else None,
        )
        if text
    ]
