"""The second clause of a question made whole, by rules.

"What did Nvidia earn in May, and what in June?" leaves out what the first clause has said.
Searching and reading need it back: "What did Nvidia earn in June?"
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from rag.followup import names, topic
from rag.header import spoken
from rag.times import Mention, mentions
from rag.words import alike, stem

AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
PREP = r"(?:in|on|at|for|by|with|from|to|after|before|until|since|under|during|of)"
BRIEF = 3  # words of meaning; a clause of no more needs the first one's for its subject
_BE = r"(?:is|are|was|were)"
_CONTRACTED = re.compile(r"^(who|what|when|where|how|why)['’]s\b", re.IGNORECASE)
_NOW = re.compile(r"\s+(?:now|today|currently|at present)\b", re.IGNORECASE)
# What "it" may be beside the name: "in its last round".
_EVENT = re.compile(
    rf"\b{PREP}\s+(?P<the>its|their|his|her|the)\s+(?P<what>(?:[\w-]+\s){{0,3}}?(?:round|deal|funding|"
    r"raise|acquisition|investment|ipo|launch|takeover|lawsuit|offering|merger))\b",
    re.IGNORECASE,
)
# Capitalised words that name nobody.
_GENERIC = frozenset("AI GPU GPUs ARR IPO CEO US UK EU API LLM LLMs".split())
_LIGHT = frozenset(
    "achieve carry come do exceed finish get go have hit make manage pass passed reach reached set "
    "stand stood top value valued".split()
)
_BE_ONLY = re.compile(rf"{_BE}$", re.IGNORECASE)
_GAP = re.compile(r"^(?P<first>.+),\s+and\s+(?P<rest>[^,?]+?)\s*\??$", re.IGNORECASE)
_DEGREE = r"(?:much|many|big|large|high|low|long|far|fast|old|good|well|close)"
_HEAD = re.compile(
    rf"^(?:(?:also|then|roughly|about|approximately|around)\s+)*"
    rf"(?P<wh>(?:{PREP}\s+)?(?:how\s+{_DEGREE}|what|which|who|whose|whom|when|where|why|how))\b"
    r"\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_IT = re.compile(r"\b(?:it|they|he|she)\b", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
_SUBJECT = re.compile(rf"\b{AUX}\s+(?P<rest>.+)$", re.IGNORECASE)
# What a name owns: "'s Series A", "'s system"; after "is" up to a preposition, "'s new site in".
_OWNED = re.compile(r"['’]s?(?:\s+[A-Z0-9][\w.-]*)+|['’]s?\s+[\w-]+")
_OWNED_BY_BEING = re.compile(
    rf"['’]s?(?:\s+[\w.-]+){{1,4}}?(?=\s+(?:{PREP}|when|where)\b|\s*[,?]|\s*$)"
)
_EDGE = re.compile(rf"\s+(?:{PREP}|when|where|while|that|which|and|or|{AUX})\b|[,:;?]|$")
_THAT_YEAR = re.compile(r"\b(?P<of>of )?(?:in )?(?:that|the same) year\b", re.IGNORECASE)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_THAT_MONTH = re.compile(rf"\bthat\s+(?P<month>{_MONTHS})\b")
_LATER = re.compile(
    r"\b(?:a|one)\s+(?P<unit>month|year)\s+(?P<way>later|after(?:wards)?|on|before|earlier)\b|"
    r"\bthe\s+(?P<unit2>month|year)\s+(?P<way2>after|before)\b",
    re.IGNORECASE,
)


def completed(clause: str, first: str, as_of: date) -> str:
    """``clause`` as a question that stands alone beside ``first``, the clause before it."""
    first = first.strip(" ?")
    clause = _CONTRACTED.sub(r"\1 is", dated(clause.strip(" ,;?"), first, as_of))
    head = _HEAD.match(clause)
    whole: str | None = None
    if head is None:
        added = re.match(r"(?:and|or|but)\s+(?:also\s+)?(?P<what>.+)$", clause, re.IGNORECASE)
        whole = _put(first, added["what"], as_of) if added else None
    elif not re.search(r"\beach\b", clause):
        whole = _taken_over(head["wh"], head["rest"], first, as_of)
    if whole:
        return f"{whole}?"
    if head:
        clause = _named(f"{head['wh']} {_with_verb(head['rest'], first)}".strip(), first, as_of)
    return _noted(clause, first, as_of)


def _taken_over(wh: str, rest: str, first: str, as_of: date) -> str | None:
    """The first clause with what the second one changes; None where that says more."""
    short = re.sub(rf"^{_BE}\s+(?:it|that|those|they)\s+", "", rest, flags=re.IGNORECASE)
    if re.match(rf"{PREP}\s", short, re.IGNORECASE) or _only_times(short, as_of):
        return _put(first, short, as_of)
    if re.match(r"about\s", rest, re.IGNORECASE):
        return _put(first, _ITS.sub(f"{_owner(first)}'s", rest[6:], count=1), as_of)
    verb = re.match(rf"(?:{PREP}\s+)?(?:how\s+\w+|\w+)\s+(?={AUX}\s)", first, re.IGNORECASE)
    if not re.search(rf"\b{AUX}\b", rest, re.IGNORECASE) and len(rest.split()) < 3:
        if re.match(rf"{AUX}\s", first, re.IGNORECASE):  # "Is it cheaper, and by how much?"
            return f"{wh} {rest} {first[0].lower()}{first[1:]}".replace("  ", " ")
        if verb and (not rest or re.match(rf"{PREP}\s", wh)):  # "when did X leave, and why?"
            return f"{wh} {rest} {first[verb.end() :]}".replace("  ", " ")
    asked = re.match(rf"(?P<aux>{AUX})\s+(?P<said>.+)$", _with_verb(rest, first), re.IGNORECASE)
    return _again(asked["aux"], asked["said"], first, as_of) if asked else None


def _with_verb(rest: str, first: str) -> str:
    """ "Its Series D" after "how big" with the auxiliary verb that the first clause has."""
    verb = re.search(rf"\b{AUX}\b", first, re.IGNORECASE)
    bare = re.match(r"(?:its|their|his|her)\s|[A-Z]", rest) is not None
    return f"{verb.group()} {rest}" if verb and bare else rest


def own_names(text: str, as_of: date) -> list[str]:
    """The names in a text; those of months and other times left out."""
    return [name for name in names(f"x {_without(text, as_of)}") if name not in _GENERIC]


def gapped(clause: str, as_of: date) -> tuple[str, str] | None:
    """ "What was X valued at in May, and Y in June?" as two questions; None for others."""
    match = _GAP.match(clause)
    if match is None:
        return _two_times(clause, as_of)
    first, rest = match["first"], match["rest"].strip()
    if re.search(rf"\b{AUX}\b", rest, re.IGNORECASE) or not re.search(rf"\b{AUX}\b", first):
        return None
    if re.match(rf"{PREP}\s", rest):
        second = _put(first, rest, as_of)
    elif own_names(rest, as_of) == [rest] and re.search(rf"\b{AUX}\s+[A-Z]", first):
        place = _subject_at(first)
        second = f"{first[: place[0]]}{rest}{first[place[1] :]}" if place else None
    else:
        own, place = own_names(rest, as_of), _subject_at(first)
        lead = re.match(rf"(?:the\s+)?{re.escape(own[0])}\s+(?={PREP}\s)", rest) if own else None
        if lead is None or place is None:
            return None
        whole = f"{first[: place[0]]}{own[0]}{first[place[1] :]}"
        second = _put(whole, rest[lead.end() :], as_of)
    return (f"{first}?", f"{second}?") if second else None


def _two_times(clause: str, as_of: date) -> tuple[str, str] | None:
    """ "How many users were there in May and in June?" as two questions."""
    found = mentions(clause, as_of)
    if len(found) != 2 or not re.match(
        rf"\s+and\s+{PREP}\s+$", clause[found[0].end : found[1].start]
    ):
        return None
    start, _ = when(clause, found[1])
    tail = clause[found[1].end :].rstrip(" ?")
    old, _ = when(clause, found[0])
    one = f"{clause[: found[0].end]}{tail}?"
    return one, f"{clause[:old]}{clause[start : found[1].end]}{tail}?"


def dated(clause: str, first: str, as_of: date) -> str:
    """The clause with "that year", "that August" and "a year later" as the times they are.

    :param first: the clause that names the time which they count from
    """
    known = mentions(first, as_of)
    if not known:
        return clause
    since = known[0].since + (known[0].until - known[0].since) / 2
    clause = _THAT_MONTH.sub(lambda m: f"{m['month']} {since.year}", clause)
    year = _THAT_YEAR.search(clause)
    if year:
        month = re.search(rf"\b(?:{_MONTHS})\s*$", clause[: year.start()].rstrip(" ,"))
        put = f"{since.year}" if month else f"{year['of'] or 'in '}{since.year}"
        clause = f"{clause[: year.start()]}{put}{clause[year.end() :]}"
    later = _LATER.search(clause)
    if later:
        back = (later["way"] or later["way2"]).lower() in {"before", "earlier"}
        days = 365 if (later["unit"] or later["unit2"]).lower() == "year" else 30
        try:
            then = since + timedelta(days=-days if back else days)
        except OverflowError:
            return clause
        told = str(then.year) if days > 31 else spoken(then.isoformat()).split(" ", 1)[1]
        clause = f"{clause[: later.start()]}in {told}{clause[later.end() :]}"
    return clause


def _only_times(text: str, as_of: date) -> bool:
    return bool(mentions(text, as_of)) and len(topic(_without(text, as_of)).split()) == 0


def _without(text: str, as_of: date) -> str:
    """The text without its times and the prepositions before them."""
    for mention in reversed(mentions(text, as_of)):
        before = re.sub(rf"(?:\b{PREP}|\bas of)\s*$", "", text[: mention.start])
        text = f"{before.rstrip()}{text[mention.end :]}"
    return text


def when(text: str, mention: Mention) -> tuple[int, int]:
    """A time with the preposition before it, as offsets."""
    before = re.search(rf"(?:\b{PREP}|\bas of)\s+$", text[: mention.start], re.IGNORECASE)
    return (before.start() if before else mention.start), mention.end


def at_time(thing: str, before: str, as_of: date) -> str:
    """The time that the words before the two things give, for one that has none itself."""
    found = mentions(before, as_of)
    if not found or mentions(thing, as_of):
        return ""
    start, end = when(before, found[0])
    lead = before[start:end]
    return f" {lead[0].lower()}{lead[1:]}" if re.match(rf"{PREP}\b", lead, re.I) else f" in {lead}"


def _put(first: str, fragment: str, as_of: date) -> str | None:
    """The first clause with the fragment in the place of what it stands against.

    None where the first clause has no such place.
    """
    if not fragment:
        return None
    times, old = mentions(fragment, as_of), mentions(first, as_of)
    if times and not topic(_without(fragment, as_of)):
        if not old:
            return f"{_NOW.sub('', first)} {fragment}"
        start, end = when(first, old[0])
        if start == old[0].start:  # "its May 2024 round"
            fragment = re.sub(rf"^{PREP}\s+", "", fragment, flags=re.IGNORECASE)
        elif not re.match(rf"{PREP}\s", fragment, re.IGNORECASE):
            start = old[0].start
        return f"{first[:start]}{fragment}{first[end:]}"
    lead = re.match(rf"({PREP})\s", fragment, re.IGNORECASE)
    place = _place(first, lead.group(1), bool(times), as_of) if lead else _subject_at(first)
    if place is None:
        return None
    start, end = place
    replaced = first[start:end]
    if re.search(r"\bones?\b", fragment):
        noun = re.search(r"([a-z][\w-]*)\s*$", replaced)
        fragment = re.sub(r"\bones?\b", noun.group(1) if noun else "", fragment)
    before, after = first[:start], first[end:]
    if times:  # the old time doesn't hold beside the new one
        before, after = _without(before, as_of), _without(after, as_of)
    return " ".join(f"{before.rstrip()} {fragment}{after}".split())


def _place(first: str, prep: str, timed: bool, as_of: date) -> tuple[int, int] | None:
    """The last phrase of ``first`` that begins with ``prep``; a time only beside a time."""
    found = None
    for match in re.finditer(rf"\b{prep}\s+", first, re.IGNORECASE):
        edge = _EDGE.search(first, match.end())
        end = edge.start() if edge else len(first)
        time = any(m.start < end and match.end() <= m.end for m in mentions(first, as_of))
        if not time or timed:
            found = match.start(), end
    return found


def _subject_at(first: str) -> tuple[int, int] | None:
    """Where the name that the first clause is about stands, with what it owns."""
    match = _SUBJECT.search(first)
    start = match.start("rest") if match else 0
    for name in (n for n in names(f"x {first[start:]}") if n not in _GENERIC):
        at = first.find(name, start)
        if at < 0:
            continue
        if first[start:at].strip(" \"'“").lower() not in {"", "the", "a", "an"}:
            break
        being = match is not None and _BE_ONLY.match(match.group().split()[0]) is not None
        owned = _OWNED_BY_BEING.match(first, at + len(name)) if being else None
        owned = owned or _OWNED.match(first, at + len(name))
        return at, owned.end() if owned else at + len(name)
    for name in (n for n in names(f"x {first}") if n not in _GENERIC):
        at = first.find(name)
        if at >= 0:
            return at, at + len(name)
    return None


def _owner(first: str) -> str:
    """The name that the first clause is about; empty where it has none."""
    place = _subject_at(first)
    if place is None:
        return ""
    return re.split(r"['’]s?(?:\s|$)", first[place[0] : place[1]], maxsplit=1)[0]


def _again(aux: str, said: str, first: str, as_of: date) -> str | None:
    """ "… did Kimi K2 (get)", "… did it report in June": the first clause with these put in.

    None where the clause says more than a name, a time and one verb.
    """
    pronoun = re.match(r"(?:it|they|he|she)\b\s*", said, re.IGNORECASE)
    own, times = own_names(said, as_of), mentions(said, as_of)
    if pronoun:
        left = topic(_without(said[pronoun.end() :], as_of)).split()
        if own or not times or not _same_doing(left, first) or _ITS.search(said):
            return None
        start, _ = when(said, times[0])
        return _put(first, said[start : times[-1].end], as_of)
    place = _subject_at(first)
    verb = re.search(rf"\b{AUX}\b", first, re.IGNORECASE)
    other = verb is None or bool(_BE_ONLY.match(verb.group())) != bool(_BE_ONLY.match(aux))
    if _IT.search(said) or not own or place is None or other:
        return None
    new = re.match(rf"(?:the\s+)?{re.escape(own[0])}", said)
    if new is None:
        return None
    owned = _OWNED.match(said, new.end())
    end = owned.end() if owned else new.end()
    left = topic(_without(said[end:], as_of)).split()
    if not _same_doing(left, first):
        return None
    before, after = first[: place[0]], first[place[1] :]
    if not times and re.match(r"(?:is|are|do|does|has|have)$", aux, re.IGNORECASE):
        before, after = _without(before, as_of), _without(after, as_of)  # asked of today
    whole = f"{before}{said[:end]}{after}"
    if times:
        start, end = when(said, times[0])
        whole = _put(whole, said[start : times[-1].end], as_of) or whole
    return whole


def _same_doing(left: list[str], first: str) -> bool:
    """Whether no word is left, or one verb that the first clause has or that says little."""
    if not left:
        return True
    verb = left[0].lower()
    known = verb in _LIGHT or any(alike(stem(verb), stem(word)) for word in first.lower().split())
    return len(left) == 1 and known


def _named(clause: str, first: str, as_of: date) -> str:
    """The clause with what "it" and "its" stand for in their place."""
    owner = _owner(first)
    match = _IT.search(clause)
    if not owner or (match and _unclear(match, first, owner, as_of)):
        return clause
    if match is None:
        return _ITS.sub(f"{owner}'s", clause, count=1)
    return f"{clause[: match.start()]}{_meant(clause, match, first, as_of)}{clause[match.end() :]}"


def _unclear(match: re.Match[str], first: str, owner: str, as_of: date) -> bool:
    """Whether a pronoun may stand for something else than the first clause's subject."""
    place, pronoun = _subject_at(first), match.group().lower()
    lead = first[: place[0]] if place else ""
    others = any(owner not in name for name in own_names(first, as_of))
    if pronoun == "it" and re.match(rf"(?:which|what)\s+(?!{AUX}\b)[a-z]", first, re.IGNORECASE):
        return True  # "which company did X found, and what is it worth?"
    if pronoun == "it":
        return others and re.search(rf"\b{AUX}\s+$", match.string[: match.start()]) is not None
    direct = re.search(rf"\b{AUX}\s+(?:the\s+)?$", lead) is not None
    return others or not direct or re.match(r"who\b", first, re.IGNORECASE) is not None


