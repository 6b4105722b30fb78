"""Does a span of an article support a sentence? The built-in check, without a model.

Numbers with their units, dates, proper names, negation and who-did-what must agree; the
share of the sentence's words that the spans cover then gives the support, a probability
from a logistic fit (see ``_CALIBRATION``). A sentence is shown as supported only where
nothing disagrees and the support reaches :data:`SUPPORTED`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer import Draft, Evidence
from rag.binding import binding_problems
from rag.clauses import Certainty, certainty, negated
from rag.facts import CURRENCIES, Quantity, dates, names, quantities
from rag.naming import name_problems
from rag.sense import sense_problems
from rag.sentences import split
from rag.types import Passage, Status
from rag.words import alike, content, stem, tokens, words

# Support below this is shown only struck out.
SUPPORTED = 0.5
# Logistic of the coverage. Of 174 sentences written for the tests and judged by hand, those
# without a contradiction are supported from 0.58 upwards and invented up to 0.50.
_CALIBRATION = (-8.8, 16.0)
CONTRADICTED = 0.05  # the most that a sentence with a problem gets
CONTEXT_CREDIT = 0.75  # a word found only in the title, heading or publisher
LIKE_CREDIT = 0.9  # a word of like meaning, not the same stem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found; ``support`` is 0 to 1, each problem one phrase for people."""

    support: float
    problems: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether the sentence may be shown as supported."""
        return not self.problems and self.support >= SUPPORTED


def verify(sentence: str, spans: Sequence[str], context: Sequence[str] = ()) -> Verdict:
    """How well ``spans`` together support ``sentence``.

    :param sentence: one sentence, without ``[n]`` marks
    :param spans: the cited words
    :param context: what the cited articles say of themselves: titles, headings, publishers,
        publication dates. It may supply names and dates, never other numbers.
    """
    body = " \n ".join(spans)
    if not content(sentence):
        return Verdict(0.0, ("nothing is said",))
    if not body.strip():
        return Verdict(0.0, ("no source",))
    around = " \n ".join(context)
    if _quoted(sentence, spans):
        return Verdict(1.0)
    problems = [
        *_number_problems(sentence, body),
        *_date_problems(sentence, body, around),
        *name_problems(sentence, body, around),
        *sense_problems(sentence, spans),
    ]
    if not problems:  # the costliest check last
        problems = binding_problems(sentence, spans)
    share = coverage(sentence, body, around)
    support = 1 / (1 + math.exp(-(_CALIBRATION[0] + _CALIBRATION[1] * share)))
    if problems:
        support = min(support, CONTRADICTED)
    return Verdict(support, tuple(problems))


def _quoted(sentence: str, spans: Sequence[str]) -> bool:
    """Whether a span has the very words, and nothing before them in its sentence undoes them."""
    wanted = _flat(sentence)
    for span in spans:
        if wanted == _flat(span):
            return True
        for piece in split(span):
            lead, found, _ = _flat(piece.text).partition(wanted)
            if found and not (negated(lead) or certainty(lead) is Certainty.POSSIBLE):
                return True
        if wanted in _flat(span) and not any(wanted in _flat(p.text) for p in split(span)):
            return True  # it runs over several sentences
    return False


def _flat(text: str) -> str:
    return " ".join(text.split()).strip(" .;,:").casefold()


def coverage(sentence: str, body: str, context: str = "") -> float:
    """How much of the sentence's meaning its sources hold, 0 to 1.

    The mean of two shares: of all meaning-carrying words, and of those that are neither
    names nor numbers, which a false sentence borrows most easily. The least covered of
    its longer clauses counts, so that an invention can't hide behind a true beginning.
    """
    claim = _credits(sentence, body, context)
    if not claim:
        return 0.0
    found = _mean(claim)
    for clause in _CLAUSE.split(sentence):
        own = _credits(clause, body, context)
        if sum(is_plain for _, is_plain in own) >= CLAUSE_WORDS:
            found = min(found, _mean(own))
    return found


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


# Numbers


def _number_problems(sentence: str, body: str) -> list[str]:
    known = quantities(body)
    literal = {token.text.strip(".").replace(",", "") for token in tokens(body)}
    problems = []
    for q in quantities(sentence):
        said = sentence[q.start : q.end].strip()
        if any(_agree(q, other) for other in known) or _within(sentence, q, known):
            continue
        if _part_of_name(sentence, q, body):
            continue
        if any(_counts(q, other, body) for other in known):
            continue
        named = not q.unit and said.replace(",", "") in literal and _in_name(said, body)
        if named and not (q.noun and any(_close(q, other) for other in known)):
            continue  # a version or part of a name: "Llama 3.1", "Q4"
        same = [other for other in known if _close(q, other)]
        if same:
            problems.append(f"{said} is {_what(same[0], body)} in the source")
        else:
            problems.append(f"{said} is not in the source")
    return problems


def _part_of_name(sentence: str, q: Quantity, body: str) -> bool:
    """Whether the number ends a name that the source has too: "Weave 2"."""
    before = re.search(r"(\w+)\s$", sentence[: q.start])
    if before is None or not before.group(1)[0].isupper() or q.unit:
        return False
    return bool(
        re.search(rf"\b{re.escape(sentence[before.start() : q.end].strip())}\b", body, re.I)
    )


_MORE = re.compile(r"\b(?:more than|over|above|exceeding|upwards of)\s+$", re.I)
_LESS = re.compile(r"\b(?:nearly|almost|less than|fewer than|under|just under)\s+$", re.I)
NEARBY = 0.15  # "more than 500" may stand for up to 15% more, "nearly 14,500" for 15% less


def _within(sentence: str, q: Quantity, known: Sequence[Quantity]) -> bool:
    """Whether a rounded bound of the claim holds for a like figure of the source."""
    lead = sentence[max(0, q.start - 20) : q.start]
    side = 1 if _MORE.search(lead) else -1 if _LESS.search(lead) else 0
    return side != 0 and any(
        bool(q.unit or (q.noun and other.noun))
        and 0 <= side * (other.value - q.value) <= NEARBY * abs(q.value)
        and _agree(replace(q, value=other.value), other)
        for other in known
    )


def _in_name(said: str, body: str) -> bool:
    """Whether a number stands in the source as part of a name, version or score."""
    return bool(
        re.search(rf"(?<![\d.,]){re.escape(said)}(?![\d,]|[- ](?:thousand|million|billion))", body)
    )


def _counts(q: Quantity, other: Quantity, body: str) -> bool:
    """ "22 billion parameters" of "a 22-billion-parameter model"."""
    if not (q.noun and _close(q, other) and q.unit == other.unit):
        return False
    return any(
        alike(q.noun, word) for word in content(body[max(0, other.start - 24) : other.end + 24])
    )


def _what(q: Quantity, body: str) -> str:
    return f"“{' '.join(body[max(0, q.start) : q.end + 25].split())}…”"


def _close(claim: Quantity, source: Quantity) -> bool:
    """Equal values; a claim that says "about" may be rounded to within 3%."""
    slack = 0.03 if claim.rough else 1e-9
    return abs(claim.value - source.value) <= slack * max(abs(claim.value), abs(source.value))


def _agree(claim: Quantity, source: Quantity) -> bool:
    if not _close(claim, source):
        return False
    if claim.unit != source.unit:
        if claim.unit and source.unit:
            return False
        # "$8 billion" against a bare "8 billion parameters" differs; "8 billion" of "$8
        # billion" leaves out, which is no contradiction unless it counts something else.
        return not claim.unit and source.unit in CURRENCIES and not claim.noun
    if claim.unit or not claim.noun or not source.noun or source.noun in _WHEN:
        return True
    return alike(claim.noun, source.noun) or claim.noun in _LOOSE


_WHEN = frozenset(map(stem, words("year month week quarter day time")))  # "1,000 next year"
_LOOSE = frozenset(map(stem, words("total people unit item thing of number figure")))


# Dates


def _date_problems(sentence: str, body: str, around: str) -> list[str]:
    known = [*dates(body), *dates(around)]
    years = {d.year for d in known if d.year}
    problems = []
    for d in dates(sentence):
        said = sentence[d.start : d.end]
        if not any(d.agrees(other) and _no_finer(d, other, years) for other in known):
            problems.append(f"{said} is not in the source")
    weekdays = {w for w in _WEEKDAYS if w in body.lower()}
    weekdays |= {
        date(d.year, d.month, d.day).strftime("%A").lower()
        for d in known
        if d.year and d.month and d.day and _exists(d.year, d.month, d.day)
    }
    for weekday in _WEEKDAYS:
        if re.search(rf"\b{weekday}\b", sentence.lower()) and weekday not in weekdays:
            problems.append(f"{weekday.title()} is not in the source")
    return problems


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _no_finer(claim: object, source: object, years: set[int]) -> bool:
    """The claim must not give a day, month or year that nothing in the sources gives."""
    for part in ("month", "day", "quarter"):
        if getattr(claim, part) is not None and getattr(source, part) is None:
            return False
    year = getattr(claim, "year")  # noqa: B009 (same form as above)
    return year is None or year in years


# Repair of citations


def repair(sentence: str, cited: Sequence[int], passages: Sequence[Passage]) -> Draft:
    """A sentence of a model with its citations checked against what was retrieved.

    Unknown numbers are dropped. If the cited passages don't support the sentence but
    another retrieved passage does, or two do with a clause each, the citation moves
    there. Otherwise the draft has status UNSUPPORTED and no evidence.

    :param cited: the numbers in the model's marks, 1 for ``passages[0]``
    :param passages: the numbered passages of the prompt
    """
    known = [passages[n - 1] for n in dict.fromkeys(cited) if 1 <= n <= len(passages)]
    others = [p for p in passages if p not in known]
    best = 0.0
    for candidates in (known, others):
        found = _best(sentence, candidates)
        if found and found[0].supported:
            return Draft(sentence, (found[1],), found[0].support)
        best = max(best, found[0].support if found else 0.0)
    for match in _JOINED.finditer(sentence):
        halves = sentence[: match.start()], sentence[match.end() :]
        if min(len(content(half)) for half in halves) < HALF_WORDS:
            continue
        pair = [_best(half, [*known, *others]) for half in halves]
        if all(found and found[0].supported for found in pair) and _linked(sentence, pair):
            evidence = tuple(dict.fromkeys(found[1] for found in pair if found))
            return Draft(sentence, evidence, min(found[0].support for found in pair if found))
    return Draft(sentence, (), best, Status.UNSUPPORTED)


_JOINED = re.compile(r",?\s(?:and|but|while|whereas|compared (?:with|to)|against)\s|;\s")
LOOKED_AT = 4  # passages with most words in common; a span is sought in no more
HALF_WORDS = 3  # meaning-carrying words that a clause needs to be looked up on its own


def _best(sentence: str, passages: Sequence[Passage]) -> tuple[Verdict, Evidence] | None:
    mine = set(content(sentence))
    likely = sorted(
        passages, key=lambda p: -len(mine & set(content(f"{p.source.title}\n{p.text}")))
    )
    found = [span_for(sentence, passage) for passage in likely[:LOOKED_AT]]
    return max(found, key=lambda pair: pair[0].support, default=None)


def _linked(sentence: str, pair: Sequence[tuple[Verdict, Evidence] | None]) -> bool:
    """Whether each half's passage speaks of something that the sentence names."""
    mine = {t for name in names(sentence) for t in name.tokens}
    for found in pair:
        if found is not None:
            passage = found[1].passage
            told = f"{passage.source.title} {passage.heading} {passage.text}"
            if not mine & {t for name in names(told) for t in name.tokens}:
                return False
    return bool(mine)


def span_for(sentence: str, passage: Passage) -> tuple[Verdict, Evidence]:
    """The shortest run of up to three sentences of ``passage`` that supports best.

    What the rest of the passage denies is a problem too, even where one sentence of it,
    taken alone, seems to support.
    """
    pieces = split(passage.text)
    context = context_of(passage)
    best: tuple[Verdict, Evidence] | None = None
    for length in (1, 2, 3):
        for at in range(len(pieces) - length + 1):
            start, end = pieces[at].start, pieces[at + length - 1].end
            verdict = verify(sentence, [passage.text[start:end]], context)
            if best is None or verdict.support > best[0].support + 0.02:
                best = (
                    verdict,
                    Evidence(passage, passage.start + start, passage.start + end),
                )
        if best is not None and best[0].supported:
            break
    if best is None:
        whole = Evidence(passage, passage.start, passage.end)
        return verify(sentence, [passage.text], context), whole
    if best[0].supported and best[0].support < 1:
        whole_text = [passage.text]
        against = (*sense_problems(sentence, whole_text), *binding_problems(sentence, whole_text))
        if against:
            return Verdict(min(best[0].support, CONTRADICTED), against), best[1]
    return best


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
