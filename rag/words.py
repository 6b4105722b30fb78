"""Words: tokens with offsets, a light stemmer, stop words and groups of like meaning.

Pure functions without data files, used to compare sentences; the lexical index has its
own analyser.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """A set written as one string of words apart by spaces."""
    return frozenset(text.split())


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


STOP = words(
    "a about after again all also am an and any are as at be been before being both but by can "
    "could did do does doing done during each few for from get gets got had has have having he her "
    "here hers him his how i if in into is it its just like made make makes many may me might more "
    "most much must my no nor not now of off on one only onto or other our ours out over own per "
    "please shall she should so some such tell than that the their theirs them then there these "
    "they this those through to too under until up upon us very was we were what when where which "
    "while who whom whose why will with within would yet you your yours s t d ll re ve m according "
    "via there's that's it's says said say saying new"
)

NEGATORS = words(
    "not no never none neither nor without cannot nobody nothing nowhere n't hardly barely "
    "denied denies deny denying refused refuses declined declines failed fails lacks lacked "
    "isn't "
    "aren't wasn't weren't don't doesn't didn't won't wouldn't can't couldn't hasn't haven't "
    "hadn't shouldn't ain't"
)

# Words that stand for each other in news prose; own list, one group a line.
_GROUPS = """
capex expenditure expenditures spending outlay outlays
cut eliminate axe slash shed lay layoff dismiss remove reduce reduction trim firing redundancy
job position role post staff employee worker employment headcount workforce people personnel
buy acquire purchase takeover acquisition bought snap
sell sale sold
raise secure land fundraise fundraising funding round
lead led
invest investment commit commitment pledge stake back
launch release unveil introduce debut ship announce reveal publish present rollout
say state tell declare report announce claim explain note argue mention comment
firm company business startup corporation maker group
expect project forecast predict anticipate estimate foresee projection
plan intend aim seek want hope target goal
save saving
spend spending cost pay price expense charge fee paid paying
profit earning income
revenue sales turnover
grow growth rise increase climb surge jump gain soar up higher expand rose grew
fall drop decline decrease sink slump down lower fell dip shrink plunge
worth value valuation valued
start begin began commence
end finish conclude close complete completion
join hire appoint name recruit
leave quit resign depart departure exit step left resignation
chief head boss leader
ceo executive
build construct develop create make built construction
use adopt employ deploy
help assist aid support
help enable let allow
need require must
show demonstrate
fast quick speed rapid faster quicker speedy
big large huge giant vast massive sizable
near almost nearly roughly approximately about around some
court judge tribunal
sue lawsuit suit litigation legal complaint
ban prohibit forbid block bar
law legislation act bill rule regulation
fine penalty
agree agreement deal contract accord pact partnership partner team collaborate collaboration
customer client user consumer
weekly week
daily day
monthly month
yearly annual annually year
chip processor gpu semiconductor accelerator
win won victory
lose lost loss
child kid minor
film movie
car vehicle auto automobile
doctor physician
money cash fund
worry concern fear anxiety
important key major crucial critical
problem issue trouble
try attempt
get receive obtain
give grant award provide offer
rival competitor
boost improve improvement enhance gain strengthen
efficiency productivity
delay postpone push
approve approval clear authorise authorize permit
founder cofounder found founded
run operate
hq headquarter
us u.s usa american america
uk u.k british britain
eu e.u european europe
china chinese
japan japanese
germany german
france french
india indian
canada canadian
korea korean
"""

# Pairs that turn a statement round. Left and right are sets of stems' source words.
_OPPOSITES = """
increase rise rose grow grew climb surge jump gain soar | decrease fall fell drop decline sink slump shrink plunge cut reduce
raise | lower cut
more above exceed over | fewer less below under
buy acquire bought purchase | sell sold
hire recruit | fire lay layoff dismiss cut eliminate axe shed slash
ahead lead | behind trail
approve approval allow permit uphold | reject ban block prohibit forbid deny strike
win won | lose lost
join | leave left quit resign depart
before | after
first | last
start begin began launch | end stop halt cancel scrap
accept pass adopt | reject refuse
open | close shut
faster quicker | slower
higher | lower
cheaper | dearer pricier
best | worst
largest biggest | smallest
minimum least | maximum most
support back endorse | oppose
guilty convict | acquit innocent
true confirm | false deny
profit profitable | loss lose lost
add | remove
include | exclude
strong | weak
public | private
success succeed | fail failure
"""  # noqa: E501 (one pair a line reads best)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number as written, with its place in the text."""

    text: str
    start: int
    end: int


_TOKEN = re.compile(
    r"\d+(?:,\d+)*(?:\.\d+)*(?:[A-Za-z%]+\b|%)?|[^\W\d_]\.(?:[^\W\d_]\.)+|\w+(?:[’'.&-]\w+)*[+#]*"
)


_HYPHENS = {0x2010: "-", 0x2011: "-"}  # as some sites write them, to keep a name in one line


