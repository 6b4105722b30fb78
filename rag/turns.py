"""What a source sentence says in other turns of phrase: each a row of items.

"A, which did b" is also "A did b", "A said it will" is "A will", "b was done by A" is "A did b";
"it" is the subject of the sentence before. Only turns that are plain to see are tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from rag.grammar import bounds, clause_starts, copular, is_finite, time_phrase
from rag.items import AUX, BE, BEING, SAID, SAYS, Item, Row, form, participle, plain
from rag.omission import FREE, skips
from rag.stops import OWN_WORDS
from rag.words import words

MOST = 60  # readings of one source sentence that are tried


@lru_cache(maxsize=4096)
def readings(source: Row, subject: Row = (), house: Row = ()) -> tuple[Row, ...]:
    """The source sentence and what it says in other turns, each as a row; at most :data:`MOST`.

    :param subject: the name that is the subject of the sentence before; empty if unknown
    :param house: the only name that earlier sentences begin with; empty where there are several
    """
    found: list[Row] = []
    todo = [source]
    while todo and len(found) < MOST:
        reading = todo.pop(0)
        if reading in found or len(reading) < 3:
            continue
        found.append(reading)
        todo += [reading[at:] for at in clause_starts(reading) if at]
        titles = [end for end in skips(reading).get(0, ()) if reading[end].name]
        todo += [reading[end:] for end in titles]
        todo += _resolved(reading, subject, house)
        todo += _bared(reading)
        todo += moved(reading)
        todo += attributed(reading)
        todo += _unwrapped(reading)
        todo += _relatives(reading)
        todo += _genitives(reading)
        todo += _amounting(reading)
        if BEING not in reading:
            todo += _appositions(reading)
            todo += _turned(reading)
    return tuple(found)


def _says_at(items: Row) -> int:
    """The index of a verb of saying near the front; 0 if none."""
    for at in range(1, min(len(items), 9)):
        if items[at].stem in SAYS and form(items[at]) != "ing":
            return at
    return 0


THAT = plain(["that"])[0]


def attributed(items: Row) -> list[Row]:
    """``items`` with "…, she said" and "…, according to A" moved to the front."""
    found = []
    for at in bounds(items)[:-1]:
        tail = items[at:]
        if tail[0].text == "according" and len(tail) <= 12:
            found.append((*tail, _after(items[0], ","), *items[1:at]))
        last = len(tail) - 1
        says = next(
            (i for i, x in enumerate(tail[:9]) if x.text in SAID or (i == last and x.stem in SAYS)),
            -1,
        )
        if says == 0 and 1 < len(tail) <= 9 and tail[0].text == "said":
            found.append((*tail[1:], tail[0], THAT, *items[:at]))
        whole = says == len(tail) - 1 or not any(x.gap for x in tail[1 : says + 1])
        if says > 0 and len(tail) <= 10 and whole:
            rest = tail[says + 1 :]
            found.append((*tail[: says + 1], *rest, THAT, *items[:at]))
    if items and items[0].text == "according":
        for at in bounds(items)[:1]:
            found.append(items[at:] + items[:at])
    return found


def _after(item: Item, gap: str) -> Item:
    return Item(item.text, item.stem, item.raw, gap, item.quantity, item.day, item.name, item.owner)


_DEEDS = words("had has have will would plans planned expects expected intends aims")


def _unwrapped(items: Row) -> list[Row]:
    """ "A said it will …" as "A will …", "A said its b had …" as "A's b had …"."""
    says = _says_at(items)
    speaker = items[:says]
    name = name_run(items, 0)
    generic = says == 2 and items[0].text == "the" and items[1].text in OWN_WORDS
    if not speaker or not (name == speaker or generic) or any(x.owner or x.gap for x in speaker):
        return []
    rest = items[says + 1 :]
    when = time_phrase(rest, 0) if rest else 0
    rest = rest[when:]
    if rest and rest[0].text == "that":
        rest = rest[1:]
    if len(rest) < 3:
        return []
    if rest[0].text == "its" and name:
        deed = next((i for i, x in enumerate(rest[:7]) if x.text in _DEEDS), 0)
        if not deed or copular(rest[deed:]) or any(x.gap for x in rest[:deed]):
            return []
        own = [rest[1:]] if rest[1].name else []
        return [(*name[:-1], _owner(name[-1]), *rest[1:]), *own]
    if rest[0].text in ("it", "they"):
        rest = rest[1:]
    elif rest[: len(speaker)] == speaker:
        rest = rest[len(speaker) :]
    else:
        return []
    if rest[0].text not in _DEEDS or copular(rest):
        return []
    if rest[0].text == "would":
        rest = (*plain(["will"]), *rest[1:])
    return [(*speaker, *rest)]


def _bared(items: Row) -> list[Row]:
    """ "A, which is b, did c" as "A did c", so that other turns see who did it."""
    at = len(name_run(items, 0))
    if not at or at >= len(items) or not items[at].gap:
        return []
    ends_ = [end for end in skips(items).get(at, ()) if items[end].gap]
    return [(*items[:at], _after(items[end], ""), *items[end + 1 :]) for end in ends_]


def _genitives(items: Row) -> list[Row]:
    """ "A's shares fell" as "shares of A fell"."""
    run = name_run(items, 0)
    if not run or not run[-1].owner:
        return []
    verb = next((i for i in range(len(run), len(items)) if is_finite(items, i)), 0)
    nouns = items[len(run) : verb]
    if not nouns or len(nouns) > 4 or any(x.gap for x in nouns):
        return []
    return [(*nouns, *plain(["of"]), *bare(run), *items[verb:])]


_REACHES = words("reached totalled totaled hit")
_TO = words("came amounted rose fell grew climbed increased dropped declined jumped shrank slid")


def _amounting(items: Row) -> list[Row]:
    """ "Revenue reached $3 billion", or "rose to" it, as "revenue was $3 billion"."""
    for at in range(1, len(items) - 1):
        if items[at].text in _REACHES and items[at + 1].quantity:
            return [(*items[:at], BEING, *items[at + 1 :])]
        if items[at].text in _TO and not any(is_finite(items, i) for i in range(1, at)):
            to = next((i for i in range(at + 1, len(items) - 1) if items[i].text == "to"), 0)
            between = items[at + 1 : to]
            if to and items[to + 1].quantity and all(x.quantity for x in between):
                return [(*items[:at], BEING, *items[to + 1 :])]
    return []


def _relatives(items: Row) -> list[Row]:
    """ "A, which did b, …" as "A did b"."""
    found = []
    edges = bounds(items)
    for number, at in enumerate(edges[:-1]):
        if items[at].text not in ("which", "who") or at + 1 >= len(items):
            continue
        head = _head(items, at)
        if head and is_finite(items, at + 1):
            found += [(*head, *items[at + 1 : end]) for end in edges[number + 1 : number + 4]]
    return found


def _head(items: Row, at: int) -> Row:
    """The noun or name right before ``at``: a run of names, or a short start without a verb."""
    start = at
    while start and items[start - 1].name and not items[start].gap * (start < at):
        start -= 1
    if start < at and not items[at - 1].owner:
        before = items[start - 1].text if start else ""
        return items[start:at] if before not in ("of", "for", "and", "or") else ()
    opening = items[:at]
    plain_start = at <= 4 and not any(x.gap for x in opening[1:])
    if plain_start and not any(is_finite(items, i) for i in range(at)):
        return opening
    return ()


def _appositions(items: Row) -> list[Row]:
    """ "A, founded by b, …" as "A was founded by b"; "A, a c, …" as "A is a c"."""
    found = []
    edges = bounds(items)
    for at, end in pairwise(edges):
        head = _head(items, at)
        first = items[at]
        whole = at <= 6 and 0 < len(name_run(items, at)) == end - at and end < len(items)
        if whole and [i for i in range(end + 1) if is_finite(items, i)] == [end]:
            found.append(items[at:])  # "The minister, A, said"
        if not head or first.name or first.quantity or first.day or end - at < 2:
            continue
        office = not any(is_finite(items, i) for i in range(at + 1, end))
        if participle(first) or (first.text in ("a", "an", "the", "now", "worth") and office):
            body = items[at + (first.text == "now") : end]
            found.append((*head, BEING, *body))
        elif office and head[0].name and first.text not in AUX | _LINKING and form(first) == "base":
            found.append((*head, BEING, *items[at:end]))
    return found


_LINKING = words(
    "and or but which who whose in on at by for from with after before while when as if to of up "
    "down according including because since"
)


def _turned(items: Row) -> list[Row]:
    """Passive as active and active as passive, where both sides are plain to see."""
    found = []
    verb = next((i for i in range(1, len(items)) if is_finite(items, i)), 0)
    head = items[:verb]
    if not verb or verb > 5 or any(x.gap or x.owner for x in head[1:]) or items[verb - 1].owner:
        return []
    at = verb
    while at < len(items) and items[at].text in BE | {"has", "have", "had"}:
        at += 1
    if at > verb and items[at - 1].text in BE and at < len(items) and participle(items[at]):
        by = next((i for i in range(at + 1, len(items)) if items[i].text == "by"), 0)
        if by and not any(is_finite(items, i) or items[i].gap for i in range(at + 1, by)):
            doer = name_run(items, by + 1) or _common(items, by + 1)
            if doer:
                rest = items[by + 1 + len(doer) :]
                found.append((*doer, items[at], *head, *items[at + 1 : by], *rest))
                found.append((*head, *items[verb:at], items[at], *items[at + 1 : by], *rest))
    elif participle(items[verb]) and items[verb].text not in AUX and (head[0].name or verb <= 3):
        suffered = name_run(items, verb + 1) or _common(items, verb + 1)
        if suffered and not suffered[-1].owner:
            rest = items[verb + 1 + len(suffered) :]
            agent = (*plain(["by"]), *head)
            found.append((*suffered, BEING, items[verb], *agent, *rest))
            found.append((*suffered, BEING, items[verb], *rest))
            found.append((*suffered, BEING, items[verb], *rest[:2], *agent, *rest[2:]))
            found.append((*suffered, BEING, items[verb], *rest[:1], *agent, *rest[1:]))
    return found


def _common(items: Row, at: int) -> Row:
    """A noun with its article: "the start-up", "a rival"."""
    end = at
    if end < len(items) and (items[end].text in ("the", "a", "an", "its") or items[end].quantity):
        end += 1
        named = name_run(items, end)
        if named and items[at].text == "the" and not items[end].gap:
            return items[at : end + len(named)]
        while end < len(items) and items[end].raw.islower() and not items[end].gap:
            if items[end].text in _LINKING | AUX | FREE | {"that"} or form(items[end]) == "ing":
                break
            end += 1
    return items[at:end] if end > at + 1 else ()


def opening_name(items: Row) -> Row:
    """The name that a sentence is about: it opens it and does something, or owns what does."""
    run = name_run(items, 0)
    end = len(run)
    if not run or end == len(items):
        return run
    while end < len(items) - 1 and (items[end].text in FREE or time_phrase(items, end) > end):
        end = max(end + 1, time_phrase(items, end))
    end = min(end, len(items) - 1)
    about = run[-1].owner or items[end].gap or items[end].text == "and" or is_finite(items, end)
    return bare(run) if about else ()


def bare(run: Row) -> Row:
    """A name without its possessive."""
    return tuple(Item(i.text, i.stem, i.text, name=True) for i in run)


_CIRCUMSTANCES = words(
    "in on at by for under with from during since after before as if when while because despite "
    "although following according until through last next this earlier later yesterday today"
)


def _circumstance(items: Row) -> bool:
    """Whether a row begins with a remark of time, place or condition, not with a subject."""
    if any(x.gap.startswith(";") for x in items[1:]):
        return False
    first = items[0]
    ago = any(x.text in ("earlier", "ago", "later") for x in items[:4])
    return first.text in _CIRCUMSTANCES or first.day is not None or ago


def moved(items: Row) -> list[Row]:
    """With a lead-in at the end, or behind the verb: "On Friday A said" as "A said on Friday"."""
    if not items or not _circumstance(items):
        return []
    lead = bounds(items)[0]
    if lead == len(items):
        lead = time_phrase(items, 0)
    if not 0 < lead < min(len(items), 12):
        return []
    head, rest = items[:lead], items[lead:]
    found = [rest + head]
    verb = next((i for i in range(1, len(rest)) if is_finite(rest, i)), 0)
    if verb and time_phrase(items, 0) == lead:
        while verb + 1 < len(rest) and rest[verb].text in AUX:
            verb += 1
        found.append(rest[: verb + 1] + head + rest[verb + 1 :])
    return found


# What "it" and "the company" are


_PRONOUNS = words("it he she they")
_OWNING = words("its his her their")


def subject_of(source: Row, before: Row) -> Row:
    """The name that is the subject of a sentence; that of the one before for a pronoun."""
    start = clause_starts(source)[-1] if len(clause_starts(source)) > 1 else 0
    for at in (0, start):
        run = name_run(source, at)
        if run and not source[at + len(run) - 1].owner:
            return run
    if source[0].text in _PRONOUNS | _OWNING:
        return before
    if source[0].text == "the" and len(source) > 1 and source[1].text in OWN_WORDS:
        return before
    return ()


def name_run(items: Row, at: int) -> Row:
    """The name that begins at ``at``; empty if none does."""
    end = at
    while end < len(items) and items[end].name and (end == at or not items[end].gap):
        end += 1
    return items[at:end]


def _resolved(source: Row, subject: Row, house: Row) -> Iterator[Row]:
    """``source`` with its opening pronoun, or "the company", replaced by ``subject``.

    :param house: the only name that earlier sentences begin with; empty where there are several
    """
    first, *_ = source
    called = first.text == "the" and len(source) > 1 and source[1].text in OWN_WORDS
    if first.text == "it":
        yield (*plain(["the", "company"]), *source[1:])
    for name in {subject, house if called else subject} - {()}:
        owned = (*name[:-1], _owner(name[-1]))
        if first.text in _PRONOUNS:
            yield (*name, *source[1:])
        elif first.text in _OWNING:
            yield (*owned, *source[1:])
        elif called:
            yield (*(owned if source[1].owner else name), *source[2:])
    if subject and not any(x.name for x in source):
        yield from _within(source, subject)
    if house and not any(x.name for x in source):
        yield from _mentioned(source, house)
    if house and not first.name and not first.owner and first.text not in _PRONOUNS | _OWNING:
        owned = (*house[:-1], _owner(house[-1]))
        yield (*owned, *source[first.text == "the" :])


def _within(source: Row, subject: Row) -> Iterator[Row]:
    """A sentence without names with ``subject`` for an "it" within it."""
    at = next((i for i, x in enumerate(source) if i and x.text == "it"), 0)
    if at:
        yield (*source[:at], *bare(subject), *source[at + 1 :])


def _mentioned(source: Row, house: Row) -> Iterator[Row]:
    """A sentence without names with ``house`` for a "the company" within it."""
    for at in range(2, len(source) - 1):
        if source[at].text == "the" and source[at + 1].text in OWN_WORDS:
            named = (*house[:-1], _owner(house[-1])) if source[at + 1].owner else bare(house)
            yield (*source[:at], *named, *source[at + 2 :])


def _owner(item: Item) -> Item:
    return Item(item.text, item.stem, item.raw, item.gap, name=True, owner=True)
