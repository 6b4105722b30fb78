"""What the answer to a question looks like: an amount, a date, somebody's name, a list …"""

from __future__ import annotations

import re
from enum import StrEnum

from rag.types import Kind
from rag.words import STOP, fold, parts, stem, tokens, words


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


_MONEY = (
    r"pric\w*|cost\w*|valuation|valued|worth|revenue|sum|salary|fine[ds]?|fee|charge[ds]?|reward|"
    r"rais(?:e|ed|ing)|round|fund(?:s|ed|ing)?|invest\w*|spend\w*|spent|pay|paid|pays|paying|"
    r"money|cash|tax(?:es)?|severance|bonus|compensation|prize|bounty|budget|stake|profit|loss|"
    r"debt|refund|save[ds]?|savings?|earn\w*|commit\w*|"
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
_AUX = r"(?:is|was|were|did|does|do|will|would|are|has|have|had|can|could|should|may|might)"
# A question without a question word is of the thing that it names: "GLM-4.6V context length?".
_HEAD = (
    r"^(?:(?!(?:is|are|was|were|did|does|do|has|have|had|can|could|will|what|which|who|how|when|why|"
    r"where|explain|describe|tell|give|summari[sz]e|list|name|compare|show|find|looking|if|with|"
    r"for|in|on|by|at|from|of|as|the|an?|its|their)\b)[\w'’.@/&+-]+ ){0,4}?"
)
_MEASURED = (
    rf"(?:{_SIZES})s?(?! up\b)|v?ram|tokens per second|token (?:count|limit)|speedup|"
    r"context (?:reach|limit)|"
    r"parameter counts?|(?:total|active|parameters?) (?:and \w+ )?parameters?|bandwidth|"
    r"number of [\w-]+|(?:memory|storage) (?:needs?|footprint|requirements?)|power (?:draw|cap)"
)
# Words between "what" and what is asked after: "what MMLU score".
_OF_WHAT = (
    r"(?:what|which) (?:(?!(?:is|was|are|were|reasons?|for|of|to|did|does|do|has|have|if)\b)"
    r"[\w@%+.'’-]+ ){0,3}?"
)
_THAN = (
    r"(?:fast|slow|cheap|bigg|larg|small|quick|high|low|long|short|old|young|heavi|light|strong|"
    r"smart|dens|dear)er|more|less|better|worse"
)
# "When o1 came out, what …": a clause of another question.
_CLAUSE = (
    rf" (?!{_AUX}\b)[^?]*[,.] (?:(?:and|so|but|to|in|on|for|from|by) )?"
    rf"(?:what|who|whom|which|how|why|where|{_AUX})\b"
)
# Who is asked for, not the "who" of "the man who …"; "know who", "tell me who" ask too.
WHO = (
    r"(?:^\W*|\b(?:and|or|but|so|by|to|from|of|for|with|on|in|at|about|against|is|was|are|were|me|"
    r"us|know|see|says?|tells?|told|out|exactly|does|did)\s+[\"“'‘(]?"
    r"|^(?!.*\b(?:what|which|how|when|where|why)\b)(?!\W*(?:is|was|are|were|did|does|do|has)\b)"
    r".*\W\s)who(?:m|se)?\b"
)
_NAMED = (
    r"company|firm|model|startup|country|city|game|product|language|tool|chip|licen[cs]e|framework|"
    r"backend|dataset|benchmark|library|technique|architecture|platform|engine|university|lab|"
    r"agency|magazine|newspaper|bank|investor|carmaker|airline|app|gpu|hardware"
)
_PATTERNS: tuple[tuple[str, Form], ...] = (
    (r"what (?:percentage|percent|share|proportion|fraction)", Form.PERCENT),
    (r"(?:by )?how many per ?cent", Form.PERCENT),
    (r"how (?:many|often|long|old|tall|far|fast|quick\w*|slow\w*|heavy|wide|deep|hot|accurate\w*)",
     Form.NUMBER),
    (rf"{_WHAT_IS}(?:{_RATES})\b(?! limits?)(?<!run.rate)", Form.PERCENT),
    (rf"{_WHAT_IS}(?:{_SIZES}|number|count)s?\b(?! one\b)", Form.NUMBER),
    (rf"{_WHAT_IS}(?:{_SUMS})s?\b", Form.MONEY),
    (rf"{_WHAT_IS}(?:deadline|date|day|month|year)\b", Form.DATE),
    (rf"{_OF_WHAT}(?:{_SIZES}|number|ratio|factor|multiple|token count|rating|elo|speedup)s?\b",
     Form.NUMBER),
    (r"from what to what|what (?:did|does|do) [^?,]*\b(?:score|weigh)\b", Form.NUMBER),
    (rf"{_HEAD}(?:{_MEASURED})\b", Form.NUMBER),
    (rf"{_HEAD}(?:price|cost|valuation|revenue|salary|fee|budget|net worth|capex)\b", Form.MONEY),
    (rf"{_HEAD}dates?(?= (?:of|for)\b|\W*$)", Form.DATE),
    (r"price tag|how much .{0,40}?(?:\$|dollars|euros)", Form.MONEY),
    (r"\b(?:money|dollar|cash) (?:figure|number|amount|value)\b", Form.MONEY),
    (rf"what (?:(?!(?:is|was|are|were|reasons?|for|of|to)\b)\w+ ){{0,2}}?(?:{_SUMS})", Form.MONEY),
    (r"what (?:did|does|will|would) [^?,]*\b(?:charge|pay|cost|raise|spend|invest|earn|save|"
     r"lose)\b",
     Form.MONEY),
    (r"what [^?,]*\b(?:worth|valued at)\b", Form.MONEY),
    (r"how (?:big|large|high|much)\b", Form.NUMBER),
    (rf"^\W*(?:and |so |but )?(?:(?:by|until|since|from) )?when\b(?!{_CLAUSE})|\bwhen {_AUX}\b"
     r"|\bwhen\?", Form.DATE),
    (r"(?:what|which) (?:\w+ )?(?:date|day|month|year|week)s?\b|what time", Form.DATE),
    (r"(?:closing|release|launch|start) date", Form.DATE),
    (r"\bwhy\b|reasons?\b|what (?:led|caused|prompted|drove)|for what purpose", Form.REASON),
    (r"what(?: is|['’]s|s)? (?:\w+ ){0,2}?(?:excuse|rationale|motive)\b", Form.REASON),
    (WHO, Form.PERSON),
    (r"\bwhich\b|\bwhere\b|what .{0,120}\b(?:called|named|name)\b|\bname\b", Form.NAME),
    (r"what (?:did|does|do) [^?,]*\bcalls?\b(?! (?:for|on|out|off)\b)", Form.NAME),
    (r"^\W*(?:title|name)s? of\b", Form.NAME),
    (rf"{_HEAD}(?:investor|maker|developer|author|vendor|supplier|owner|licen[cs]e)"
     r"(?= (?:of|in|behind|for)\b|\W*$)", Form.NAME),
    (rf"what (?:\w+ ){{0,2}}?(?:{_NAMED})\b", Form.NAME),
)  # fmt: skip
# "MMLU result", "USAMO 2025 record": of a test, told as a number.
_SCORED = re.compile(r"\b[A-Z][\w-]*[A-Z\d][\w-]*(?: \d+)? (?:results?|record|numbers?|figures?)\b")
_POWER = {"power": {"mw", "gw", "kw"}, "electricity": {"mw", "gw", "kw", "kwh", "mwh", "gwh"},
          "energy": {"kwh", "mwh", "gwh"}, "memory": {"gb", "tb", "mb"},
          "storage": {"gb", "tb", "mb"}, "disk": {"gb", "tb", "mb"},
          "ram": {"gb", "tb", "mb"}}  # fmt: skip
_LENGTH = {"how long": {"year", "month", "week", "day", "hour", "minute", "second", "ms"},
           "how old": {"year", "month", "week", "day"}}  # fmt: skip
# "how much disk space", up to the verb.
_MUCH = re.compile(
    rf"how much (?!{_AUX}\b|(?:it|they|we|you|he|she|the)\b)((?:(?!{_AUX}\b)\S+ ?){{1,4}})"
)


def form_of(asked: str, kind: Kind) -> tuple[Form, frozenset[str], frozenset[str]]:
    """The form of the answer to a question, the measures that fit it and what is counted or named.

    :param kind: what the question was understood to be; it decides where the form's rules don't
    :return: the form; measures such as ``"mw"``, empty for any; stems, empty for none
    """
    low = _SHORT.sub(r"\1 is", asked.lower())
    matched = [
        (m.start(), candidate) for pattern, candidate in _PATTERNS if (m := re.search(pattern, low))
    ]
    at, form = min(matched, key=lambda pair: pair[0], default=(0, Form.ANY))
    if form is Form.ANY and _SCORED.search(asked):
        return Form.NUMBER, frozenset(), frozenset()
    if form is Form.ANY:
        # "What happened when …" asks for no date.
        kind = Kind.FACT if kind is Kind.WHEN and _OTHER.search(low) else kind
        return _BY_KIND.get(kind, Form.ANY), frozenset(), frozenset()
    if kind is Kind.LIST and form in (Form.NAME, Form.PERSON):
        return Form.LIST, frozenset(), frozenset()
    if form is Form.MONEY:
        return form, frozenset(), _attribute(low)
    if form is Form.NUMBER:
        return _number(low, low[at:])
    return form, frozenset(), _asked_for(low[at:]) if form is Form.NAME else _role(low[at:])


# What is measured or told as a number stands beside it less often than what is counted.
_ATTRIBUTES = frozenset(
    map(
        stem,
        words(
            "size score number accuracy speed capacity length window latency throughput rate ratio "
            "factor multiple rating result record value figure total count amount level"
        ),
    )
)


def _number(low: str, rest: str) -> tuple[Form, frozenset[str], frozenset[str]]:
    """The same for a question for a number, which may be one of money; ``rest`` begins with it."""
    nouns = _asked_for(rest) - _ATTRIBUTES
    for word, units in (_POWER | _LENGTH).items():
        if re.search(rf"\bv?{word}\b", rest[:60]):
            return Form.NUMBER, frozenset(units), nouns
    much = _MUCH.match(rest)
    if much and not re.search(rf"\b(?:{_MONEY})\b", much.group(1)):
        relative = re.match(rf"of\b|(?:{_THAN})\b", much.group(1))
        return Form.NUMBER, frozenset(), frozenset() if relative else nouns
    sized = re.match(r"how (?:much|big|large)\b|what .{0,40}?\bsize\b", rest)
    if sized and (rest.startswith("how much") or re.search(rf"\b(?:{_MONEY})\b", low)):
        return Form.MONEY, frozenset(), _attribute(low)
    if re.match(r"how many (?:\w+ )?(?:dollars|euros|pounds|yuan|yen)", rest):
        return Form.MONEY, frozenset(), _attribute(low)
    return Form.NUMBER, frozenset(), nouns


_SHORT = re.compile(r"\b(what|who|how|when|where)(?:['’]s|s)\b")
_OTHER = re.compile(
    r"^\W*(?:what|how|did|does|do|is|was|were|are)\b(?!.*\b(?:date|year|time)\b).*\bwhen\b"
    rf"|^\W*(?:and |so |but )?when\b{_CLAUSE}"
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
_NO_NOUN = re.compile(rf"(?:of (?:those|these|them|the)|{_AUX})\b")


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
