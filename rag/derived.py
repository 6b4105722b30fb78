"""Is a sentence what is left of a source sentence after harmless omissions and rewordings?

This decides which sentences of a model are shown without a mark. It vouches only for what it
can follow: every word of the sentence is a word of one source sentence, in its order, or a word
that means the same; what is missing could be left out (:mod:`rag.omission`, :mod:`rag.stops`);
and a few turns of phrase are known (:mod:`rag.turns`), such as passive and active, or "A said it
will" and "A will". Each other difference, however small, leaves the sentence unvouched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from rag.clauses import same_name
from rag.facts import names, quantities
from rag.items import Item, Row, form, row, same, spelled
from rag.nations import same_people
from rag.omission import SMALL, TITLES, skips
from rag.sentences import split
from rag.stops import ends
from rag.turns import attributed, moved, name_run, opening_name, readings, subject_of
from rag.words import opposed, words


def derived(claim: str, text: str, title: str = "") -> tuple[int, int] | None:
    """The sentence of ``text``, as offsets, from which ``claim`` follows by harmless edits alone.

    :param claim: one statement
    :param text: sentences of the source in order, from which "it" is understood
    :param title: the article's, for full names
    """
    for start, end, said, reading in _pairs(claim, text, title):
        if _follows(said, reading):
            return start, end
    return None


def slip(claim: str, text: str, title: str = "") -> str:
    """The one word in which ``claim`` differs from what a sentence of ``text`` says, if it is one
    that matters: another name, figure or date, a "not", an opposite; empty otherwise.
    """
    for _, _, said, reading in _pairs(claim, text, title, resolve=False):
        if len(said) >= LONG_ENOUGH:
            found = _slip(said, reading)
            if found:
                return found
    return ""


LONG_ENOUGH = 4  # items of a claim that must all but one agree before the one is called wrong


def _pairs(
    claim: str, text: str, title: str, *, resolve: bool = True
) -> Iterator[tuple[int, int, Row, Row]]:
    """Each reading of each sentence of ``text``, with its offsets and each form of the claim.

    :param resolve: whether names are put in for "it" and a capitalised first word may be a name
        that stands nowhere else
    """
    short = _aliases(f"{title}\n{text}", claim)
    lower = _lower(text)
    known = _known(f"{title}\n{text}") - lower
    said = _shortened(_named(row(claim), known, lower), short)
    forms = (said, *attributed(said), *moved(said))
    subject: Row = ()
    houses: set[Row] = set()
    for piece in split(text):
        source = _shortened(_named(row(piece.text), known, lower), short)
        if not source:
            continue
        house = next(iter(houses)) if len(houses) == 1 else ()
        if not resolve:
            subject, house, source = (), (), _sure(source, known)
        for reading in readings(source, subject, house):
            for form_ in forms:
                yield piece.start, piece.end, form_, reading
        subject = subject_of(source, subject)
        houses |= {opening_name(source)} - {()}


# Names


@lru_cache(maxsize=256)
def _lower(text: str) -> frozenset[str]:
    """The words that stand in small letters somewhere."""
    return frozenset(item.text for item in row(text) if item.raw[:1].islower())


@lru_cache(maxsize=256)
def _known(text: str) -> frozenset[str]:
    """The words of names that stand within a sentence, where only names are capitalised."""
    return frozenset(t for n in names(spelled(text)) if not n.opens for t in n.tokens)


def _named(items: Row, known: frozenset[str], lower: frozenset[str]) -> Row:
    """``items`` with a capitalised first word taken for a name only where it is known as one."""
    if not items or not items[0].raw[0].isupper():
        return items
    first = items[0]
    if first.name == (first.text in known):
        return items
    if first.name and first.text not in lower:
        return items
    return (
        Item(first.text, first.stem, first.raw, name=not first.name, owner=first.owner),
        *items[1:],
    )


@lru_cache(maxsize=1024)
def _aliases(text: str, claim: str) -> dict[tuple[str, ...], str]:
    """Full names with the one word that the text or the claim also calls them by."""
    plain = _lower(text) | TITLES
    listed = set()
    for name in names(spelled(text)):
        full = name.tokens[next((i for i, t in enumerate(name.tokens) if t not in plain), 0) :]
        if 1 < len(full) <= 5:
            listed.add(full)
    alone = {n.tokens[0] for n in names(spelled(text)) if len(n.tokens) == 1}
    asked = {n.tokens[0] for n in names(spelled(claim)) if len(n.tokens) == 1}
    found: dict[tuple[str, ...], str] = {}
    for full in listed:
        last, first = full[-1], full[0]
        initials = "".join(token[0] for token in full)
        ends_so = [other for other in listed if other[-1] == last]
        begins_so = [other for other in listed if other[0] == first]
        house = full[-1] in _HOUSES or (first in asked and first not in alone)
        if len(full) > 2 and initials in alone | asked:
            found[full] = initials
        elif last in alone | asked and len(ends_so) == 1 and not _place(last) and last.isalpha():
            found[full] = last
        elif first in alone | asked and house and len(begins_so) == 1 and not _place(first):
            found[full] = first
    return found


_HOUSES = words(
    "inc corp corporation ltd plc group labs lab technologies technology systems motors mobility "
    "robotics electronics holdings partners ventures ai media networks industries energy company "
    "co bank software semiconductor"
)


def _place(word: str) -> bool:
    return any(same_people(word, other) for other in ("us", "uk", "eu")) or same_people(
        word, f"{word}ese"
    )


def _sure(items: Row, known: frozenset[str]) -> Row:
    """``items`` with the first word a name only where it is known as one, or part of a longer."""
    first = items[0]
    if not first.name or first.text in known or (len(items) > 1 and items[1].name):
        return items
    return (Item(first.text, first.stem, first.raw, owner=first.owner), *items[1:])


def _shortened(items: Row, short: dict[tuple[str, ...], str]) -> Row:
    """``items`` with each full name replaced by its short form."""
    if not short:
        return items
    found: list[Item] = []
    at = 0
    while at < len(items):
        for full, brief in short.items():
            end = at + len(full)
            here = items[at:end]
            if tuple(i.text for i in here) == full and all(i.name for i in here):
                last = here[-1]
                found.append(
                    Item(brief, brief, last.raw, items[at].gap, name=True, owner=last.owner)
                )
                at = end
                break
        else:
            found.append(items[at])
            at += 1
    return tuple(found)


# Laying one beside the other


@lru_cache(maxsize=20_000)
def _follows(claim: Row, source: Row) -> bool:
    """Whether a reading of ``source`` with its skips and ends is ``claim``, item for item."""
    jumps, stops = skips(source), ends(source)
    reached = {0}
    for number in range(len(claim)):
        reached = _closed(reached, jumps)
        reached = _step(claim, number, reached, source)
        if not reached:
            return False
    return bool(_closed(reached, jumps) & stops) or bool(reached & stops)


@lru_cache(maxsize=20_000)
def _slip(claim: Row, source: Row) -> str:
    """The only difference, of those that matter, of the claim from a reading; empty if none."""
    jumps, stops = skips(source), ends(source)
    clean, wrong = {0}, dict[int, str]()
    for number, item in enumerate(claim):
        clean = _closed(clean, jumps)
        wrong |= {end: wrong[at] for at in wrong for end in _closed({at}, jumps)}
        for at in clean:  # the source has one word more that matters
            if at + 1 < len(source) and source[at].text in _TURNING:
                wrong.setdefault(at + 1, f"the source says “{source[at].raw}”")
        next_clean = _step(claim, number, clean, source)
        found = {
            end: said for at, said in wrong.items() for end in _step(claim, number, {at}, source)
        }
        for at in clean:
            if item.text in ("not", "never"):
                found.setdefault(at, f"the source does not say “{item.raw}”")
            for end in _differs(claim, number, source, at):
                found.setdefault(end, f"the source says “{source[at].raw}”, not “{item.raw}”")
        clean, wrong = next_clean, found
        if not clean and not wrong:
            return ""
    return next((said for at, said in wrong.items() if _closed({at}, jumps) & stops), "")


_TURNING = words("not never may might could only almost nearly")


def _step(claim: Row, number: int, reached: set[int], source: Row) -> set[int]:
    """Where the readings stand after one more item of the claim."""
    after = {at + 1 for at in reached if at < len(source) and same(claim[number], source[at])}
    return after | reached if _may_insert(claim, number, reached, source) else after


def _differs(claim: Row, number: int, source: Row, at: int) -> Iterator[int]:
    """The index after ``source[at]`` where it and ``claim[number]`` exclude each other."""
    if at >= len(source):
        return
    one, two = claim[number], source[at]
    if one.quantity and two.quantity:
        off = abs(one.quantity.value - two.quantity.value)
        if off > NEAR * abs(two.quantity.value) or one.quantity.unit != two.quantity.unit:
            yield at + 1
    elif one.day and two.day:
        if not one.day.agrees(two.day):
            yield at + 1
    elif one.name and two.name:
        mine = {x.text for x in name_run(claim, number)}
        run = name_run(source, at)
        theirs = {x.text for x in run}
        last = number + 1 == len(claim) or not claim[number + 1].name or claim[number + 1].gap
        apart = not same_name(frozenset(mine), frozenset(theirs)) and not any(
            same_people(a, b) for a in mine for b in theirs
        )
        if last and apart and one.owner == run[-1].owner:
            yield at + len(run)
    elif one.text != two.text and _exclude(one, two):
        yield at + 1


_AMOUNTS = words("all most some many few half every several none no")
_CONTRARY = [
    (words(left), words(right))
    for left, right in (
        ("if", "unless"),
        ("right correct", "wrong incorrect"),
        ("better", "worse"),
        ("former", "current"),
        ("praised", "criticised"),
        ("with", "without"),
        ("fatal serious", "minor"),
    )
]


def _exclude(one: Item, two: Item) -> bool:
    """Whether two different words can't both be meant: "most" and "all", "rose" and "fell"."""
    if one.text in _AMOUNTS and two.text in _AMOUNTS:
        return True
    if any(
        {one.text, two.text} <= a | b and (one.text in a) != (two.text in a) for a, b in _CONTRARY
    ):
        return True
    return bool(one.stem and two.stem and opposed({one.stem}, {two.stem}))


