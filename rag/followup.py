"""Follow-up questions made standalone from the conversation so far, by rules.

Two things are done: an ellipsis ("What about Magic that same day?") takes over the earlier
question with the new name or time put in; any other follow-up that leans on what came
before ("Who led it?") gets the earlier question's and answer's subject added in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.header import spoken
from rag.lexical import STOPWORDS
from rag.times import Mention, mentions
from rag.types import Turn

_MAX_CONTEXT = 24  # words of the history; more would drown the question's own
_DEPTH = 4  # earlier follow-ups that are themselves resolved

_OPENING = re.compile(r"^(?:and|but|so|then|also|ok(?:ay)?|well|now)\b[,\s]*", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:what|how)\s+about\s+(?P<rest>.+?)\s*\??$|^(?:and|or|but)\s+(?P<bare>[^?]{2,60}?)\s*\??$",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|"
    r"can|could|will|would|should)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|he|him|his|she|her|hers|there|those|these|this|that|"
    r"both|each|ones?|former|latter|same|others?|such)\b",
    re.IGNORECASE,
)
# "that" as a conjunction and "this week" point at nothing said before.
_NOT_PRONOUN = re.compile(
    r"\b(?:this|these|that|those)\s+(?:week|month|year|quarter|morning|day|time|summer|winter|"
    r"spring|autumn|fall|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|"
    r"\bthere\s+(?:is|are|was|were|been|be)\b|\b(?:is|are|was|were)\s+there\b|"
    r"\b(?:it|there)\s+(?:is|was)\s+\w+\s+that\b|"
    r"(?<=\w)\s+that\s+(?!same|one|day|deal|company|model|round|firm|figure|number)(?=\w)|"
    r"\bsuch as\b|\bone of\b|\beach other\b|\bno one\b|\bone\s+(?=[a-z])",
    re.IGNORECASE,
)
_THE_NOUN = re.compile(
    r"\bthe\s+(?:company|firm|startup|deal|round|model|product|acquisition|funding|merger|lawsuit|"
    r"case|chip|price|ceo|founders?|investors?|lead investor|launch|move|plan|partnership|paper|"
    r"valuation|announcement|release|other one|two|three|first one|second one|new one)\b"
    r"(?!\s+of\b)",
    re.IGNORECASE,
)
_SAME_TIME = re.compile(
    r"\b(?:on |in |at )?(?:that|the) (?:very )?(?:same )(?:day|week|month|year|time)\b|"
    r"\bat the time\b|\bback then\b|\bthat (?:day|week|month|year)\b",
    re.IGNORECASE,
)
_NEXT_TIME = re.compile(
    r"\bthe (?:(?P<after>following|next)\s+(?P<unit>day|week|month|year)|"
    r"(?P<unit2>day|week|month|year)\s+(?P<way>after|before|later|earlier))\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\b[A-Z][\w&+#]*(?:[.'’/-]?[\w&+#]+)*(?:\s+(?:(?:of|the|for|&|de|von)\s+)?"
    r"(?:[A-Z][\w&+#]*(?:[.'’/-]?[\w&+#]+)*|\d[\w.]*))*|\b[a-z]+[A-Z]\w*\b|\b[a-z]\d[\w.-]*\b"
)
_WORD = re.compile(r"[$€£]?\w+(?:[-.,/'’&+]\w+)*[%+#]*")
_OPENERS = frozenset({"apart", "besides", "given", "roughly", "despite", "whether", "when"})
_NO_NAMES = STOPWORDS | {"name", "compare", "list", "roughly"}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def standalone(question: str, history: Sequence[Turn], as_of: date) -> str:
    """The question with what it takes from the history, unchanged where it takes nothing."""
    question = " ".join(question.split())
    earlier, answer = _last_exchange(history)
    if not earlier or not question:
        return question
    at = max(i for i, turn in enumerate(history) if turn.role == "user")
    before = list(history[:at])[-2 * _DEPTH :]
    resolved = standalone(earlier, before, as_of) if before else earlier
    ellipsis = _ABOUT.match(question)
    fragment = (ellipsis["rest"] or ellipsis["bare"] or "") if ellipsis else ""
    if fragment and ((ellipsis and ellipsis["rest"]) or not _QUESTION_WORD.search(fragment)):
        swapped = _swap(resolved, fragment, as_of)
        if swapped:
            return swapped
    if not leans(question):
        return question
    question = _timed(question, f"{resolved} {answer}", as_of)
    context = _context(question, resolved, answer)
    return f"{question.rstrip(' ?')} ({context})?" if context else question


def leans(question: str) -> bool:
    """Whether a question points at something outside itself."""
    if _OPENING.match(question) or _ABOUT.match(question):
        return True
    text = _NOT_PRONOUN.sub(" ", question)
    own = names(question)
    if not own:
        return True
    pronoun = _PRONOUN.search(text)
    if pronoun is None:
        return bool(_THE_NOUN.search(text)) and len(own) < 2
    # A name before the pronoun usually is what it stands for.
    first = question.find(own[0])
    return not 0 <= first < question.find(pronoun.group())


def names(text: str) -> list[str]:
    """Proper names and product codes, as written, without possessives; no sentence openers."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        words = name.split()
        opener = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".?!:"
        while words and _plain(words[0]) in _NO_NAMES:
            words.pop(0)
        if not words or (opener and len(words) == 1 and words[0].lower() in _OPENERS):
            continue
        name = re.sub(r"['’]s?$", "", " ".join(words))
        if len(name) > 1 and name not in found:
            found.append(name)
    return found


