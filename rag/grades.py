"""A comparison asked of one thing: "which is bigger" becomes "how big is X", by rules."""

from __future__ import annotations

import re
from datetime import date

from rag.ellipsis import PREP, at_time
from rag.followup import topic

COMPARATIVE = {
    "bigger": "big", "larger": "large", "greater": "great", "higher": "high", "lower": "low",
    "smaller": "small", "cheaper": "cheap", "faster": "fast", "slower": "slow", "longer": "long",
    "better": "good", "dearer": "dear", "older": "old", "deeper": "deep", "stronger": "strong",
    "closer": "close", "newer": "new", "pricier": "pricey", "steeper": "steep",
}  # fmt: skip
MORE = r"(?:more|less|fewer|most|least)"
GRADED = rf"(?:{'|'.join(COMPARATIVE)}|{MORE}\s+\w+)"
_ADJ = rf"(?:{'|'.join(COMPARATIVE)})"
_FIRST = r"(?:first|earlier|sooner|last|later)"
_PAST = {
    "gave": "give", "spent": "spend", "paid": "pay", "got": "get", "took": "take", "cut": "cut",
    "cost": "cost", "made": "make", "won": "win", "sold": "sell", "lost": "lose", "grew": "grow",
    "bought": "buy", "drew": "draw", "laid": "lay", "held": "hold", "put": "put", "built": "build",
    "brought": "bring", "left": "leave", "came": "come", "went": "go", "fell": "fall",
    "rose": "rise", "beat": "beat", "hit": "hit", "led": "lead", "did": "do", "said": "say",
}  # fmt: skip
_VERBS = frozenset(
    "add announce beat build burn buy charge claim close consume cost cut draw earn employ gain "
    "get give grow hire hold invest launch lay lose make need offer order own pay plan post "
    "publish put raise receive release report reveal save score sell serve ship sign spend sue "
    "take train unveil use win".split()
)
_VERB = rf"(?:{'|'.join(_PAST)}|\w{{2,}}ed|(?:{'|'.join(sorted(_VERBS))})(?:e?s)?)"
_WHO = (
    r"^(?:(?P<lead>[^,]*),\s*)?(?:which|who|whose|what)"
    r"(?P<np>(?:\s+(?!is\b|are\b|was\b|were\b)\S+)*?)"
)
_IS_MORE = re.compile(
    rf"{_WHO}\s+(?P<be>is|are|was|were)\s+(?:the\s+)?(?P<grade>{GRADED})(?P<n>\s.*)?$",
    re.IGNORECASE,
)
_BEEN_MORE = re.compile(
    rf"{_WHO}\s+(?P<be>is|are|was|were)\s+(?P<verb>\w+ed|paid|given|sold)\s+(?:{MORE}|{_ADJ})"
    r"(?P<n>\s.*)?$",
    re.IGNORECASE,
)
_HAS_MORE = re.compile(
    rf"{_WHO}\s+(?P<have>had|has|have)\s+(?:the\s+|an?\s+)?(?P<grade>{MORE}|{_ADJ})\s+(?P<n>.+)$",
    re.IGNORECASE,
)
_DID_MORE = re.compile(
    rf"{_WHO}\s+(?P<verb>{_VERB})(?P<what>\s+(?!the\b|an?\b)\S+)?\s+(?:the\s+|an?\s+)?"
    rf"(?P<grade>{MORE}|{_ADJ})(?P<n>\s.*)?$",
    re.IGNORECASE,
)
_DID_FIRST = re.compile(
    rf"{_WHO}\s+(?P<said>(?:(?:is|are|was|were)\s+)?[a-z]+(?:\s+[A-Z]\S*)*)\s+{_FIRST}(?P<n>\s.*)?$",
    re.IGNORECASE,
)
THE_ONE = re.compile(r"\bthe\s+one\b|(?<=\d )\bones?\b", re.IGNORECASE)
_STOP = rf"(?:{PREP}|per|than|when|while|according|as|this|last|next|so|altogether|overall)"


def graded(thing: str, before: str, as_of: date) -> str | None:
    """What the words before "X or Y" ask of one of them; None for other words.

    :param thing: "X"
    :param before: "which is bigger", "in 2024, who spent more on chips"
    """
    for rule in (_been, _is, _has, _first, _did):
        found = rule(thing, before)
        if found:
            lead, text, kind = found
            return _joined(f"{text}{at_time(text, lead or '', as_of)}", kind)
    return None


_Found = tuple[str | None, str, str | None]  # the words before a comma, the question, the kind


def _been(thing: str, before: str) -> _Found | None:
    """ "Who was valued higher": "at what was X valued"."""
    found = _BEEN_MORE.match(before)
    if found is None:
        return None
    valued = found["verb"].lower() in {"valued", "priced", "rated", "ranked"}
    how = "At what" if valued else "How much"
    text = f"{how} {found['be']} {thing} {found['verb']}{found['n'] or ''}"
    return found["lead"], text, found["np"]


