"""Before which items a reading of a source sentence may stop, and the rest is left unsaid."""

from __future__ import annotations

from functools import lru_cache

from rag.clauses import VERBS
from rag.grammar import (
    JOINING,
    bounds,
    clause_begins,
    copular,
    day_only,
    has_verb,
    is_finite,
    limits,
    measured,
    time_phrase,
)
from rag.items import AUX, BE, SAID, SAYS, Row, form, participle
from rag.omission import FREE, PRICES
from rag.words import stem, words

_TAILS = words(
    "which who whose while whereas after as because since amid following including although though "
    "when where despite before thanks due making giving bringing leaving worth based up down "
    "compared against"
)


@lru_cache(maxsize=4096)
def ends(row: Row) -> frozenset[int]:
    """The indices before which a reading may stop."""
    found = {len(row)}
    for at in range(2, len(row)):
        if _may_stop(row, at):
            found.add(at)
    return frozenset(found)


def _may_stop(row: Row, at: int) -> bool:
    """Whether the rest from ``at`` only adds to what was said before."""
    item = row[at]
    if _by_source(row, at):
        return True
    if any(says_who(row, edge) and not _by_source(row, edge) for edge in bounds(row) if edge >= at):
        return False  # it would go unsaid who says it
    if item.gap.startswith(";"):
        return True
    if item.text == "not" and item.gap:
        return True  # "…, not for phones"
    then = at + 1
    while then < len(row) - 1 and row[then].text in FREE:
        then += 1
    if then < len(row) and (_new_clause(row, at, then) or _by_figure(row, at, then)):
        return True
    if limits(row, at + 1, len(row)) and item.text not in ("compared", "up", "down"):
        return False
    end = time_phrase(row, at)
    if end > at and (end == len(row) or _may_stop(row, end)):
        return day_only(row, at, end) or not measured(row)
    return _adds(row, at)


def _new_clause(row: Row, at: int, then: int) -> bool:
    """Whether a clause of its own, or a second deed of the subject, begins at ``at``."""
    item = row[at]
    if item.text in ("which", "who", "whose", "whereas") and item.gap:
        return True
    whole = item.text in JOINING and clause_begins(row, then)
    if whole and (item.gap or item.text in ("while", "whereas")):
        return True
    if item.text not in ("and", "but") or row[then].text in ("only", "not"):
        return False
    return (is_finite(row, then) or row[then].text == "that") and has_verb(row, 0, at)


def _by_figure(row: Row, at: int, then: int) -> bool:
    """ "… by 523 votes", "… by moving abroad", "… and gross margin to 54%"."""
    item, before = row[at], row[at - 1]
    if item.text == "by":
        return form(row[at + 1]) == "ing" or bool(row[at + 1].quantity and not before.quantity)
    return bool(item.text == "and" and before.quantity and _further_figure(row, then))


def _adds(row: Row, at: int) -> bool:
    """Whether a remark without limits begins at ``at``: of circumstance, comparison or doer."""
    item, before = row[at], row[at - 1]
    if item.text in _TAILS and (item.gap or item.text in ("after", "because", "while", "amid")):
        return True
    if item.gap:
        return _aside(row, at)
    following = row[at + 1 :]
    if item.text == "as":
        result = [x.text for x in following] == ["a", "result"]
        return result or clause_begins(row, at + 1)
    if item.text in _NARROWS | {"that"} and _of_some(row, at):
        return True
    if item.text in ("on", "for", "with", "about") and len(following) == 1:
        return following[0].text in ("it", "them", "him", "her") or bool(following[0].quantity)
    if item.text == "for" and following:
        return following[0].quantity is not None or row[-1].text in PRICES
    if item.text == "by" and participle(before) and row[at - 2].text in BE:
        return not any(x.quantity for x in row[at:])
    if item.text == "to" and following and _purpose(row, at):
        return True
    last = len(following) == 1 and following[0].quantity is not None
    return last and item.text in ("to", "from", "by") and before.quantity is not None


