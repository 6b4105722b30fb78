"""The one value of a sentence that answers a question, where it has just one.

The sentence must tell of all that the question names, its value must be of the kind asked for, and
what the sentence says of it must be what the question asks.
"""

from __future__ import annotations

import re

from rag.candidates import Candidate, Matcher
from rag.clauses import SAYING, VERBS, acts, proper, verbless
from rag.facts import CURRENCIES, Day, Quantity, quantities
from rag.focus import products
from rag.forms import AMOUNTS, Form
from rag.readings import (
    Reading,
    asked_sum,
    borne_by,
    bygone,
    days,
    events,
    stands,
    sum_of,
    sums,
)
from rag.roles import GENERIC, LIGHT
from rag.sameness import in_row, same
from rag.sentences import split
from rag.words import STOP, alike, content, fold, stem, tokens, words

# What stands around both sentences must hold this weighted share of the question's words, and
# the sentences themselves this one: a title often names what its sentences leave out.
SAME_THING = 0.7

SAME_SENTENCE = 0.4

_WHAT_SUM = re.compile(
    r"^what(?:['’]s| is| was| are| were)\b[^,]*\b(?:valuation|revenues?|price|profit|"
    r"market (?:cap\w*|value)|salary|budget|capex|fine|turnover|loss)\b",
    re.I,
)

_WHAT_SHARE = re.compile(r"^what (?:stake|share|cut)\b", re.I)


def _form(matcher: Matcher) -> Form:
    """The form of the answer: an amount of money also for "what is Ferrum's valuation"."""
    form, asked = matcher.want.form, matcher.query.question
    if form is not Form.ANY:
        return form
    if _WHAT_SUM.search(asked):
        return Form.MONEY
    return Form.PERCENT if _WHAT_SHARE.search(asked) else form


def answering(matcher: Matcher, candidate: Candidate, asked: str) -> Reading | None:
    """The one value of a sentence that answers the question; None for none or several."""
    if not _same_thing(matcher, candidate):
        return None
    text, source = candidate.sentence.text, candidate.hit.passage.source
    form = _form(matcher)
    least = _DATE_FITS if form is Form.DATE else _FITS
    fits = {(f.start, f.end) for f in matcher.want.found(text) if f.strength >= least}
    listed: list[Quantity | Day]
    if form is Form.MONEY:
        listed = [q for q in quantities(text) if q.unit in CURRENCIES]
    elif form is Form.PERCENT:
        listed = [q for q in quantities(text) if q.unit == "%"]
    elif form in AMOUNTS:
        listed = [
            q
            for q in quantities(text)
            if (q.start, q.end) in fits and not _foreign(matcher, q, text)
        ]
    elif form is Form.DATE:
        listed = [d for d in days(text) if any(a < d.end and d.start < b for a, b in fits)]
    else:
        return None
    around = surroundings(candidate)
    every = [Reading(source, text, around, v.start, v.end, v) for v in listed]
    readings = [r for r in every if stands(r) and _answers(matcher, r, asked)]
    told = [r for r in readings if not same(r, readings[0])]
    return readings[0] if readings and not told and not in_row(readings[0]) else None


_FITS = 0.7
_DATE_FITS = 0.45  # also a year that the question doesn't name: "the third quarter of 2029"


def _foreign(matcher: Matcher, q: Quantity, text: str) -> bool:
    """Whether a count is wanted and this is a share, a sum, a measure or a product's number."""
    want = matcher.want
    if want.form is not Form.NUMBER or not want.nouns or want.units:
        return False
    return bool(q.unit) or (q.value < NUMBERED and bool(_NAME_BEFORE.search(text[: q.start])))


NUMBERED = 1000  # numbers of products and versions are below

_NAME_BEFORE = re.compile(r"\b[A-Z][\w.]*[ -]v?$")


def surroundings(candidate: Candidate) -> str:
    """Title and heading with the sentence and its neighbours."""
    passage = candidate.hit.passage
    pieces = split(passage.text)
    near = " ".join(p.text for p in pieces[max(0, candidate.at - 1) : candidate.at + 2])
    return f"{passage.source.title} \n {passage.heading} \n {near}"


def _same_thing(matcher: Matcher, candidate: Candidate) -> bool:
    published = candidate.hit.passage.source.published
    return (
        _share(matcher, candidate.near_stems) >= SAME_THING
        and _share(matcher, candidate.stems, plain=True) >= SAME_SENTENCE
        and (matcher.names(candidate.tokens) > 0 or _of_subject(matcher, candidate))
        and matcher.names(candidate.near_tokens) >= 1.0
        and matcher.dated(candidate.sentence.text, published) >= 0
        and all(p.said(surroundings(candidate)) for p in products(matcher.query))
    )


def _of_subject(matcher: Matcher, candidate: Candidate) -> bool:
    """Whether the sentence names nobody and its article's title all that the question names."""
    title = frozenset(fold(t.text) for t in tokens(candidate.hit.passage.source.title))
    return matcher.names(title) >= 1.0 and not proper(candidate.sentence.text)


def _share(matcher: Matcher, stems: frozenset[str], *, plain: bool = False) -> float:
    """The weighted share of the question's words that ``stems`` hold.

    Words for the deed, the kind of money and the size are looked at elsewhere.

    :param plain: without the words of names
    """
    named = {stem(t) for t in matcher.want.name_tokens}
    if "user" in stems:
        stems = stems | _USED
    terms = [
        t
        for t in matcher.weights
        if t not in _SIZES
        and t not in GENERIC
        and not t[0].isdigit()
        and not (plain and t in named)
        and not (_form(matcher) is Form.MONEY and sums(t))
        and not (matcher.want.form is Form.DATE and events(t))
    ]
    total = sum(matcher.weights[t] for t in terms)
    held = sum(matcher.weights[t] * matcher.held(t, stems, 0.7) for t in terms)
    return held / total if total else 1.0


