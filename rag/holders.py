"""Who holds an office, as sentences tell it: "Dunmore names Ilse Brandt chief executive".

Only offices that one person holds at a time are read, only in a few plain constructions, and
only where the office is said to be of the organisation asked after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.facts import Name, names
from rag.words import fold, words

_OFFICES = {
    "chief executive": r"chief executive(?: officer)?|CEO",
    "finance chief": r"(?:chief financial officer|finance chief|CFO)",
    "technology chief": r"(?:chief technology officer|technology chief|CTO)",
    "operating chief": r"(?:chief operating officer|operating chief|COO)",
    "chief scientist": r"chief (?:AI )?scientist",
    "chair": r"chair(?:man|woman|person)?(?! of the board)",
    "president": r"(?<!vice )(?<!vice-)president",
    "prime minister": r"prime minister",
    "governor": r"governor",
    "mayor": r"mayor",
    "secretary": r"secretary-general|general secretary",
}
# Who leads a company is its chief executive.
_LEADS = re.compile(
    r"\bwho (?:leads|heads|runs|is (?:the )?(?:head|boss|leader) of|is in charge of)\b", re.I
)
_ASKS = re.compile(
    r"\bwho(?:'s|’s| is| has become| became| took over as| will be| leads| heads| runs)\b", re.I
)
_TITLES = words("ceo cfo cto coo chief executive officer president chair chairman chairwoman mr ms "
                "mrs dr sir prof interim former founder co-founder cofounder")  # fmt: skip
_GENERIC = words("inc corp corporation ltd llc plc company group holdings the platforms")


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds an office in one sentence; offsets are the sentence's."""

    person: tuple[str, ...]  # folded words of the name
    start: int
    end: int
    starts: bool  # the sentence tells that the person takes the office

    def same(self, other: Holder) -> bool:
        """Whether both are one person: the same last word of the name."""
        return self.person[-1] == other.person[-1]


@dataclass(frozen=True, slots=True)
class Office:
    """An office of an organisation: what the question asks after."""

    name: str  # a key of the table above
    of: frozenset[str]  # folded words of the organisation's name


def office(question: str) -> Office | None:
    """The office whose present holder ``question`` asks for; None where it asks for none."""
    if not _ASKS.search(question):
        return None
    found = [name for name, said in _OFFICES.items() if re.search(rf"\b(?:{said})\b", question)]
    if not found and _LEADS.search(question):
        found = ["chief executive"]
    houses = [n for n in names(question) if set(n.tokens) - _TITLES and not _is_opener(n)]
    if len(found) != 1 or len(houses) != 1:
        return None
    return Office(found[0], _house(houses[0]))


def led_else(question: str, sentence: str) -> bool:
    """Whether it is asked who leads, and the sentence only tells who led something.

    "They led it" is said of a round or a contest; somebody at the head is called so.
    """
    if not _LEADS.search(question) or not re.search(r"\bled\b", sentence):
        return False
    return not _HEADS.search(sentence)


_HEADS = re.compile(
    r"\b(?:leads|heads|runs|(?:to|will) (?:lead|head|run)|(?:head|leader|boss|director|founder)s?"
    r"|in charge|chief executives?|CEO|chair\w*|president)\b",
    re.I,
)


def _is_opener(name: Name) -> bool:
    return name.opens and fold(name.text) in ("who", "who's")


def _house(name: Name) -> frozenset[str]:
    return frozenset(name.tokens) - _TITLES - _GENERIC


def holder(sentence: str, wanted: Office, title: str | None = None) -> Holder | None:
    """The one whom ``sentence`` gives as holder of the office; None where it gives none.

    :param title: the article's, which may name the organisation where the sentence does not say
        whose office it is; without it only an office said to be of the organisation counts
    """
    found = []
    for form, starts in _forms(wanted.name):
        for match in form.finditer(sentence):
            start, end = match.span("who")
            who = _person(sentence, start, end)
            if who is None or _left(sentence, match):
                continue
            if _of(sentence, match, wanted, title, who):
                found.append(Holder(who.tokens, who.start, who.end, starts))
    people = {h.person[-1] for h in found}
    return max(found, key=lambda h: h.starts) if len(people) == 1 else None


def holding(sentence: str) -> tuple[Office, Holder] | None:
    """The office that ``sentence`` gives to somebody, and whom; None where it gives none."""
    for name, said in _OFFICES.items():
        if not re.search(rf"\b(?:{said})\b", sentence):
            continue
        for house in names(sentence):
            of = _house(house)
            found = holder(sentence, Office(name, of)) if of else None
            if found and not of & set(found.person):
                return Office(name, of), found
    return None