def _plain(word: str) -> str:
    """Lower case, without "'s" and the like."""
    return re.split(r"['’]", word.lower())[0]


def topic(text: str) -> str:
    """A question or answer without its question and function words, in order."""
    kept = [w for w in _WORD.findall(text) if w.lower() not in STOPWORDS]
    return " ".join(dict.fromkeys(kept))


def _last_exchange(history: Sequence[Turn]) -> tuple[str, str]:
    """The last question and the answer after it; empty where there is none."""
    question = answer = ""
    for turn in history:
        text = " ".join(re.sub(r"\[\d+\]", "", turn.content).split())
        if turn.role == "user":
            question, answer = text, ""
        elif turn.role == "assistant":
            answer = text
    return question, answer


def _swap(earlier: str, fragment: str, as_of: date) -> str | None:
    """The earlier question with its subject or time replaced by the fragment's."""
    same_time = bool(_SAME_TIME.search(fragment))
    fragment = " ".join(_SAME_TIME.sub(" ", fragment).split()).strip(" ,")
    times = mentions(fragment, as_of)
    rest = re.sub(r"\s+(?:in|on|by|for|from|since|during)$", "", _without(fragment, times))
    bare = re.sub(r"^(?:in|on|by|for|from|since|the|during|as of)\b|\W", "", rest.lower()).strip()
    if times and not bare:
        old = mentions(earlier, as_of)
        if not old:
            return f"{earlier.rstrip(' ?')} {fragment}?"
        new = fragment[times[0].start : times[-1].end]
        return earlier[: old[0].start] + new + earlier[old[0].end :]
    new_names = names(f"x {rest}")
    old_times = mentions(earlier, as_of)
    old_names = [n for n in names(earlier) if not any(_inside(earlier, n, m) for m in old_times)]
    if not new_names or not old_names or not bare:
        return None
    out = earlier.replace(old_names[0], re.sub(r"^(?:for|with|at|of|by)\s+", "", rest), 1)
    if times and not same_time:
        if old_times:
            old_text = earlier[old_times[0].start : old_times[0].end]
            return out.replace(old_text, fragment[times[0].start : times[-1].end], 1)
        out = f"{out.rstrip(' ?')} {fragment[times[0].start : times[-1].end]}?"
    return out


def _timed(question: str, before: str, as_of: date) -> str:
    """Put days in place of "that same day" and "the month after"."""
    known = mentions(before, as_of)
    if not known:
        return question
    since, until = known[0].since, known[0].until
    match = _NEXT_TIME.search(question)
    if match:
        unit = (match["unit"] or match["unit2"]).lower()
        step = timedelta(days=_DAYS[unit])
        back = (match["way"] or "").lower() in {"before", "earlier"}
        try:
            middle = since + (until - since) / 2 + (-step if back else step)
        except OverflowError:  # beyond the first or last year
            return question
        when = str(middle.year) if unit == "year" else spoken(middle.isoformat())
        if unit == "month":
            when = when.split(" ", 1)[1]
        return f"{question[: match.start()]}{match.group()}, {when}{question[match.end() :]}"
    match = _SAME_TIME.search(question)
    if match:
        when = before[known[0].start : known[0].end]
        return f"{question[: match.start()]}in {when}{question[match.end() :]}"
    return question


def _context(question: str, earlier: str, answer: str) -> str:
    """Words of the earlier question, then of its answer, that the question lacks."""
    have = {word.lower() for word in _WORD.findall(question)}
    out: list[str] = []
    sentence = re.split(r"(?<=[.!?])\s", answer, maxsplit=1)[0]
    for text in (earlier, sentence):
        for word in topic(text).split():
            key = re.sub(r"['’]s$", "", word)
            if key.lower() not in have:
                have.add(key.lower())
                out.append(key)
    return " ".join(out[:_MAX_CONTEXT])


def _without(text: str, found: Sequence[Mention]) -> str:
    for mention in reversed(found):
        text = text[: mention.start] + " " + text[mention.end :]
    return " ".join(text.split()).strip(" ,")


def _inside(text: str, name: str, mention: Mention) -> bool:
    at = text.find(name)
    return mention.start <= at < mention.end
