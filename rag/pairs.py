"""A question that sets two things against each other, as one question for each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from rag.ellipsis import AUX, PREP, at_time, own_names, when
from rag.followup import names, topic
from rag.grades import COMPARATIVE, GRADED, MORE, graded
from rag.times import mentions

LONGEST = 14  # words of one of the two things

_COMPARES = re.compile(
    rf"\b(?:{'|'.join(COMPARATIVE)}|{MORE}|compared?|comparison|differen(?:t|ce|ces)|differ|"
    r"versus|vs|contrast|respectively|than|stacks?|stacked|measures?|measured|against)\b",
    re.IGNORECASE,
)
EACH = re.compile(r"\b(?:each(?: one| of (?:them|the two))?|both)\b", re.IGNORECASE)
_CUE = re.compile(
    rf"{EACH.pattern}|\b(?:first|last|newest|oldest|sooner|earlier|later)\b", re.IGNORECASE
)
_END = r"(?=\s*(?:,|\?|$|;|\band\s+(?:what|which|how|who|by)\b))"
_LINK = (
    r"(?:compare[ds]?|stack(?:s|ed)? up|measure[ds]? up|differ(?:s|ed)?)"
    r"(?P<metric>\s+(?:in|on)\s+(?:terms\s+of\s+)?[\w -]+?)?\s+(?:to|with|against|from)"
)


class _Shape(Enum):
    """How two things stand side by side."""

    CHOICE = "X or Y"
    VERSUS = "X vs Y"
    BETWEEN = "between X and Y"
    BOTH = "do X and Y"
    HOW = "how does X compare with Y"


_SHAPES = {
    _Shape.CHOICE: re.compile(
        rf"[,:]\s*(?:(?:was|were|is|are)\s+)?(?P<a>[^,:?]+?)\s+or\s+(?P<b>[^,?]+?){_END}"
    ),
    _Shape.VERSUS: re.compile(
        r"\b(?P<a>[^,:?]+?)\s+(?:vs\.?|versus)\s+(?P<b>[^,:?]+?)(?=[,:?]|$)", re.IGNORECASE
    ),
    _Shape.BETWEEN: re.compile(
        r"(?:\b(?:differences?(?P<metric>\s+in\s+[\w ]+?)?|comparison)\s+between|"
        r"(?:^|[.:,]\s*)(?:please\s+)?(?:compare|comparing|set))\s+"
        r"(?!(?:to|with|against|how|that)\b)(?P<a>[^,?:]+?)\s+(?:and|with|to|against)\s+"
        r"(?P<b>[^,?:]+?)(?=[,?:]|\.(?!\d)|$|\s+(?:on|at|for|by|differ|compare|when|as)\b|"
        r"\s+in\s+(?!(?:early|mid|late|spring|summer|autumn|fall|winter|(?-i:[A-Z\d]))))",
        re.IGNORECASE,
    ),
    _Shape.BOTH: re.compile(
        r"\b(?:do|does|did|are|were|is|have|has|will|would|can|could)\s+(?P<a>[^,?]+?)\s+and\s+"
        r"(?P<b>[^,?]+?)(?=\s+(?:each|differ|compare|respectively|spend|report|raise|have|say|pay|"
        r"plan|charge|cost|score)\b)",
        re.IGNORECASE,
    ),
    _Shape.HOW: re.compile(
        rf"\bhow\s+(?:do|does|did)\s+(?P<a>[^,?]+?)\s+{_LINK}\s+(?P<b>[^,?]+?)(?=[,?]|$)",
        re.IGNORECASE,
    ),
}
_ANOTHER_ASKED = re.compile(
    r"(?:,\s*)?(?:and\s+|:\s*)?(?P<wh>(?:what|how|which|by)\b.+)$", re.IGNORECASE | re.DOTALL
)
_TWO_OF = re.compile(
    r"^(?P<wh>what|how\s+\w+)\s+(?P<be>were|are|was|is)\s+(?:their|the(?:\s+two)?)\s+"
    r"(?P<n>[\w\s-]+?)(?:\s+(?:of|for)\s+(?:each|both|the two))?\s*\?*$",
    re.IGNORECASE,
)
_VAGUE = frozenset(
    "amount amounts sum sums figure figures number numbers percentage percentages size sizes "
    "total totals value values two".split()
)
_CALL = re.compile(r"\b(?:compare|comparing|set)\s*$", re.IGNORECASE)
_NO_THING = re.compile(
    r"(?:as|if|in|on|by|with|will|would|when|whether|how|to|do|does|did|is|are|was|were)\b"
    r"|that\s+(?!of\b|in\b|from\b|for\b)"
    r"|.*\b(?:that|which|who)\s+[A-Z]",
)
_NAMED = re.compile(r"[A-Z\d]|(?:its|their|that|the)\b|[a-z]+\d")
_THE_KIND = frozenset("the a s is what main any biggest".split())
_THAT_OF = re.compile(r"^(?:that|those|the one|the ones)\s+(?:of|in|from|for|at)\s+", re.IGNORECASE)


def compares(question: str) -> bool:
    """Whether a question sets things against each other."""
    return bool(_COMPARES.search(question))


def side_by_side(question: str, as_of: date) -> tuple[str, str] | None:
    """One question for each of two things set against each other; None for other questions."""
    for shape, pattern in _SHAPES.items():
        match = pattern.search(question)
        cue = shape is _Shape.VERSUS or _CUE.search(question) or compares(question)
        pair = _things(match, shape, as_of) if match and cue else None
        if match is None or pair is None:
            continue
        asked = _Asked(
            shape=shape,
            before=_CALL.sub("", question[: match.start("a")].strip()).strip(" ,:"),
            after=question[match.end("b") :].strip(" ,:?."),
            metric=match.groupdict().get("metric"),
            tense="did" if re.search(r"\bdid\b", match.group(), re.IGNORECASE) else "do",
            as_of=as_of,
        )
        a, b = (asked.of(thing) for thing in pair)
        if a and b and a != b:
            return a, b
    return None


def _things(match: re.Match[str], shape: _Shape, as_of: date) -> tuple[str, str] | None:
    """The two things, each with the words that it leaves to the other."""
    a, b = match["a"].strip(), match["b"].strip()
    if max(len(a.split()), len(b.split())) > LONGEST or _no_things(match, shape):
        return None
    if len(mentions(b, as_of)) > 1:
        return None
    a = re.sub(r"^(?:the|of)\s+(?=[A-Z])", "", a)
    b = re.sub(r"^(?:the)\s+(?=[A-Z])", "", b)
    b = re.sub(rf"\s+the\s+{GRADED}(?:\s+one)?$", "", b)
    named = names(f"x {a}"), names(f"x {b}")
    timed = [bool(mentions(x, as_of)) for x in (a, b)]
    if not (all(named) or (named[0] and all(timed)) or all(timed)):
        return None
    beside = shape in (_Shape.VERSUS, _Shape.BETWEEN, _Shape.BOTH)
    tail = re.search(r"(?:\s+[a-z][a-z-]+)+$", b) if beside else None
    if tail and not timed[1] and re.sub(r"['’]s?$", "", a) in named[0]:  # "X vs Y pricing"
        a = f"{a}{tail.group()}"
    elif " of " in a and " of " not in b:  # "the funding of X and Y"
        b = f"{a[: a.rindex(' of ')]} of {b}"
    elif shape is _Shape.BOTH and all(timed) and not own_names(b, as_of):
        # "X's May 2025 and June 2026 raises"
        noun = re.search(r"[a-z-]+s?$", b)
        owner = re.match(r".*?['’]s?(?=\s)", a)
        if noun and owner:
            a, b = f"{a} {noun.group()}", f"{owner.group()} {b}"
    else:
        b = _alike(a, b, shape, as_of)
    shared = mentions(b, as_of)
    if shared and not timed[0] and re.search(r"\s(?:in|on|at)\s+$", b[: shared[-1].start]):
        start, end = when(b, shared[-1])
        if end == len(b):  # "… of X compare with Y's in July": both in July
            a = f"{a} {b[start:end]}"
    return a, b


def _no_things(match: re.Match[str], shape: _Shape) -> bool:
    """Whether the words at the two places are no things, or one of three."""
    a, b = match["a"].strip(), match["b"].strip()
    if _NO_THING.match(a) or _NO_THING.match(b):
        return True
    if shape is _Shape.VERSUS and re.search(rf"\b(?:{AUX}|what|how|who|which)\b", a, re.IGNORECASE):
        return True  # "what did the judge rule in X v Y"
    if shape is _Shape.CHOICE:
        return _listed(match.string[: match.start("a")])
    return shape in (_Shape.HOW, _Shape.BOTH) and not _NAMED.match(b)


def _listed(before: str) -> bool:
    """Whether the words before "X or Y" end with another thing of the same list."""
    last = re.split(r"[,:]\s*", before.strip(" ,:"))[-1]
    return len(re.split(r"[,:]", before.strip(" ,:"))) > 1 and last in names(f"x {last}")


def _alike(a: str, b: str, shape: _Shape, as_of: date) -> str:
    """A bare ``b`` with the words that ``a`` has around its own: "X's price and Y's"."""
    that = _THAT_OF.match(b)
    if that:
        return _that_of(a, b[that.end() :], that.group().split()[-1], as_of)
    mine, other = names(f"x {a}"), names(f"x {b}")
    if re.match(r"(?:its|their)\s", b) and mine:
        return re.sub(r"^(?:its|their)\b", lambda _: f"{owner_of(a)}'s", b)
    late = re.search(r"(?<=['’]s)\s+(?:in|on|at|by)\s+.+$", b)
    if late and mentions(late.group(), as_of):  # "Y's in 2025"
        return f"{_alike(a, b[: late.start()], shape, as_of)}{late.group()}"
    bare = re.sub(r"['’]s?$", "", b)
    if not mine or not other or bare != other[0] or "'s " in b or mine[-1] not in a:
        return b
    if shape is _Shape.CHOICE and bare == b:  # "X's owner or Y"
        return b
    name = mine[-1]
    at = a.rindex(name)
    if not a.endswith(name):  # "R1's API price": the owner's name alone is replaced
        name = re.split(r"['’]s?\s", name, maxsplit=1)[0]
    return a[:at] + bare + a[at + len(name) :]


def _that_of(a: str, b: str, link: str, as_of: date) -> str:
    """ "That of Y" or "the one in May" with the words that ``a`` has: "Y's price"."""
    owner = re.match(r"(?P<owner>.+?)['’]s?\s+(?P<noun>.+)$", a)
    if mentions(b, as_of) and not own_names(b, as_of):  # "that of the March 2026 one"
        found = mentions(a, as_of)
        if found and not re.search(rf"\b{PREP}\s", a[: found[0].start]):
            bare = " ".join(f"{a[: found[0].start]} {a[found[-1].end :]}".split())
            return f"{bare} in {b}"  # "X's 2024 price compare with that of 2025"
        start = _timed_phrase(a, as_of)
        noun = re.search(r"([a-z][\w-]*)$", a)
        b = re.sub(r"\bones?$", noun.group(1) if noun else "", b)
        link = "in" if link == "of" else link
        return " ".join(f"{a[:start]} {'' if re.match(rf'{PREP} ', b) else link} {b}".split())
    name = re.match(r"(?:the\s+)?(?P<x>.+?)(?P<t>\s+(?:in|on|at)\s+\S.*)?$", b)
    if owner and name:
        return f"{name['x']}'s {owner['noun']}{name['t'] or ''}"
    return f"{a[: a.rindex(' of ')]} of {b}" if " of " in a else b


def owner_of(text: str) -> str:
    """The first name in a text without what it owns: "X" of "X's price"; else the text."""
    found = names(f"x {text}")
    return re.split(r"['’]s?(?:\s|$)", found[0], maxsplit=1)[0] if found else text


def _timed_phrase(text: str, as_of: date) -> int:
    """Where the phrase with the first time begins: at "in" of "in the October 2024 funding"."""
    found = mentions(text, as_of)
    if not found:
        return len(text)
    leads = list(re.finditer(rf"\b{PREP}\s", text[: found[0].start]))
    return leads[-1].start() if leads else found[0].start


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of the two things: the words around them."""

    shape: _Shape
    before: str
    after: str
    metric: str | None  # "in size" of "compare in size with"
    tense: str  # "did" or "do"
    as_of: date

    def of(self, thing: str) -> str | None:
        """The question for one of the things; None where no rule can word it."""
        if self.shape is _Shape.HOW:
            return self._how(thing) if not self.after else None
        other = _ANOTHER_ASKED.match(self.after)
        if self.shape in (_Shape.BETWEEN, _Shape.BOTH) and other is None:
            return self._side_by_side(thing)
        second = _second(thing, other["wh"], self.before, self.as_of) if other else None
        if self.shape is _Shape.CHOICE:
            first = graded(thing, self.before, self.as_of)
            if self.after and not (second or (other and _vague(other))):
                return None  # something more is asked
            return second if second and not _vague(other) else first or second
        if second:
            return second
        if self.shape is _Shape.VERSUS and not self.after and not re.search(AUX, self.before):
            words = topic(self.before)
            return f"{' '.join(f'{thing} {words}'.split())}?"
        return None

    def _how(self, thing: str) -> str:
        """ "On AIME, how does X compare with Y": "what is X on AIME"."""
        lead = re.sub(r",?\s*\bhow\s+(?:do|does|did)\s*$", "", self.before, flags=re.IGNORECASE)
        metric, wise = self.metric, re.fullmatch(r"([\w ]+)-wise", lead)
        if wise:
            metric, lead = f" in {wise.group(1).lower()}", ""
        if mentions(lead, self.as_of):
            thing, lead = f"{thing}{at_time(thing, lead, self.as_of)}", ""
        if re.match(rf"{PREP}\s", lead, re.IGNORECASE):
            thing, lead = f"{thing} {lead[0].lower()}{lead[1:]}", ""
        text = _state(thing, metric, self.tense)
        return f"{text.rstrip('?')} ({topic(lead)})?" if topic(lead) else text

    def _side_by_side(self, thing: str) -> str | None:
        """ "Compare X and Y", "do X and Y differ in price", "what did X and Y each raise"."""
        tense = self.before or ("did" if mentions(thing, self.as_of) else "do")
        metric = re.match(r"(?:compare\s+|differ\s+)?(?P<on>(?:in|on)\s+(?P<n>.+))$", self.after)
        kind = f" in {metric['n']}" if metric else self.metric
        if metric and re.match(r"[A-Z\d]", metric["n"]):  # "on AIME"
            return _state(f"{thing} {metric['on']}", None, tense)
        if self.shape is _Shape.BETWEEN:
            between = re.search(r"\b(?P<n>\w+)\s+(?:difference|gap)s?\b.*$", self.before)
            if between and between["n"].lower() not in _THE_KIND:
                kind = f" in {between['n']}"
            return _state(thing, kind, tense) if metric or not self.after else None
        if metric or (self.after in {"", "compare", "differ"} and not topic(self.before)):
            return _state(thing, kind, tense)
        if compares(self.after) or re.search(rf"{EACH.pattern}\s+{AUX}\b", self.after):
            return None
        return self._of_both(thing)

    def _of_both(self, thing: str) -> str:
        return " ".join(EACH.sub(" ", f"{self.before} {thing} {self.after}").split()) + "?"


