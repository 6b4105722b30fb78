"""What may be skipped in a source sentence so that the rest is still what it says.

From each item of a row a reading may jump to some later ones. Only what leaves the rest true
may go: a relative clause between commas, a remark of time, the first of two deeds. A word that
limits the statement, such as "not", "may", "almost" or "if", is never skipped by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rag.clauses import VERBS
from rag.facts import CURRENCIES
from rag.grammar import bounds, day_only, has_verb, is_finite, limits, measured, time_phrase
from rag.items import AUX, BE, SAYS, Item, Row, form, participle
from rag.nations import nations
from rag.words import words

# Adverbs that may go; "-ly" words that limit ("allegedly") are not among them.
FREE = words(
    "also now already recently then just still however meanwhile too currently yesterday today "
    "separately again additionally furthermore moreover quickly immediately officially formally "
    "publicly jointly newly previously yet even both overall indeed simply about roughly around "
    "approximately some instead own nevertheless nonetheless"
)
SMALL = words("a an the that")


@lru_cache(maxsize=4096)
def skips(row: Row) -> dict[int, frozenset[int]]:
    """From each index the later ones to which a reading may jump."""
    found: dict[int, set[int]] = {}
    pairs = [(at, end) for at in range(len(row)) for end in _skips_at(row, at)]
    edges = bounds(row)
    for number, start in enumerate(edges[:-1]):
        for end in edges[number + 1 :]:
            if end < len(row) and _parenthesis(row, start, end):
                pairs.append((start, end))
    for start, end in (*pairs, *_shared_subject(row)):
        if start < end < len(row):
            found.setdefault(start, set()).add(end)
    return {start: frozenset(ends) for start, ends in found.items()}


def _skips_at(row: Row, at: int) -> Iterator[int]:
    """Where a reading may go on that leaves out the words at ``at``."""
    yield from (at + 1 for _ in range(_spare(row, at)))
    end = time_phrase(row, at)
    if end > at and (day_only(row, at, end) or not measured(row)):
        yield end
    change = at > 0 and (row[at - 1].quantity or form(row[at - 1]) == "past")
    if change and row[at].text in ("to", "from", "by") and _before_figure(row, at):
        yield at + 2
    title = _title(row, at)
    if title:
        yield title
    if row[at].text == "in" and at + 1 < len(row) and row[at + 1].text in ("turn", "addition"):
        yield at + 2
    yield from _phrases_at(row, at)


def _phrases_at(row: Row, at: int) -> Iterator[int]:
    """The same for "of its" in "1,212 of its cars", "by the court" and "for $3 million"."""
    text, left = row[at].text, row[at - 1] if at else None
    if left is None:
        return
    following = row[at + 1].text if at + 1 < len(row) else ""
    if row[at].quantity and form(left) == "past" and following in ("to", "from"):
        yield at + 1  # "rose 4% to $2 billion"
    if text == "of" and left.quantity and following in ("its", "the", "their"):
        yield at + 2
    if text == "by" and not participle(left):
        verb = next((i for i in range(at + 1, min(len(row), at + 7)) if is_finite(row, i)), 0)
        if verb and not any(item.gap for item in row[at:verb]):
            yield verb  # "an audit by the court found"
    if text == "for":
        price = at + 1
        while price < min(len(row), at + 4) and row[price].text in _OF_PRICE:
            price += 1
        if price < len(row) and (row[price].text in PRICES or _money(row, price)):
            yield price + 1


_OF_PRICE = words("a an undisclosed about")
PRICES = words("sum amount price")


def _money(row: Row, at: int) -> bool:
    found = row[at].quantity
    return found is not None and found.unit in CURRENCIES


def _spare(row: Row, at: int) -> bool:
    """Whether a single word may go: an adverb, an article, "has" before "raised"."""
    text = row[at].text
    following = row[at + 1].text if at + 1 < len(row) else ""
    if text in FREE:
        return text != "some" or _before_figure(row, at)
    if text in SMALL:
        return following not in ("few", "little", "third", "half", "quarter")
    if text in ("has", "have", "had"):
        return _before_participle(row, at)
    if text == "since":
        return at > 0 and row[at - 1].text in ("has", "have", "had")
    return text == "to" and at > 0 and row[at - 1].text in ("and", "or")


def _before_figure(row: Row, at: int) -> bool:
    return at + 1 < len(row) and row[at + 1].quantity is not None


def _before_participle(row: Row, at: int) -> bool:
    after = at + 1
    while after < len(row) and row[after].text in FREE:
        after += 1
    return after < len(row) and (participle(row[after]) or row[after].text == "been")


def _title(row: Row, at: int) -> int:
    """The index of a name after "the chip designer" or "Senator" at ``at``; 0 if none."""
    end = at
    if row[at].text in TITLES:
        end = at + 1
    elif (
        at == 0
        and row[0].stem
        and row[0].text not in _CONNECTING | SMALL | _NARROWING
        and not _runs_on(row)
    ):
        end = 1
        while end < min(len(row), 4) and _before_name(row, end):
            end += 1
    elif row[at].text in ("the", "a", "an", "its", "their", "his", "her"):
        end = at + 1
        while end < len(row) and end - at <= 4 and _before_name(row, end):
            end += 1
        if end == at + 1:
            return 0
    if at + 3 < len(row) and row[at + 1].text in _PLACES and row[at + 2].text == "of":
        end = at + 3  # "the city of Hamburg"
    if end == at or end >= len(row) or not row[end].name or row[end].gap or row[end].owner:
        return 0
    last = end
    while last + 1 < len(row) and row[last + 1].name and not row[last + 1].gap:
        last += 1
    after = last + 1
    closed = after == len(row) or row[after].gap or not _bare_noun(row[after])
    return end if closed or is_finite(row, after) else 0


TITLES = words(
    "senator councillor minister president judge founder democrat republican professor dr mr ms "
    "mrs chairman director ceo commissioner governor mayor chancellor secretary analyst"
)


# Words before a noun that change what it is.
_NARROWING = words(
    "no not never none only may might almost nearly least most more less fewer few some any all "
    "every each half former would-be alleged potential possible planned proposed so-called fake "
    "test trial"
)


def _before_name(row: Row, at: int) -> bool:
    """Whether an item may stand in a title before a name: "Dutch chip designer"."""
    item = row[at]
    if item.text in TITLES or nations(item.text):
        return True
    return _bare_noun(item) and not is_finite(row, at)


def _runs_on(row: Row) -> bool:
    """Whether the first word is part of a longer name, or a name that does something."""
    if not row[0].name or row[0].owner or len(row) < 3:
        return row[0].name and not row[0].owner
    return not _bare_noun(row[1]) or is_finite(row, 1)


_PLACES = words("city state province town country county")


def _bare_noun(item: Item) -> bool:
    return (
        item.raw.replace("-", "").isalpha()
        and item.raw[0].islower()
        and not item.owner
        and not item.gap
        and item.text not in _NARROWING | AUX | _CONNECTING
        and form(item) == "base"
    )


_CONNECTING = words(
    "of in on at by for from with to into and or but that which who as than over under against "
    "about it he she they its their his her"
)


def _parenthesis(row: Row, start: int, end: int) -> bool:
    """Whether ``row[start:end]``, between punctuation, only adds to the sentence."""
    first, size = row[start], end - start
    if size > 25 or row[end].text in ("and", "or"):
        return False
    if first.gap.startswith("(") and row[end].gap.startswith(")"):
        return not limits(row, start, end)
    if first.text in ("which", "who", "whose", "whom"):
        return True
    if limits(row, start + (first.text == "among"), end):
        return False
    if first.text == "among":
        return row[start + 1].text == "them"
    verbs = has_verb(row, start + 1, end) or (is_finite(row, start) and not participle(first))
    if verbs and first.text not in ("as", "after", "when", "while"):
        return False
    if first.text in ("a", "an", "the", "its", "including", "however", "too", "meanwhile"):
        return True
    if form(first) == "ing" or participle(first):
        return True
    return time_phrase(row, start) > start or first.text in ("after", "amid", "following", "based")


def _shared_subject(row: Row) -> list[tuple[int, int]]:
    """Skips over the first of two deeds of one subject: "has 9 offices and [will open more]"."""
    verb = next((i for i in range(1, len(row)) if is_finite(row, i)), None)
    if verb is None:
        return []
    found = []
    for at in range(verb + 2, len(row) - 1):
        if row[at].text not in ("and", "but"):
            continue
        then = at + 1
        while then < len(row) - 1 and row[then].text in FREE:
            then += 1
        inner = any(
            row[i].text in ("that", "which", "who", "whether", "if") or row[i].gap in (";", ":")
            for i in range(verb, at)
        )
        own = sum(is_finite(row, i) for i in range(verb + 1, at)) - sum(
            row[i].text in AUX for i in range(verb, at - 1) if is_finite(row, i + 1)
        )
        says = row[verb].stem in SAYS
        both = says and row[then].stem in SAYS
        own -= bool(row[at].gap)  # a comma before "and" closes what is between
        if is_finite(row, then) and (both or not (inner or says or own > 0)):
            found.append((verb, then))
        if row[verb].text in AUX - BE and _bare_verb(row, then) and not inner and own <= 0:
            found.append((verb + 1, then))
        if row[then].text == "that":
            says_at = [i for i in range(verb, at) if row[i].stem in SAYS]
            if says_at:
                found.append((says_at[0] + 1, then))
    return found


def _bare_verb(row: Row, at: int) -> bool:
    item = row[at]
    return form(item) == "base" and item.stem in VERBS and not item.name and item.raw.islower()