def hyphened(text: str) -> str:
    """``text`` with plain hyphens, of the same length: "GPT‑5" is "GPT-5"."""
    return text if text.isascii() else text.translate(_HYPHENS)


def tokens(text: str) -> list[Token]:
    """Words and numbers in order; ``GPT-4o``, ``14,000`` and ``U.S.`` stay whole."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(hyphened(text))]


def fold(word: str) -> str:
    """Lower case without accents, possessive or surrounding dots: ``Gharbi’s`` → ``gharbi``."""
    if not word.isascii():
        word = word.replace("’", "'")
        word = "".join(
            c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)
        )
    word = word.lower()
    for ending in ("'s", "'"):
        word = word.removesuffix(ending)
    return word.strip(".")


_DOUBLE = re.compile(r"([bdfgmnprt])\1$")
_IRREGULAR = {
    "bought": "buy", "sold": "sell", "rose": "rise", "risen": "rise", "fell": "fall",
    "fallen": "fall", "grew": "grow", "grown": "grow", "won": "win", "lost": "lose",
    "left": "leave", "began": "begin", "begun": "begin", "built": "build", "paid": "pay",
    "spent": "spend", "made": "make", "took": "take", "taken": "take", "gave": "give",
    "given": "give", "said": "say", "told": "tell", "led": "lead", "held": "hold",
    "ran": "run", "sought": "seek", "brought": "bring", "thought": "think", "went": "go",
    "gone": "go", "shown": "show", "chose": "choose", "chosen": "choose", "wrote": "write",
    "written": "write", "spoke": "speak", "spoken": "speak", "broke": "break",
    "broken": "break", "drew": "draw", "came": "come", "became": "become", "met": "meet",
    "kept": "keep", "laid": "lay", "layoffs": "layoff", "people": "people", "men": "man",
    "women": "woman", "children": "child", "worse": "bad", "companies": "company",
    "shot": "shoot", "sent": "send", "hit": "hit", "cutting": "cut", "news": "news",
    "series": "series", "analysis": "analysis", "sued": "sue", "suing": "sue", "using": "use",
    "used": "use", "founded": "found", "founder": "founder", "founders": "founder",
    "teammates": "teammate", "savings": "saving", "earnings": "earning",
}  # fmt: skip


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A crude stem after :func:`fold`: plural, -ed, -ing, -ly and a final e removed."""
    word = fold(word)
    if word in _IRREGULAR:
        return _undo(_IRREGULAR[word])
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ingly"):
        word = word[:-2]
    for ending in ("ing", "ed"):
        base = word.removesuffix(ending)
        if base != word and len(base) >= 3 and re.search(r"[aeiouy]", base):
            word = _DOUBLE.sub(r"\1", base)
            break
    else:
        if word.endswith("ly") and len(word) > 5:
            word = word[:-2]
    return _undo(word)


def _undo(word: str) -> str:
    if word.endswith("i") and len(word) > 3:
        word = word[:-1] + "y"
    if word.endswith("e") and len(word) > 3 and not word.endswith("ee"):
        word = word[:-1]
    return word


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    table: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for word in line.split():
            table.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in table.items()}


def groups(stemmed: str) -> frozenset[int]:
    """The groups of like meaning that a stem belongs to."""
    return _groups().get(stemmed, frozenset())


def alike(left: str, right: str) -> bool:
    """Whether two stems are equal, of like meaning, or share a long beginning."""
    if left == right or (groups(left) & groups(right)):
        return True
    short = min(len(left), len(right))
    # "complete/completion", "automate/automation": seven tenths of the longer word shared.
    same = 0
    while same < short and left[same] == right[same]:
        same += 1
    return same >= 5 and same >= 0.6 * max(len(left), len(right)) and left.isalpha()


@lru_cache(maxsize=1)
def _opposites() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    pairs = []
    for line in _OPPOSITES.strip().splitlines():
        left, right = line.split("|")
        pairs.append((frozenset(map(stem, left.split())), frozenset(map(stem, right.split()))))
    return tuple(pairs)


def opposed(claim: set[str], source: set[str]) -> tuple[str, str] | None:
    """A stem of the claim whose opposite, and not itself, the source holds; or None."""
    for left, right in _opposites():
        for mine, theirs in ((left, right), (right, left)):
            said, meant = claim & mine, source & theirs
            if said and meant and not (source & mine) and not (claim & theirs):
                return (min(said), min(meant))
    return None


def content(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, repeats kept."""
    return list(_content(text))


@lru_cache(maxsize=4096)  # the same sentences are compared again and again
def _content(text: str) -> tuple[str, ...]:
    found = []
    for token in tokens(text):
        for part in parts(token.text):
            low = fold(part)
            if low and low not in STOP and (len(low) > 1 or low.isdigit()):
                found.append(stem(part))
    return tuple(found)


def parts(token: str) -> list[str]:
    """A hyphenated token of plain words split; names such as ``GPT-4o`` stay whole."""
    if "-" in token and not re.search(r"\d", token):
        return [part for part in token.split("-") if part]
    return [token]
