"""What a question wants: its words by weight, and the form of the answer.

The form (an amount of money, a count of something, a date, a person …) tells which of
two equally relevant sentences answers; :meth:`Wanted.found` marks the answering words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.facts import CURRENCIES, Day, Name, Quantity, dates, names, quantities
from rag.forms import AMOUNTS, Form, form_of
from rag.limits import limits, unlimited
from rag.types import Order, Query
from rag.words import STOP, alike, content, fold, stem, words


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a sentence that has the wanted form; strength 0 to 1."""

    start: int
    end: int
    strength: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question taken apart.

    :ivar form: what the answer looks like
    :ivar units: measures that fit (``"mw"``), empty for any
    :ivar nouns: stems of what is counted or named ("student", "company")
    :ivar count: how many items a list should have, 0 if not said
    :ivar terms: stems of the question's content words, in order, once each
    :ivar names: its proper names
    :ivar dates: its dates
    :ivar numbers: values it holds itself, which can't be the answer
    """

    form: Form
    units: frozenset[str]
    nouns: frozenset[str]
    count: int
    terms: tuple[str, ...]
    names: tuple[Name, ...]
    dates: tuple[Day, ...]
    numbers: frozenset[float]

    @property
    def name_tokens(self) -> frozenset[str]:
        """The words of its proper names that tell them from others, folded: not "AI" or "Labs"."""
        return telling(frozenset[str]().union(*map(_name_words, self.names)))

    @property
    def _name_stems(self) -> frozenset[str]:
        return frozenset(stem(t) for name in self.names for t in _name_words(name))

    def found(self, sentence: str) -> list[Found]:
        """Stretches of ``sentence`` that could be the answer, strongest first."""
        if self.form in AMOUNTS:
            listed = self._amounts(sentence)
        elif self.form is Form.DATE:
            listed = self._days(sentence)
        elif self.form in (Form.PERSON, Form.NAME, Form.LIST):
            listed = self._named(sentence)
        elif self.form is Form.REASON:
            listed = [
                Found(m.start(), len(sentence), strength)
                for pattern, strength in ((_CAUSE, 1.0), (_PERHAPS_CAUSE, 0.6))
                for m in pattern.finditer(sentence)
            ]
        else:
            listed = []
        return sorted(listed, key=lambda found: (-found.strength, found.start))

    @property
    def timeless(self) -> tuple[str, ...]:
        """Its terms that are not of the calendar, numbered years included."""
        return tuple(
            t for t in self.terms if t not in _CALENDAR and not (t.isdigit() and len(t) == 4)
        )

    @property
    def plain(self) -> tuple[str, ...]:
        """Its terms that are neither names nor numbers nor of the calendar."""
        named = self._name_stems
        return tuple(t for t in self.timeless if t not in named and not t[0].isdigit())

    def strength(self, sentence: str) -> float:
        """How well the sentence holds something of the wanted form, 0 to 1."""
        return self.strength_of(self.found(sentence))

    def strength_of(self, listed: Sequence[Found]) -> float:
        """The same for what :meth:`found` found."""
        if self.form is Form.ANY:
            return 0.5
        if self.form is Form.LIST:
            items = sum(found.strength >= 0.5 for found in listed)
            return min(1.0, items / max(self.count, 3))
        return listed[0].strength if listed else 0.0

    def _amounts(self, sentence: str) -> list[Found]:
        return [
            Found(q.start, q.end, strength)
            for q in quantities(sentence)
            if q.value not in self.numbers and (strength := self._fits(q, sentence)) > 0
        ]

    def _fits(self, q: Quantity, sentence: str) -> float:
        if self.form is Form.MONEY:
            return 1.0 if q.unit in CURRENCIES else 0.25 if not q.unit and q.value >= 1e6 else 0.1
        if self.form is Form.PERCENT:
            return 1.0 if q.unit == "%" else 0.1
        if self.units:
            return 1.0 if q.unit in self.units else 0.2
        if self.nouns:
            near = content(sentence[max(0, q.start - 25) : q.end + 30])
            if q.noun and any(alike(q.noun, noun) for noun in self.nouns):
                return 1.0
            if any(alike(word, noun) for word in near for noun in self.nouns):
                return 0.9
            return 0.15 if q.unit in CURRENCIES or q.unit == "%" else 0.4
        return 0.8

    def _days(self, sentence: str) -> list[Found]:
        listed = []
        for d in dates(sentence):
            news = [
                value is not None and all(getattr(mine, part) != value for mine in self.dates)
                for part, value in (("day", d.day), ("month", d.month), ("year", d.year))
            ]
            strength = 1.0 if news[0] else 0.7 if news[1] else 0.45 if news[2] else 0.0
            if strength:
                listed.append(Found(d.start, d.end, strength))
        listed += [Found(m.start(), m.end(), 0.4) for m in _RELATIVE.finditer(sentence)]
        return listed

    def _named(self, sentence: str) -> list[Found]:
        mine = self.name_tokens | {fold(t) for t in self.terms}
        listed = []
        for name in names(sentence):
            own = [t for t in name.tokens if t not in mine and stem(t) not in self.terms]
            if not own or fold(name.text) in _NOT_NAMES:
                continue
            strength = 0.5 if name.opens else 0.9
            if self.form is Form.PERSON:
                person = 2 <= len(name.tokens) <= 4 and not any(c.isdigit() for c in name.text)
                strength = 1.0 if person else 0.5
            listed.append(Found(name.start, name.end, strength))
        return listed


def _name_words(name: Name) -> frozenset[str]:
    return frozenset(t for t in name.tokens if t not in STOP and len(t) > 1)


def telling(name: Iterable[str]) -> frozenset[str]:
    """The words of a name that tell it from others: not the "AI" of two companies."""
    return frozenset(name) - _COMMON or frozenset(name)


_COMMON = words("ai labs lab inc corp company group systems technologies the research series")


_CALENDAR = frozenset(
    map(
        stem,
        words(
            "january february march april may june july august september october november "
            "december spring summer autumn fall winter early late mid start end year month week "
            "day date number percent percentage reported reportedly"
        ),
    )
)
_NOT_NAMES = words("ai llm llms gpu gpus api apis cpu ceo cto url pdf faq")
_RELATIVE = re.compile(
    r"\b(?:today|yesterday|tomorrow|tonight|this (?:week|month|morning)|"
    r"(?:next|last) (?:week|month|year|quarter)|Monday|Tuesday|Wednesday|Thursday|Friday|"
    r"Saturday|Sunday)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|since|due to|owing to|thanks to|in order to|so that|as a result|citing|cited|"
    r"driven by|in response to|over concerns?|reasons?|for fear|caused|accident(?:al)?ly|"
    r"in a bid to|"
    r"(?:were|was|is|are) needed|blam(?:e[sd]?|ing)|prompted|justif\w+|argu(?:es|ed|ing) that|"
    r"motivat\w+|on (?:the )?grounds?|on account of|for the sake of)\b",
    re.IGNORECASE,
)
# These give a reason as often as they don't.
_PERHAPS_CAUSE = re.compile(
    r"\b(?:after|following|amid|criticis\w+|criticiz\w+|objected|concern(?:s|ed)?|fear(?:s|ed|ing)?|"
    r"worr(?:y|ied|ies)|complain(?:s|ed|ing)?|need(?:s|ed) to|want(?:s|ed) to|so (?:it|they) can|"
    r"aim(?:s|ed|ing)? (?:to|at)|to (?:help|reduce|avoid|make|cut|boost|"
    r"improve|strengthen|enable|focus|streamline|comply|protect|keep|become|enhance|address|add|"
    r"allow|ensure|increase|expand|support|save|free|prevent|accelerate|speed))\b",
    re.IGNORECASE,
)

_COUNT_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
                "nine": 9, "ten": 10}  # fmt: skip
_LIST = re.compile(
    r"\b(?:which|what|who|name|list)\b(?:\s(?-i:[a-z])\w*){0,3}?"
    r"\s(two|three|four|five|six|seven|eight|nine|ten|(?:[2-9]|10)(?=\s[a-z]))\b",
    re.IGNORECASE,
)
_BACKGROUND = re.compile(r"\s*\([^()]*\)(?=\W*$)")


def foreground(text: str) -> str:
    """The question without the bracket at its end, where a follow-up's subject is noted."""
    return _BACKGROUND.sub("", text) or text