def _purpose(row: Row, at: int) -> bool:
    """Whether "to settle …" at ``at`` says what for, after a noun or figure."""
    before, following = row[at - 1], row[at + 1]
    noun = form(before) == "base" and before.stem not in VERBS and before.text not in AUX
    return noun and following.stem in VERBS and following.raw.islower() and has_verb(row, 0, at)


def _aside(row: Row, at: int) -> bool:
    """Whether what begins after a comma is an aside: "…, days after it", "…, a record"."""
    item = row[at]
    if row[at + 1 : at + 2] and row[at + 1].text in ("after", "before"):
        return item.text in _SPANS or item.quantity is not None
    if item.text == "and":  # "…, and Oracle its 32.3%"; a text that is cut may end in it
        return at + 1 < len(row) and not has_verb(row, at, len(row)) and row[at + 1].name
    return form(item) == "ing" or participle(item) or item.text in _ASIDES


def _of_some(row: Row, at: int) -> bool:
    """Whether ``at`` narrows "a …" of a statement that denies nothing: "an inquiry into …"."""
    if row[at].text == "that" and not (at + 1 < len(row) and is_finite(row, at + 1)):
        return False
    some = any(x.text in ("a", "an") for x in row[max(0, at - 4) : at])
    return some and not limits(row, 0, at)


_ASIDES = words("a an the as twice double triple roughly about almost")
_SPANS = words("hours days weeks months years shortly")
_NARROWS = words("of on at for from with into about over")
_RECORDS = words("records record filing filings documents document data figures statistics")
# Those who speak for the one of whom the sentence tells.
OFFICES = words(
    "ceo chief president spokesman spokeswoman spokesperson executive chairman chairwoman"
)
OWN_WORDS = words(
    "company firm startup group maker business carrier airline bank retailer developer carmaker "
    "chipmaker automaker drugmaker lender insurer publisher studio operator manufacturer chain"
)
_OWN_STEMS = {stem(word) for word in OWN_WORDS}


def says_who(row: Row, at: int) -> bool:
    """Whether a remark of who says it begins at ``at``: "…, two people said"."""
    rest = row[at : at + 10]
    if (
        not rest
        or rest[0].gap[:1] not in (",", "–", "—")
        or rest[0].text in JOINING | {"which", "who", "as", "after"}
    ):
        return bool(rest) and rest[0].text == "according"
    last = len(row) - at - 1
    says = next(
        (i for i, x in enumerate(rest) if x.text in SAID or (i == last and x.stem in SAYS)), -1
    )
    return says >= 0 and not has_verb(rest, 0, says) and (says == 0 or form(rest[says]) != "ing")


def _by_source(row: Row, at: int) -> bool:
    """Whether the rest only says by which document it is known, or that the doer said so."""
    rest = row[at:]
    if len(rest) > 10 or not (rest[0].gap or rest[0].text == "according"):
        return False
    if rest[0].text == "according":
        return any(item.text in _RECORDS for item in rest)
    says = next((i for i, item in enumerate(rest) if item.text in SAID), 0)
    if any(item.text in _RECORDS for item in rest[:says]):
        return True
    if any(item.text in OFFICES for item in rest[:says]):
        return not copular(row[:at])
    own = says == 1 and (rest[0].text in ("it", "they") or rest[0].text == row[0].text)
    own = own or (says == 2 and rest[0].text == "the" and rest[1].stem in _OWN_STEMS)
    return own and not copular(row[:at])


def _further_figure(row: Row, at: int) -> bool:
    """ "… to $7.7 billion and gross margin to 54%": another thing with its own figure."""
    rest = row[at:]
    return (
        len(rest) >= 3
        and not rest[0].quantity
        and any(item.quantity for item in rest[1:])
        and not has_verb(row, at, len(row))
    )
