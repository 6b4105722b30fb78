"""Questions for the news itself, not for a fact: "what's new at OpenAI?", "news of March 2025".

They name a subject, a period, both or neither. Rules only; :mod:`rag.rundown` answers them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.times import Mention
from rag.types import Overview
from rag.words import content

LONGEST = 160  # characters; a question for news is short

_ON = r"(?:about|on|with|of|from|in|at|for|around|between|regarding|concerning)"
_NEW = (
    r"(?:(?:latest|newest|recent|most recent|new|top|main|biggest|major|key|most important|big|"
    r"most significant|most notable|important|significant|quick|short|brief|AI|artificial "
    r"intelligence|tech|industry|\d+|two|three|four|five|six|seven|eight|ten)\W+)"
)
_NEWS = r"(?:news|headlines?|updates?|developments?|stor(?:y|ies)|events|announcements|highlights)"
_SUBJECT = r"(?P<subject>.+?)"
_PLEASE = (
    r"(?:(?:i(?:'d| would) like|i want|do you have|is there|are there|have you got|got|give me|"
    r"show me|tell me|find me|any|some|the|all|a|an)\W+)*"
)
_WHAT = r"(?:(?:what (?:is|are|was|were)|what's)\W+)?"
_SUMMARY = r"(?:overview|summary|digest|rundown|round-?up|recap)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"what(?:'s| is| are| was| were|s) (?:the )?(?:new|up|latest|happening|going on|trending|"
        rf"newest)(?: {_NEWS}(?: of)?)?(?: (?!of){_ON} {_SUBJECT})?",
        rf"what(?:'s| has| have|s)? (?:happened|been happening|been going on)"
        rf"(?: (?:in|with|to|at|around|on) {_SUBJECT})?",
        rf"{_WHAT}{_PLEASE}{_NEW}*{_NEWS}(?: {_ON} {_SUBJECT})?",
        rf"{_PLEASE}(?:latest|newest|anything new|anything happening)"
        rf"(?: (?:about|on|with|from|in|at|for) {_SUBJECT})?",
        rf"{_PLEASE}{_NEW}*(?P<subject>(?:[\w&.'-]+ ){{1,3}}){_NEWS}",
        r"(?P<subject>(?:[\w&.'-]+ ){1,3})(?:latest|newest)",
        rf"{_PLEASE}(?:summari[sz]e|sum up|recap|brief me|catch me up|fill me in|"
        rf"bring me up to (?:speed|date)|update me|walk me through)(?: {_ON})?"
        rf"(?: (?:what happened|the)\b)?(?: {_NEW}*{_NEWS})?(?: {_ON})?(?: {_SUBJECT})?",
        rf"{_PLEASE}{_NEW}*(?:{_NEWS} )?{_SUMMARY}(?: {_ON}(?: {_NEW}*{_NEWS})?)?"
        rf"(?: {_ON})?(?: {_SUBJECT})?",
        rf"what (?:did|have|has) i miss(?:ed)?(?: {_ON} {_SUBJECT})?",
        rf"{_WHAT}{_PLEASE}(?:(?:current|latest|present) )?(?:status|state) of {_SUBJECT}",
        rf"(?:where|how) (?:does|do|is|are) {_SUBJECT} (?:stand|going|coming along|progressing)",
        rf"tell me (?:more |something |everything )?about {_SUBJECT}",
        rf"what (?:do you|can you|do the articles|do we) (?:know|tell me|have|say) (?:about|on) "
        rf"{_SUBJECT}",
        r"what(?:'s| did| has| have| is| are) (?P<subject>(?=.*(?-i:[A-Z])).+?) "
        r"(?:do|done|been doing|been up to|up to|doing)",
    )
)
_OLDEST = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_PLEASE}(?:timeline|chronology|history) of {_SUBJECT}",
        rf"{_PLEASE}(?P<subject>(?:[\w&.'-]+ ){{1,4}})(?:timeline|chronology)",
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
        rf"how (?:has|have|did|does|do) the (?P<amount>{_AMOUNT}) of (?P<owner>.+?) {_WENT}"
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
    r"impact|result|role|difference|name|most|least|last|past|hours?|yourself|release date)\b",
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
    if len(question) > LONGEST:
        return None
    text = _POLITE.sub("", _without(question, times))
    for form in _TRENDS:
        match = form.fullmatch(text)
        owner = _thing(match["owner"]) if match else None
        if match and owner and " and " not in owner:
            return Overview(owner, oldest_first=True, amount=match["amount"])
    for forms, oldest in ((_FORMS, False), (_OLDEST, True)):
        for form in forms:
            match = form.fullmatch(text)
            subject = _subject(match) if match else None
            if subject is not None:
                return Overview(subject, oldest)
    return None


_POLITE = re.compile(
    r"^(?:(?:and|so|ok|okay|but|then|hey|hi|hello|please|(?:can|could|would) you|"
    r"(?:tell me|explain|explain to me|show me)(?= what))\W+)+",
    re.IGNORECASE,
)
_LEADS_TO_TIME = re.compile(
    r"\W*\b(?:in|on|during|for|from|since|after|before|until|till|by|of|over|between|within|around|"
    r"as of|throughout)?(?: the)?\W*$",
    re.IGNORECASE,
)


_OWNED = re.compile(r"^['’]s\b")  # "this week's news"


def _without(question: str, times: Sequence[Mention]) -> str:
    """The question without the periods it names and the marks around it."""
    pieces, at = [], 0
    for mention in times:
        pieces.append(_LEADS_TO_TIME.sub("", question[at : mention.start]))
        at = mention.end
    pieces.append(question[at:])
    pieces[1:] = [_OWNED.sub("", piece) for piece in pieces[1:]]
    text = " ".join(" ".join(pieces).replace("’", "'").split())
    text = re.sub(r"^[\W_]+|[\W_]+$", "", text)
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return re.sub(r"\s+([,?.!])", r"\1", text)


def _subject(match: re.Match[str]) -> str | None:
    """The subject as written, "" for everything; None where it isn't one."""
    return _thing(match["subject"] or "") if "subject" in match.groupdict() else ""


def _thing(text: str) -> str | None:
    subject = re.sub(r"^(?:the|all|any|some|an?)\s+", "", text.strip(" ,.'\""), flags=re.IGNORECASE)
    if not subject or _ALL.fullmatch(subject):
        return ""
    if not content(subject):
        return None
    if len(subject.split()) > LONGEST_SUBJECT or _NO_SUBJECT.search(subject):
        return None
    return subject
