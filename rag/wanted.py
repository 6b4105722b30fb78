"""What a question wants: its words by weight, and the form of the answer.

The form (an amount of money, a count of something, a date, a person …) tells which of
two equally relevant sentences answers; :meth:`Wanted.found` marks the answering words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag.facts import CURRENCIES, Day, Name, Quantity, dates, names, quantities
from rag.limits import limits, unlimited
from rag.types import Kind, Order, Query
from rag.words import STOP, alike, content, fold, parts, stem, tokens, words


class Form(StrEnum):
    """The form of an answer."""

    ANY = "any"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    NAME = "name"
    LIST = "list"
    REASON = "reason"


AMOUNTS = (Form.MONEY, Form.PERCENT, Form.NUMBER)


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

_MONEY = (
    r"pric\w*|cost\w*|valuation|valued|worth|revenue|sum|salary|fine[ds]?|fee|charge[ds]?|reward|"
    r"rais(?:e|ed|ing)|round|fund(?:s|ed|ing)?|invest\w*|spend\w*|spent|pay|paid|pays|paying|"
    r"money|prize|bounty|budget|stake|profit|loss|debt|refund|save[ds]?|savings?|earn\w*|commit\w*|"
    r"award\w*|settle\w*|settlement|bill|deal|sell|sold|buy|bought|purchase[ds]?|acqui\w+|takeover|"
    r"grant|subsid\w+|tariff|market cap\w*|set aside|dollars|euros|pledge[ds]?|give back|"
    r"back(?:ed|ing)"
)
_SUMS = r"price|cost|valuation|revenue|sum|amount|salary|fine|fee|reward|prize|budget|profit|loss"
_SUMS += r"|earnings|turnover|market cap\w*|run[- ]rate|arr|net worth|debt"
_SUMS += r"|capex|capital (?:spending|expenditures?)"
_RATES = r"market share|(?:profit |gross )?margin|(?:\w+ )?rate|turnout|inflation"
_SIZES = r"score|accuracy|speed|size|capacity|context (?:length|window)|latency|throughput"
_SIZES += r"|headcount|population|parameter count"
# "What is Harbour's annual …", up to the thing asked after.
_WHAT_IS = (
    r"what (?:is|was|were|are|will be|had been) "
    r"(?:(?!(?:reasons?|purpose|of|for|behind|about|that|to|in|on|by|with)\b)[\w'’&.-]+ ){0,5}?"
)
_DO = r"(?:is|was|were|did|does|do|will|would|are|has|had|can|could|should)"
_PATTERNS: tuple[tuple[str, Form], ...] = (
    (r"what (?:percentage|percent|share|proportion|fraction)", Form.PERCENT),
    (r"(?:by )?how many per ?cent", Form.PERCENT),
    (r"how many|how often|how long|how old|how tall|how far|how fast|how quick\w*", Form.NUMBER),
    (rf"{_WHAT_IS}(?:{_RATES})\b(?! limits?)(?<!run.rate)", Form.PERCENT),
    (rf"{_WHAT_IS}(?:{_SIZES})\b", Form.NUMBER),
    (rf"{_WHAT_IS}(?:{_SUMS})\b", Form.MONEY),
    (rf"{_WHAT_IS}(?:deadline|date|day|month|year)\b", Form.DATE),
    (r"what (?:speed|number|score|size|accuracy|capacity|context (?:length|window))", Form.NUMBER),
    (r"price tag|how much .{0,40}?(?:\$|dollars|euros)", Form.MONEY),
    (r"\b(?:money|dollar|cash) (?:figure|number|amount|value)\b", Form.MONEY),
    (rf"what (?:(?!(?:is|was|are|were|reasons?|for|of|to)\b)\w+ ){{0,2}}?(?:{_SUMS})", Form.MONEY),
    (r"what (?:did|does|will|would) [^?,]*\b(?:charge|pay|cost|raise|spend|invest|earn|save|"
     r"lose)\b",
     Form.MONEY),
    (r"what [^?,]*\b(?:worth|valued at)\b", Form.MONEY),
    (r"how much (?:faster|slower|more|less|cheaper|better)", Form.NUMBER),
    (r"how (?:big|large|high|much)\b", Form.NUMBER),
    (rf"^\W*(?:and |so |but )?(?:(?:by|until|since|from) )?when\b|\bwhen {_DO}\b|\bwhen\?",
     Form.DATE),
    (r"(?:what|which) (?:\w+ )?(?:date|day|month|year|week)s?\b|what time", Form.DATE),
    (r"(?:closing|release|launch|start) date", Form.DATE),
    (r"\bwhy\b|reasons?\b|what (?:led|caused|prompted|drove)|for what purpose", Form.REASON),
    (r"what(?: is|['’]s|s)? (?:\w+ ){0,2}?(?:excuse|rationale|motive)\b", Form.REASON),
    (r"\bwho(?:m|se)?\b", Form.PERSON),
    (r"\bwhich\b|\bwhere\b|what .{0,60}\b(?:called|named|name)\b|\bname\b", Form.NAME),
    (r"what (?:\w+ ){0,2}?(?:company|firm|model|startup|country|city|game|product|language|tool|"
     r"chip)\b", Form.NAME),
)  # fmt: skip
_COUNT_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
                "nine": 9, "ten": 10}  # fmt: skip
_LIST = re.compile(
    r"\b(?:which|what|who|name|list)\b(?:\s\w+){0,3}?\s(two|three|four|five|six|seven|eight|nine|ten"
    r"|[2-9]|10)\b",
    re.IGNORECASE,
)
_POWER = {"power": {"mw", "gw", "kw"}, "electricity": {"mw", "gw", "kw", "kwh", "mwh", "gwh"},
          "energy": {"kwh", "mwh", "gwh"}, "memory": {"gb", "tb", "mb"},
          "storage": {"gb", "tb", "mb"}}  # fmt: skip
_LENGTH = {"how long": {"year", "month", "week", "day", "hour", "minute", "second", "ms"},
           "how old": {"year", "month", "week", "day"}}  # fmt: skip


_BACKGROUND = re.compile(r"\s*\([^()]*\)(?=\W*$)")


def foreground(text: str) -> str:
    """The question without the bracket at its end, where a follow-up's subject is noted."""
    return _BACKGROUND.sub("", text) or text