_WHO = r"(?P<who>[A-Z][\w’'-]+(?: (?:[A-Z]\.|[A-Z][\w’'-]+|de|van|von|der|bin|al))* [A-Z][\w’'-]+)"
_NEW = r"(?:its |the |their )?(?:new |next |first |interim |acting |permanent )*"
_HOUSE = r"(?P<house>(?:[A-Z][\w.&-]*\s?){1,4}['’]s?\s|(?:[A-Z][\w.&-]*\s){0,4})"
_AT = r"(?:\s+(?:of|at)\s+(?:the\s+)?(?P<at>(?:[A-Z][\w.&-]*\s?){1,4}))?"
_NAMES = (
    "names|named|appoints|appointed|hires|hired|picks|picked|promotes|promoted|elects|elected|"
    "chose|installed"
)
_BECOMES = (
    "becomes|became|will become|is to become|has become|will be|takes over as|took over as|"
    "will take over as|is taking over as|is returning as|has returned as|returns as|returned as|"
    "will return as|has been named|was named|is named|was appointed|has been appointed|"
    "was elected|has been elected|was chosen as|has been chosen as|"
    "was promoted to|steps in as|starts as|"
    "succeeds [^,.;]{3,40} as|replaces [^,.;]{3,40} as"
)
_FOUNDER = r"(?:(?:founder|co-founder) and\s+)?"


@lru_cache(maxsize=32)
def _forms(name: str) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """The constructions that give an office to somebody, and whether each tells of a start."""
    role = rf"(?P<role>\b(?:{_OFFICES[name]})\b)"
    listed = (
        (rf"\b(?:{_NAMES})\s+{_WHO},?(?:\s[a-z][^,.;]*?,)?\s+(?:as|to be|to)?\s*", True),
        (rf"{_WHO}(?:, [^,.;]*,)?\s+(?:{_BECOMES})\s+", True),
        (rf"{_WHO},\s+(?:who is\s+)?(?:the\s+|its\s+)?{_FOUNDER}{_HOUSE}", False),
        (rf"{_WHO}\s+(?:is|remains|serves as)\s+(?:the\s+)?{_HOUSE}", False),
    )
    before = re.compile(rf"\b{_HOUSE}{_NEW}{role},?\s+{_WHO}")
    return (
        *((re.compile(f"{form}{_NEW}{role}{_AT}"), starts) for form, starts in listed),
        (before, False),
    )


def _person(sentence: str, start: int, end: int) -> Name | None:
    """The name of a person at these offsets, titles left out; None for other names."""
    text = sentence[start:end]
    while (first := text.split(" ", 1)) and len(first) == 2 and fold(first[0]) in _TITLES:
        start += len(first[0]) + 1
        text = first[1]
    parts = text.split()
    if not 2 <= len(parts) <= 4 or any(c.isdigit() for c in text) or text.isupper():
        return None
    if any(fold(p) in _TITLES | _GENERIC or fold(p) in _NOT_PEOPLE for p in parts):
        return None
    text = re.sub(r"['’]s?$", "", text)
    return Name(text, start, start + len(text))


_NOT_PEOPLE = words(
    "ai labs lab robotics systems technologies research university institute on monday tuesday "
    "wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december board capital ventures partners street house bank times "
    "post journal news union states kingdom"
)
_BEFORE = re.compile(
    r"\b(?:former|formerly|ex|outgoing|departing|previous|previously|then|late|ousted|fired|deputy|"
    r"vice|assistant|once|had been|who was|would|could|may|might|candidate|if|not|no longer|never|"
    r"designate|replac\w+|succeed\w+)\b",
    re.I,
)
_AFTER = re.compile(
    r"\b(?:resign\w*|step(?:s|ped|ping)? (?:down|aside)|quit\w*|leav(?:es|ing)|left|depart\w*|"
    r"until|was (?:fired|removed|ousted|replaced|succeeded)|(?:in|from) (?:19|20)\d\d|died)\b",
    re.I,
)


def _left(sentence: str, match: re.Match[str]) -> bool:
    """Whether the person holds the office no longer, or not for certain."""
    inside = re.sub(r"\b(?:succeeds|replaces) [^,.;]{3,40} as\b", " ", match.group())
    after = re.sub(
        r",?\s(?:succeeding|replacing|to succeed|to replace|after|who)\b.*",
        " ",
        sentence[match.end() : match.end() + 40],
    )
    before = f"{sentence[max(0, match.start() - 24) : match.start()]} {inside}"
    return bool(_BEFORE.search(before) or _AFTER.search(after))


def _of(sentence: str, match: re.Match[str], wanted: Office, title: str | None, who: Name) -> bool:
    """Whether the office is of the organisation asked after."""
    groups = match.groupdict()
    for key in ("house", "at"):
        said = (groups.get(key) or "").strip()
        if said:
            mine = frozenset(t for n in names(said) for t in n.tokens) - _TITLES - _GENERIC
            if mine:
                return mine == wanted.of
    before = sentence[: match.start()]
    held = [n for n in names(sentence) if not (n.start < who.end and who.start < n.end)]
    subject = [n for n in held if n.end <= match.start() + 1]
    houses = [_house(n) for n in held]
    if subject and before:
        return wanted.of == _house(subject[-1]) and _alone(houses, wanted)
    if title is None:
        return False
    if any(h == wanted.of for h in houses):
        return _alone(houses, wanted)
    owners = [_house(n) for n in names(title)]
    return not [h for h in houses if h] and any(h == wanted.of for h in owners)


def _alone(houses: list[frozenset[str]], wanted: Office) -> bool:
    """Whether no other organisation stands in the sentence that could own the office."""
    return all(not h or h == wanted.of for h in houses)