_SIZES = frozenset(
    map(stem, words("large big high much many amount number total size date against per now"))
)

_USED = frozenset(map(stem, words("people use")))  # "weekly users" are people who use it weekly


def _answers(matcher: Matcher, reading: Reading, asked: str) -> bool:
    """Whether the value is of what the question asks: the deed, the kind of money, the event."""
    if not borne_by(reading, asked):
        return False
    if matcher.want.form is Form.DATE:
        return _dates_it(reading, asked)
    if not matcher.want.dates and bygone(reading):
        return False
    if _form(matcher) is Form.MONEY:
        kinds = asked_sum(asked)
        return not kinds or bool(kinds & sum_of(reading))
    clause = reading.clause
    if _BY.search(reading.sentence[: reading.start]):
        return False  # how much more, not how much
    mine = set(content(reading.sentence if verbless(clause.text) else clause.text))
    mine |= _USED if "user" in mine else set()
    verbs = {t for t in matcher.weights if t in VERBS and t not in LIGHT} - matcher.want.nouns
    if not all(any(alike(verb, word) for word in mine) for verb in verbs):
        return False
    return _counts(matcher, reading) and (bool(verbs - _USED) or _only_has(matcher, reading))


_BY = re.compile(r"(?<!used)(?<!visited)[ (]by\s*(?:about |around |some |roughly )?\W?$")


def _counts(matcher: Matcher, reading: Reading) -> bool:
    """Whether the figure stands right beside a word for what is counted."""
    nouns = matcher.want.nouns
    if not nouns or matcher.want.units:
        return True
    after = _RUN.match(reading.sentence, reading.end)
    before = reading.sentence[max(reading.clause.start, reading.start - 30) : reading.start]
    run = tokens(after.group()) if after else []
    near = [word for token in run for word in content(token.text)]
    near += [] if quantities(before) else content(before)
    near += _USED if "user" in near else []
    return any(alike(word, noun) for word in near for noun in nouns)


def _deed_beside(matcher: Matcher, reading: Reading) -> bool:
    """Whether a plain verb stands before the figure or after its noun: "activates 37B", "12
    users discuss"."""
    before = tokens(reading.sentence[reading.clause.start : reading.start])
    before = [t for t in before if fold(t.text) not in STOP | _DEGREES]
    if before:
        low = before[-1].text
        verbal = re.fullmatch(r"[a-z]+(?:s|ed|ing)", low) and not re.search(r"(?:ss|ons)$", low)
        known = stem(low) in _HAVING or any(alike(stem(low), term) for term in matcher.weights)
        if verbal and not known:
            return True
    q = reading.value
    after = _RUN.match(reading.sentence, reading.end)
    run = [fold(t.text) for t in tokens(after.group())] if after else []
    heads = [i for i, w in enumerate(run) if isinstance(q, Quantity) and stem(w) in _HEADS]
    for word in run[heads[0] + 1 :] if heads else []:
        if word in _PREPOSITIONS:
            break
        if word in STOP or word.endswith("ly") or word in _DEGREES:
            continue
        return stem(word) not in _HAVING
    return False


_HEADS = frozenset(map(stem, words("user people customer subscriber member developer employee")))

_PREPOSITIONS = words("in on at of for by from with across around and or than as to since after")

_DEGREES = words(
    "about around roughly nearly some only just over almost approximately least than more less "
    "fewer up as many every each all worldwide daily weekly monthly active currently already "
    "day week month year quarter"
)

_RUN = re.compile(r"[\s-]*(?:[\w'’-]+[ -]){0,3}[\w'’-]+")

# What a report of how much there is of something may say.
_HAVING = frozenset(
    map(
        stem,
        words(
            "reach pass hit surpass exceed top grow grew rise rose use uses used have has count "
            "total attract serve cross double triple gain stand comprise contain include feature "
            "run need require get got score achieve hold host consist employ release launch "
            "introduce unveil operate support offer provide come say own hold need will"
        ),
    )
)


def _only_has(matcher: Matcher, reading: Reading) -> bool:
    """Whether a clause tells no deed but that there is, or was reached, so much."""
    start = reading.clause.start
    listed = [a.verb for a in acts(reading.sentence) if start <= a.start < reading.start]
    deeds = [v for v in listed if v not in _HAVING and v not in SAYING]
    known = all(any(alike(verb, term) for term in matcher.weights) for verb in deeds)
    return known and not _deed_beside(matcher, reading)


_BOUNDARY = re.compile(r"\b(?:by|before|after|since|until|till|from|through|to|than)\s+(?:the\s)?$")


def _dates_it(reading: Reading, asked: str) -> bool:
    """Whether the clause of a date tells the event that the question asks for."""
    clause = reading.clause
    lead = reading.sentence[max(0, reading.start - 16) : reading.start]
    numbered = re.findall(r"\b[A-Z]\w*[- ]?\d[\w.]*", clause.text)
    value = reading.value
    return (
        isinstance(value, Day)
        and bool(value.month or value.quarter)
        and bool(events(asked) & events(clause.text))
        and not _BOUNDARY.search(lead)
        and not any(
            n not in asked and not n.startswith(_MONTHS) and not n[0].isdigit() for n in numbered
        )
    )


_MONTHS = tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