def _vague(other: re.Match[str] | None) -> bool:
    """Whether the second question asks only for "the two amounts" or what "each" got."""
    if other is None:
        return True
    two = _TWO_OF.match(other["wh"])
    words = two["n"] if two else topic(EACH.sub(" ", other["wh"]))
    left = [word for word in words.lower().split() if word not in _VAGUE]
    return not left if two else len(left) <= 1 and EACH.search(other["wh"]) is not None


def _state(thing: str, metric: str | None, asked: str) -> str:
    """ "What was X's price?", "How large was X?" """
    past = bool(re.search(r"\b(?:did|was|were)\b", asked, re.IGNORECASE))
    plural = bool(re.search(r"^the\s+\w+\s*\w*s\s+of\b", thing))
    be = ("were" if past else "are") if plural else ("was" if past else "is")
    name = re.sub(r"^\s*(?:in|on)\s+(?:terms\s+of\s+)?", "", metric or "").strip()
    if name == "size":
        return f"How large {be} {thing}?"
    if name:
        return f"What {be} the {name} of {thing}?"
    if re.match(r"(?:what|how|who|where)\b", thing, re.IGNORECASE):
        return f"{thing}?"
    return f"What {be} {thing}?"


def _second(thing: str, asked: str, before: str, as_of: date) -> str | None:
    """The second question for one thing: "how much did each get", "what were the two prices"."""
    lead = "" if mentions(asked, as_of) else at_time(thing, before, as_of)
    two = _TWO_OF.match(asked)
    if two:
        left = [w for w in two["n"].lower().split() if w not in _VAGUE]
        noun = " ".join(two["n"].split())
        noun = noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
        text = f"What was the {noun} of {thing}"
        if not left and topic(before):
            return f"{text} ({topic(before)})?"
    elif EACH.search(asked):
        text = EACH.sub(lambda _: thing, asked, count=1).strip(" ?")
    else:
        return None
    text = f"{text}{lead}"
    lacking = [name for name in own_names(before, as_of) if name not in text]
    return f"{text} ({' '.join(lacking)})?" if lacking else f"{text}?"