def turned_round(claim: str, text: str, title: str = "") -> str:
    """Two names or figures that ``text`` has the other way round; empty if none."""
    listed = [(n.start, n.end) for n in names(claim)]
    counted = [(q.start, q.end) for q in quantities(claim)]
    for spans in (listed, counted):
        for (a, b), (c, d) in list(combinations(spans, 2))[:MOST_PAIRS]:
            one, two = claim[a:b].strip(), claim[c:d].strip()
            gaps = claim[b - 1 : b].isspace() * " "
            other = f"{claim[:a]}{two}{gaps}{claim[b:c]}{one}{claim[d:]}"
            if one != two and derived(other, text, title) is not None:
                return f"the source has {one} and {two} the other way round"
    return ""


MOST_PAIRS = 6
NEAR = 0.1  # figures closer than this may be the same, rounded


def _closed(reached: Iterable[int], jumps: dict[int, frozenset[int]]) -> set[int]:
    found = set(reached)
    todo = list(found)
    while todo:
        for end in jumps.get(todo.pop(), ()):
            if end not in found:
                found.add(end)
                todo.append(end)
    return found


def _may_insert(claim: Row, number: int, reached: set[int], source: Row) -> bool:
    """Whether an item of the claim may have no counterpart: an article, "has" before "raised"."""
    item = claim[number]
    following = claim[number + 1] if number + 1 < len(claim) else None
    if item.text in SMALL:
        return following is None or following.text not in ("few", "little")
    if item.text in ("about", "around", "roughly", "approximately"):
        return following is not None and following.quantity is not None
    if item.text in ("also", "already"):
        return True
    if item.text == "by" and following is not None and following.quantity is not None:
        return any(0 < at < len(source) and source[at].quantity is not None for at in reached)
    if item.text in ("has", "have", "had") and following is not None:
        return any(
            at < len(source) and same(following, source[at]) and form(source[at]) == "past"
            for at in reached
        )
    return False


_STRONG = re.compile(
    r";\s+|,?\s+(?:while|whereas)\s+|,\s+(?:but|and)\s+(?=[A-Z\"“]|it\b|its\b|the\b)"
)


def vouched(sentence: str, text: str, title: str = "") -> tuple[int, int] | None:
    """Where ``text`` says every statement of ``sentence``, as offsets; None where it may not.

    :param title: the article's, for full names
    """
    found = derived(sentence, text, title)
    parts = [part for part in _STRONG.split(sentence) if part.strip()]
    if found is not None or len(parts) < 2 or any(len(part.split()) < 3 for part in parts):
        return found
    spans = [derived(part, text, title) for part in parts]
    if any(span is None for span in spans):
        return None
    return min(s[0] for s in spans if s), max(s[1] for s in spans if s)
