"""A sentence as a row of comparable items: words, whole figures, whole dates.

Spellings that mean the same are made one first ("U.S." and "United States", "didn't" and "did
not"), so that two rows can be laid side by side item for item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.clauses import SAYING
from rag.facts import Day, Quantity, dates, names, quantities
from rag.words import Token, fold, stem, tokens, words


@dataclass(frozen=True, slots=True)
class Item:
    """One word, figure or date; ``gap`` is the punctuation before it, without quotation marks."""

    text: str  # folded; "" for a figure or date
    stem: str
    raw: str
    gap: str = ""
    quantity: Quantity | None = None
    day: Day | None = None
    name: bool = False
    owner: bool = False  # "Meta's"


Row = tuple[Item, ...]

_SPELLINGS = tuple(
    (re.compile(form), to)
    for form, to in (
        (r"[‘’]", "'"),
        (r"[“”\"]", ""),
        (r"\b([Ww])on't\b", r"\1ill not"),
        (r"\b([Cc])an't\b|\b([Cc])annot\b", "can not"),
        (r"n't\b", " not"),
        (r"\bchief executive(?: officer)?\b", "CEO"),
        (r"\b(?:United States|U\.S\.(?:A\.)?|USA)(?=\W|$)", "US"),
        (r"\b(?:United Kingdom|U\.K\.)(?=\W|$)", "UK"),
        (r"\b(?:European Union|E\.U\.)(?=\W|$)", "EU"),
        (r"\b([Mm])ore than(?= [$€£¥]?\d| half| (?:a|one|two|three) )", "over"),
        (r"\b[Aa]s well as\b", "and"),
        (r"\bcompared (?:with|to)\b", "against"),
        (r"\b[Ii]n order to\b", "to"),
        (r"\b([Nn])o one\b", r"\1obody"),
        (r"\b([Ss])tart-up", r"\1tartup"),
        (r"\b([Dd])ata[- ]?cent(?:re|er)", r"\1atacentre"),
        (r"(?<=\w{3}[lrtnmcsg])iz(?=e|ing|ation)", "is"),
        (r"\b([Ll]ab|[Cc]ol|[Ff]av|[Bb]ehavi|[Nn]eighb)or", r"\1our"),
    )
)


def spelled(text: str) -> str:
    """``text`` with variant spellings made one."""
    for form, to in _SPELLINGS:
        text = form.sub(to, text)
    return text


@lru_cache(maxsize=4096)
def row(text: str) -> Row:
    """The items of a sentence, in order."""
    text = spelled(text)
    spans: list[tuple[int, int, Quantity | Day]] = [(d.start, d.end, d) for d in dates(text)]
    spans += [
        (q.start, q.end, q)
        for q in quantities(text)
        if not any(d.start < q.end and q.start < d.end for d in dates(text))
    ]
    named = [(n.start, n.end) for n in names(text) if not n.opens or _name_like(n.text, text)]
    found: list[Item] = []
    end = 0
    for token in tokens(text):
        if token.start < end:
            continue
        stop = token.start + len(token.text.rstrip(","))  # "in 2025, up 3%"
        gap = re.sub(r"[\s'*_`]", "", text[end : token.start])
        fact = next(
            (s for s in spans if s[0] <= token.start < s[1] and _whole(token, s, text)), None
        )
        if fact is not None:
            end = max(fact[1], stop)
            raw = text[token.start : end].rstrip(", ")
            end = token.start + len(raw)
            found.append(_fact(raw, re.sub(r"[$€£¥]", "", gap), fact[2]))
            continue
        end = stop
        inside = any(a <= token.start < b for a, b in named)
        owner = token.text.endswith("'s") or text[end : end + 2] in ("' ", "'")
        found.append(
            Item(
                fold(text[token.start : end]),
                stem(text[token.start : end]),
                text[token.start : end],
                gap,
                name=inside,
                owner=owner,
            )
        )
    return tuple(found)


def _whole(token: Token, span: tuple[int, int, Quantity | Day], text: str) -> bool:
    """Whether no word is cut by the end of the span ("22-billion" of "22-billion-parameter")."""
    return not (span[1] < len(text) and text[span[1] - 1].isalnum() and text[span[1]] in "-'"
                and text[span[1] + 1 : span[1] + 2].isalpha())  # fmt: skip


def _fact(raw: str, gap: str, fact: Quantity | Day) -> Item:
    if isinstance(fact, Quantity):
        return Item("", "", raw, gap, quantity=fact)
    return Item("", "", raw, gap, day=fact)


def _name_like(word: str, text: str) -> bool:
    """Whether a capitalised first word is a name, as far as the sentence tells."""
    if fold(word) in _OPENING or re.search(r"(?:ed|ing|ly|tion|ment|ers|ors|ists|ies|ness)$", word):
        return False
    return not re.search(rf"\b{re.escape(word.lower())}\b", text)


_OPENING = words(
    "the a an it he she they we its their his her this that these those in on at by for from with "
    "after before while when as if but and or also however meanwhile although though because "
    "since despite during under most many some all several few more less nobody none each every "
    "researchers regulators lawyers officials analysts users critics shares revenue sales profit "
    "staff authors scientists residents workers employees investors executives prosecutors police "
    "chief founder minister councillor senator president small large delivery newspapers analyst "
    "parliament two three four five six seven eight nine ten nearly almost about roughly both last "
    "datacentre data construction net orders production demand spending output sources people"
)

BE = words("is are was were be been being")
AUX = BE | words("has have had will would can could may might must shall should do does did")
_PARTICIPLES = words(
    "been led built bought sold put cut hit set said made paid won lost met begun become held kept "
    "left lent run sent spent told found laid brought got given taken shown known grown fallen "
    "risen written spoken chosen broken drawn driven seen done gone thrown withdrawn"
)
_PAST = _PARTICIPLES | words(
    "was were had did rose fell grew began took gave ran sought thought went showed chose wrote "
    "spoke broke drew came became knew saw drove"
)


def form(item: Item) -> str:
    """ "past", "ing" or "base": what the ending of a word says of its time."""
    if item.text in _PAST or (item.text.endswith("ed") and len(item.text) > 3):
        return "past"
    return "ing" if item.text.endswith("ing") and len(item.text) > 4 else "base"


def participle(item: Item) -> bool:
    """Whether an item may be a past participle."""
    return item.text in _PARTICIPLES or (item.text.endswith("ed") and len(item.text) > 3)


# Verbs of saying, without "note" (its stem is "not"), "state" (mostly a noun) and "call".
SAYS = (SAYING - {stem(word) for word in words("state call")}) | {
    stem(word)
    for word in words(
        "caution find show estimate believe think reveal disclose rule conclude acknowledge "
        "declare comment stress recall complain"
    )
}
# The forms of them that end a remark such as "…, two people said on Monday".
SAID = words(
    "said says say reported announced warned argued wrote added claimed estimated showed show "
    "shows explained stated cautioned revealed disclosed confirmed insisted ruled found believes "
    "told"
)
_ALWAYS = SAYS | {stem(word) for word in words("expect plan intend hope aim want believe think")}

_GROUPS = """
buy acquire purchase
reduce cut
lower cut
firm company
employee worker staff staffer
job position
begin start commence
fall drop decline
rise increase climb
announce say
say state tell
plan intend aim
fund money
movie film
launch introduce
found establish
require need
about roughly around approximately
over exceeding
permit allow
prohibit ban forbid
purchase acquisition
sum money
show reveal
probe investigation inquiry
reject refuse
big large
bigger larger
biggest largest
assist help
injure hurt
residents inhabitants
worldwide globally
use utilise
obtain get receive
currently now
per a
annual yearly
release publish
concern worry
warn caution
build construct
test trial pilot
make manufacture produce
pupil student
last take
quit leave
consume use
criticise slam
beat defeat outperform
teach instruct
halt stop
assess evaluate
collaborate cooperate
finish complete
quit resign
end conclude
called dubbed
attorney lawyer
automobile car
"""


@lru_cache(maxsize=1)
def _like() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for word in line.split():
            table.setdefault(stem(word), set()).add(number)
    return {word: frozenset(groups) for word, groups in table.items()}


_FORMS = [
    words(group)
    for group in (
        "is are;was were;has have;do does;a an the;its the;their the;which that;who that;said says;"
        "be become;will shall"
    ).split(";")
]
_CLOSED = AUX | words("a an the its their his her this that these those which who it they he she")


def same(claim: Item, source: Item) -> bool:
    """Whether two items say the same; a date of the claim may say less."""
    if claim.quantity and source.quantity:
        one, two = claim.quantity, source.quantity
        slack = 0.03 if one.rough else 1e-9
        return one.unit == two.unit and abs(one.value - two.value) <= slack * abs(two.value)
    if claim.day and source.day:
        return _same_day(claim.day, source.day) and _preposition(claim) == _preposition(source)
    if claim.quantity or source.quantity or claim.day or source.day:
        return False
    if source.text == BEING.text:
        return claim.text in BE
    return claim.owner == source.owner and (claim.text == source.text or _alike(claim, source))


def _alike(claim: Item, source: Item) -> bool:
    """Whether two different words mean the same, in the same tense."""
    if claim.text in _CLOSED or source.text in _CLOSED:
        return any(claim.text in group and source.text in group for group in _FORMS)
    if claim.name or source.name:
        return claim.text.replace(".", "") == source.text.replace(".", "")
    if form(claim) != form(source) and not (claim.stem in _ALWAYS and source.stem in _ALWAYS):
        return False
    if claim.stem == source.stem:
        return True
    like = _like()
    return bool(like.get(claim.stem, frozenset()) & like.get(source.stem, frozenset()))


def _same_day(claim: Day, source: Day) -> bool:
    return all(
        getattr(claim, part) in (None, getattr(source, part))
        for part in ("year", "month", "day", "quarter")
    ) and claim.agrees(source)


def _preposition(item: Item) -> str:
    first = item.raw.split()[0].lower()
    return first if first in _BEFORE_DATES else ""


_BEFORE_DATES = words("in since by until last this early mid late of during")


def plain(texts: Iterable[str]) -> Row:
    """Items made of plain words."""
    return tuple(Item(fold(text), stem(text), text) for text in texts)


BEING = Item("\0be", "\0be", "is")  # stands for any form of "be"