def wanted(query: Query) -> Wanted:
    """Take ``query`` apart; the form comes from the question as asked, words from it in full."""
    asked = foreground(query.question if query.question.strip() else query.standalone)
    text = unlimited(query.standalone or query.question)
    form, units, nouns = form_of(unlimited(asked), query.kind)
    if limits(asked) and form in (Form.ANY, Form.NAME, Form.PERSON, Form.MONEY):
        form = Form.LIST  # those that are beyond the limit, whoever they are
    listing = _LIST.search(asked)
    count = 0
    if listing and form in (Form.NAME, Form.PERSON, Form.ANY, Form.LIST):
        form = Form.LIST
        said = listing.group(1).lower()
        count = int(said) if said.isdigit() else _COUNT_WORDS[said]
    empty = _EMPTY | _SHARE if form is Form.PERCENT else _EMPTY
    empty = empty | _NEWEST if query.order is Order.LATEST else empty
    terms = tuple(dict.fromkeys(w for w in content(text) if w not in empty))
    return Wanted(
        form,
        units,
        nouns,
        count,
        terms,
        tuple(n for n in names(text) if n.text != "AI" and not (n.opens and fold(n.text) in _OPEN)),
        tuple(dates(text)),
        frozenset(q.value for q in quantities(text) if q.value != 1),
    )


_EMPTY = frozenset(map(stem, words("tell explain name list give know article articles news")))
# Where the latest is wanted these say no more of it.
_NEWEST = frozenset(map(stem, words("latest recent recently newest current currently now moment")))
_SHARE = frozenset(map(stem, words("percentage percent share proportion fraction cent")))
_OPEN = words("name list tell give explain describe summarise summarize compare")
