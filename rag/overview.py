"""Questions for the news itself, not for a fact: "what's new at OpenAI?", "news of March 2025".

They name a subject, a period, both or neither. Rules only; :mod:`rag.rundown` answers them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.times import Mention
from rag.types import Overview

LONGEST = 160  # characters; a question for news is short

_ON = r"(?:about|on|with|of|from|in|at|for|around|regarding|concerning|by|to)"
_NEW = (
    r"(?:(?:latest|newest|recent|most recent|new|top|main|biggest|major|key|most important|big|AI|"
    r"artificial intelligence|tech|industry)\W+)"
)
_NEWS = r"(?:news|headlines?|updates?|developments?|stories|events|announcements|coverage)"
_SUBJECT = r"(?P<subject>.+?)"
_PLEASE = (
    r"(?:(?:please|so|ok|hey|hi|can you|could you|would you|i(?:'d| would) like|i want|do you have|"
    r"is there|are there|have you got|got|give me|show me|tell me|find me|what (?:is|are|was|were)|"
    r"what's|any|some|the|all|a|an)\W+)*"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:so |ok |hey )?what(?:'s| is| are| was| were|s) (?:the )?(?:new|up|latest|happening|"
        rf"going on|the latest|newest)(?: {_NEWS})?(?: {_ON} {_SUBJECT})?",
        rf"what(?:'s| has| have|s)? (?:happened|been happening|been going on|changed)"
        rf"(?: lately| recently)?(?: (?:in|with|to|at|around|on) {_SUBJECT})?",
        rf"{_PLEASE}{_NEW}*{_NEWS}(?: {_ON} {_SUBJECT})?",
        rf"{_PLEASE}(?:latest|newest)(?: {_ON} {_SUBJECT})?",
        rf"{_PLEASE}{_NEW}*(?P<subject>(?:[\w&.'-]+ ){{1,3}}){_NEWS}",
        rf"{_PLEASE}(?:summari[sz]e|sum up|recap|overview|summary|digest|rundown|round-?up|"
        rf"brief me|catch me up|bring me up to (?:speed|date)|fill me in|update me)(?: {_ON})?"
        rf"(?: (?:what happened|the)\b)?(?: {_NEW}*{_NEWS})?(?: {_ON})?(?: {_SUBJECT})?",
        rf"(?:can you |please )?tell me (?:more |something |everything )?about {_SUBJECT}",
        rf"what (?:do you|can you|do the articles|do we) (?:know|tell me|have|say) (?:about|on) "
        rf"{_SUBJECT}",
        rf"what (?:did|has|have|is|are) {_SUBJECT} (?:do|done|been doing|been up to|up to|doing)"
        rf"(?: lately| recently)?",
    )
)
_OLDEST = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_PLEASE}(?:timeline|chronology|history) (?:of|for|on) {_SUBJECT}",
        rf"{_PLEASE}(?P<subject>(?:[\w&.'-]+ ){{1,4}})(?:timeline|chronology|history)",
    )
)
# How an amount that stands until it changes went on: whose it is, and what. Revenue and the like
# are of a period each, so that two of them don't tell of a change.
_AMOUNT = (
    r"(?:valuation|(?:market|stock market) (?:value|cap\w*)|(?:stock |share )?price|headcount|"
    r"workforce|stake)"
)
_WENT = (
    r"(?:chang(?:e|ed)|develop(?:ed)?|evolv(?:e|ed)|grow|grown|grew|move|moved|progress(?:ed)?|"
    r"increased?|decreased?|risen|rise|fallen|fall|gone|go)"
)
_TRENDS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"how (?:has|have|did|does|do) (?P<owner>.+?)(?:'s?)? (?P<amount>{_AMOUNT}) {_WENT}"
        r"(?: (?:over time|over the years|up|down))?",
        rf"{_PLEASE}(?:timeline|chronology|history|development|evolution|growth|course) of "
        rf"(?P<owner>.+?)(?:'s?)? (?P<amount>{_AMOUNT})(?: over time)?",
        rf"{_PLEASE}(?P<owner>.+?)(?:'s?)? (?P<amount>{_AMOUNT}) (?:over time|over the years|"
        r"by year|year by year|timeline|history)",
    )
)
# A subject is a thing, not a clause or what the conversation or the answer would have to tell.
_NO_SUBJECT = re.compile(
    r"\b(?:when|after|before|if|because|that|which|who|whom|whose|what|how|why|is|are|was|were|did|"
    r"does|do|has|have|had|than|it|its|them|they|this|these|those|he|she|his|her|their|my|"
    r"me|you|your|i|we|our|one|ones|first|second|third|other|others|price|cost|number|"
    r"any|news|latest|summari[sz]e|sum|recap|give|show|tell|update|brief|reaction|reason|effect|"
    r"impact|result|role|difference|name|most|least)\b",
    re.IGNORECASE,
)
LONGEST_SUBJECT = 6  # words
# What all of the articles are about.
_ALL = re.compile(
    r"(?:(?:the|ai|a\.i\.|artificial intelligence|tech|technology|industry|world|field|sector|"
    r"space|scene|market|everything|news|business|area|of|in|all|general|overall)\b\W*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\W+(?:lately|recently|so far|right now|these days|now|today|at the moment|please|for me|"
    r"nowadays|in general|currently)\W*$|\W+$",
    re.IGNORECASE,
)


def overview(question: str, times: Sequence[Mention]) -> Overview | None:
    """What news a question asks for; None where it asks for something else.

    :param times: the periods that it names; alone ("2025 in AI") they ask for nothing
    """
    text = _without(question, times)
    if len(text) > LONGEST:
        return None
    for form in _TRENDS:
        match = form.fullmatch(text)
        owner = _thing(match["owner"]) if match else None
        if match and owner:
            return Overview(owner, oldest_first=True, amount=match["amount"])
    for forms, oldest in ((_FORMS, False), (_OLDEST, True)):
        for form in forms:
            match = form.fullmatch(text)
            subject = _subject(match) if match else None
            if subject is not None:
                return Overview(subject, oldest)
    return None


_LEADS_TO_TIME = re.compile(
    r"\W*\b(?:in|on|during|for|from|since|after|before|until|till|by|of|over|between|within|around|"
    r"as of|throughout)?(?: the)?\W*$",
    re.IGNORECASE,
)


def _without(question: str, times: Sequence[Mention]) -> str:
    """The question without the periods it names and the marks around it."""
    pieces, at = [], 0
    for mention in times:
        pieces.append(_LEADS_TO_TIME.sub("", question[at : mention.start]))
        at = mention.end
    pieces.append(question[at:])
    text = " ".join(" ".join(pieces).replace("’", "'").split())
    text = re.sub(r"^[\W_]+|[\W_]+$", "", text)
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return re.sub(r"\s+([,?.!])", r"\1", text)


def _subject(match: re.Match[str]) -> str | None:
    """The subject as written, "" for everything; None where it isn't one."""
    return _thing(match["subject"] or "") if "subject" in match.groupdict() else ""


def _thing(text: str) -> str | None:
    subject = re.sub(r"^(?:the|all|any|some)\s+", "", text.strip(" ,.'\""), flags=re.IGNORECASE)
    if not subject or _ALL.fullmatch(subject):
        return ""
    if len(subject.split()) > LONGEST_SUBJECT or _NO_SUBJECT.search(subject):
        return None
    return subject