def wanted(query: Query) -> Wanted:
    """Take ``query`` apart; the form comes from the question as asked, words from it in full."""
    asked = foreground(query.question if query.question.strip() else query.standalone)
    text = unlimited(query.standalone or query.question)
    form, units, nouns = _form(unlimited(asked), query.kind)
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


def _form(asked: str, kind: Kind) -> tuple[Form, frozenset[str], frozenset[str]]:
    low = asked.lower()
    matched = [
        (m.start(), candidate) for pattern, candidate in _PATTERNS if (m := re.search(pattern, low))
    ]
    at, form = min(matched, key=lambda pair: pair[0], default=(0, Form.ANY))
    if form is Form.ANY:
        # "What happened when …" asks for no date.
        kind = Kind.FACT if kind is Kind.WHEN and _OTHER.match(low) else kind
        return _BY_KIND.get(kind, Form.ANY), frozenset(), frozenset()
    nouns = _asked_for(low[at:])
    if kind is Kind.LIST and form in (Form.NAME, Form.PERSON):
        return Form.LIST, frozenset(), frozenset()
    if form is Form.MONEY:
        return form, frozenset(), _attribute(low)
    if form is not Form.NUMBER:
        return form, frozenset(), nouns if form is Form.NAME else _role(low[at:])
    for word, units in (_POWER | _LENGTH).items():
        if word in low[at : at + 60]:
            return form, frozenset(units), nouns
    sized = re.match(
        r"how (?:much|big|large)(?! (?:faster|slower|more|less))|what .{0,40}?\bsize\b", low[at:]
    )
    if sized and (low[at:].startswith("how much") or re.search(rf"\b(?:{_MONEY})\b", low)):
        return Form.MONEY, frozenset(), _attribute(low)
    if re.match(r"how many (?:\w+ )?(?:dollars|euros|pounds|yuan|yen)", low[at:]):
        return Form.MONEY, frozenset(), _attribute(low)
    return form, frozenset(), nouns


_OTHER = re.compile(
    r"\W*(?:what|how|did|does|do|is|was|were|are)\b(?!.*\b(?:date|year|time)\b).*\bwhen\b"
)


def _attribute(low: str) -> frozenset[str]:
    """The stem of what the money is: price, salary, revenue …; the first that is named."""
    m = re.search(rf"\b(?:{_MONEY})\b", low)
    return frozenset([stem(m.group().split()[0])]) if m else frozenset()


def _role(rest: str) -> frozenset[str]:
    """Stems of a person's role: "who was the judge in …"."""
    m = re.match(r"who(?:'s|’s| is| was| are| were) (?:the |an? )?((?:\w+[ ]?){1,2})", rest)
    if not m:
        return frozenset()
    found = [stem(w) for w in m.group(1).split() if w not in STOP]
    return frozenset(found[-1:])


_BY_KIND = {
    Kind.NUMBER: Form.NUMBER, Kind.WHEN: Form.DATE, Kind.PERSON: Form.PERSON,
    Kind.ORGANISATION: Form.NAME, Kind.LIST: Form.LIST, Kind.REASON: Form.REASON,
}  # fmt: skip


# "how many of those are …", "how fast does …": nothing is named that could be counted.
_NO_NOUN = re.compile(rf"(?:of (?:those|these|them|the)|{_DO})\b")


def _asked_for(rest: str) -> frozenset[str]:
    """Stems of the words that follow "how many", "which", "what": what is counted or named."""
    m = re.match(r"(?:how (?:many|much|fast|big|large)|which|what)\b\s*(.*)", rest)
    if not m or _NO_NOUN.match(m.group(1)):
        return frozenset()
    found: set[str] = set()
    for token in tokens(m.group(1)):
        low = fold(token.text)
        if low in STOP or len(found) >= 4:
            if found:
                break
            continue
        found |= {stem(part) for part in parts(token.text)}
    return frozenset(found)