def _is(thing: str, before: str) -> _Found | None:
    """ "Which was the bigger raise in May": "how big was X's raise in May"."""
    found = _IS_MORE.match(before)
    if found is None:
        return None
    grade = COMPARATIVE.get(found["grade"].lower(), found["grade"].split()[-1])
    noun, rest = _noun(found["n"] or "")
    asked_for = "" if re.match(r"\s*of\b", found["np"]) else found["np"].strip()
    subject = with_noun(thing, noun or asked_for)
    kind = noun if noun and subject == thing else found["np"]
    return found["lead"], f"How {grade} {found['be']} {subject}{rest}", kind


def _has(thing: str, before: str) -> _Found | None:
    """ "Which has more parameters": "how many parameters does X have"."""
    found = _HAS_MORE.match(before)
    if found is None:
        return None
    noun, rest = _noun(found["n"])
    grade = found["grade"].lower()
    if grade in COMPARATIVE:
        if not noun:
            return None
        be = "was" if found["have"].lower() == "had" else "is"
        text = f"How {COMPARATIVE[grade]} {be} {thing}'s {noun}{rest}"
    else:
        verb = {"had": "did", "has": "does", "have": "do"}[found["have"].lower()]
        text = f"How {many(noun)} {noun} {verb} {thing} have{rest}"
    return found["lead"], text, found["np"]


def _first(thing: str, before: str) -> _Found | None:
    """ "Which came first": "when did X come out"."""
    found = _DID_FIRST.match(before)
    if found is None:
        return None
    words = found["said"].split()
    if re.fullmatch(r"is|are|was|were", words[0], re.IGNORECASE):
        text = f"When {words[0]} {thing} {' '.join(words[1:])}{found['n'] or ''}"
    else:
        verb = _base(words[0])
        if verb is None:
            return None
        out = " out" if verb[0] == "come" and len(words) == 1 else ""
        text = f"When {verb[1]} {thing} {' '.join([verb[0], *words[1:]])}{out}{found['n'] or ''}"
    return found["lead"], text, found["np"]


def _did(thing: str, before: str) -> _Found | None:
    """ "Who raised more in May": "how much did X raise in May"."""
    found = _DID_MORE.match(before)
    verb = _base(found["verb"]) if found else None
    if found is None or verb is None:
        return None
    base, aux = verb
    noun, rest = _noun(found["n"] or "")
    grade = found["grade"].lower()
    did = f"{base}{found['what'] or ''}"
    if grade not in COMPARATIVE:
        text = f"How {many(noun)} {noun} {aux} {thing} {did}{rest}"
    elif noun:
        text = f"How {COMPARATIVE[grade]} {'was' if aux == 'did' else 'is'} {thing}'s {noun}{rest}"
    else:
        text = f"How {COMPARATIVE[grade]} {aux} {thing} {did}{rest}"
    return found["lead"], text, found["np"]


def _base(verb: str) -> tuple[str, str] | None:
    """The plain form of a verb and its auxiliary; None for what isn't known to be one."""
    verb = verb.lower()
    if verb in _PAST:
        return _PAST[verb], "did"
    if verb.endswith("ed") and len(verb) > 4:
        forms = verb[:-1], verb[:-2], verb[:-3]
        return next((form for form in forms if form in _VERBS), verb[:-2]), "did"
    for form in (verb[:-1], verb[:-2]):
        if verb.endswith("s") and form in _VERBS:
            return form, "does"
    return (verb, "do") if verb in _VERBS else None


def many(noun: str) -> str:
    """ "Many" for a plural, "much" for others."""
    return "many" if re.search(r"[^s]s$|\bpeople$", noun.strip()) else "much"


def _noun(text: str) -> tuple[str, str]:
    """The noun at the start and what follows it: "layoffs" of " layoffs in January 2023"."""
    match = re.match(rf"\s*(?P<n>(?!{_STOP}\b)\S+(?:\s+(?!{_STOP}\b)\S+)*)(?P<rest>.*)$", text)
    return (match["n"], match["rest"]) if match else ("", text)


def with_noun(thing: str, noun: str) -> str:
    """ "Suno's in May" with the noun that it stands for: "Suno's raise in May"."""
    if not noun:
        return thing
    if THE_ONE.search(thing):
        return THE_ONE.sub(lambda _: f"the {noun}", thing, count=1)
    bare = re.match(rf"(?P<owner>.+?(?:['’]s|s['’]))(?=\s+{PREP}\b|$)", thing)
    return f"{bare['owner']} {noun}{thing[bare.end() :]}" if bare else thing


def _joined(text: str, kind: str | None) -> str:
    """A question, with the kind of thing in brackets where "which" names it."""
    text = " ".join(text.split())
    note = topic(re.sub(r"^\s*of\s+", "", kind or ""))
    return f"{text} ({note})?" if len(note.split()) > 1 and note not in text else f"{text}?"