def _meant(clause: str, match: re.Match[str], first: str, as_of: date) -> str:
    """What a pronoun of the clause stands for: the pronoun itself where that isn't clear."""
    before, owner, place = clause[: match.start()], _owner(first), _subject_at(first)
    if re.search(rf"\b{PREP}\s+$", before, re.IGNORECASE):
        others = [name for name in own_names(first, as_of) if owner not in name]
        # "what did Y score on it?"
        return others[-1] if others and own_names(clause, as_of) else match.group()
    event = _EVENT.search(first)
    if re.match(r"who\b", clause, re.IGNORECASE) and event:
        return f"{owner}'s {event['what']}" if event["the"].lower() != "the" else event.group()[3:]
    whole = first[place[0] : place[1]] if place else owner
    direct = re.search(rf"\b{AUX}\s+$", before) is not None
    return whole if direct and not mentions(whole, as_of) else owner


def _noted(clause: str, first: str, as_of: date) -> str:
    """The clause with what it lacks of the first one's words in brackets."""
    background = _without(first, as_of) if mentions(clause, as_of) else first
    here = {_plain(word) for word in clause.split()}
    own = own_names(clause, as_of)
    brief = len(topic(clause).split()) <= BRIEF and not mentions(clause, as_of)
    wanted = own_names(background, as_of) if own and not brief else topic(background).split()
    lacking = [text for text in wanted if _plain(text.split()[0]) not in here]
    other = own and re.search(rf"\b{AUX}\s+(?:the\s+)?{re.escape(own[0])}\b(?!['’]s)", clause)
    if other and not _OF_FIRST.search(clause):
        owner = _owner(first)  # asked of another one now
        lacking = [text for text in lacking if owner not in text]
    added = " ".join(dict.fromkeys(lacking))
    return f"{clause} ({added})?" if added else f"{clause}?"


_OF_FIRST = re.compile(r"\b(?:it|its|him|his|her|them|their)\b", re.IGNORECASE)


def _plain(word: str) -> str:
    return re.split(r"['’]|\W+$", word.lower().strip('("“'), maxsplit=1)[0]
