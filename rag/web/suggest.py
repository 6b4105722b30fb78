"""Questions that the stored articles can answer, made from their titles and people.

A headline such as "Meta invests $14.3 billion in Scale AI" says by its verb what can be
asked of its article: "How much did Meta invest in Scale AI?"
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rag.answer import day
from rag.extractive import ExtractiveAnswerer
from rag.newsroom import Newsroom
from rag.types import Source
from rag.words import content

EXAMPLES = 6
FOLLOW_UPS = 3
LONGEST = 110  # characters of a suggested question
_TRIED = 24  # candidates checked for the examples: a quarter of a second each

# Headline verb → its base form. Present and past forms; the verbs that carry most AI news.
_VERBS = {
    form: base
    for base, forms in {
        "announce": "announces announced",
        "launch": "launches launched",
        "release": "releases released",
        "unveil": "unveils unveiled",
        "introduce": "introduces introduced",
        "raise": "raises raised",
        "invest": "invests invested",
        "buy": "buys bought",
        "acquire": "acquires acquired",
        "sue": "sues sued",
        "cut": "cuts cut",
        "sign": "signs signed",
        "plan": "plans planned",
        "propose": "proposes proposed",
        "allow": "allows allowed",
        "enact": "enacts enacted",
        "sell": "sells sold",
        "pay": "pays paid",
        "report": "reports reported",
        "delay": "delays delayed",
        "win": "wins won",
        "name": "names named",
        "hire": "hires hired",
        "fire": "fires fired",
        "ban": "bans banned",
        "fine": "fines fined",
        "approve": "approves approved",
    }.items()
    for form in forms.split()
}
_WORD = r"(?:[A-Z][\w.'’&-]*|\d[\w.]*)"
_HEADLINE = re.compile(
    rf"^(?P<who>{_WORD}(?:\s+(?:(?:of|and|the|for|&)\s+)?{_WORD}){{0,3}})\s+"
    rf"(?P<verb>{'|'.join(_VERBS)})\s+(?P<rest>\S.*)$"
)
_MONEY = re.compile(
    r"^(?:about |almost |nearly |up to |more than |over )?[$€£]\s?\d[\d.,]*"
    r"(?:\s?(?:million|billion|trillion|bn|m|b))?\s*(?P<then>.*)$",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"^(?:about |almost |nearly |up to |more than |over )?\d{1,3}(?:,\d{3})+\s+"
    r"(?P<what>(?:[a-z-]+\s+){0,2}(?:jobs|employees|workers|people|positions|staff|chips|users))\b"
)
_NAME = re.compile(r"\b[A-Z][\w-]*[a-zA-Z0-9](?: [A-Z][\w-]*)?\b(?!['’])")
_TAIL = re.compile(r"[,;:—–]| (?:as|after|while|but|says?|report|two|days?) ")
_ROLE = re.compile(
    r"\b(?:chief executive(?: officer)?|CEO|president|founder|co-founder|minister|commissioner|"
    r"senator|judge|governor|chief [a-z]+ officer)\s+(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,2})"
)


def from_title(source: Source) -> str | None:
    """A question that the article answers, by its headline; None where none is plain."""
    match = _HEADLINE.match(source.title)
    if match is None:
        return None
    who, verb, rest = match["who"], _VERBS[match["verb"]], match["rest"].rstrip(".!?")
    when = f" in {day(source.published).split(' ', 1)[1]}" if source.published else ""
    money, count = _MONEY.match(rest), _COUNT.match(rest)
    if money and verb in ("raise", "invest", "pay"):
        then = _TAIL.split(money["then"])[0].strip()
        then = then if re.match(r"(?:in|for|from|to) [A-Z]", then) else ""
        question = f"How much did {who} {verb} {then}".strip() + (when if not then else "")
    elif count:
        question = f"How many {count['what']} did {who} {verb}{when}"
    elif verb == "sue":
        question = f"Whom did {who} sue"
    elif verb in ("hire", "fire", "fine", "name"):
        question = f"Whom did {who} {verb}{when}"
    else:
        question = f"What did {who} {verb}{when}"
    return question + "?" if len(question) < LONGEST else None


def people(text: str) -> Iterator[str]:
    """Questions about the people that a text names with their role."""
    for match in _ROLE.finditer(text):
        yield f"What did {match['name']} say?"


def follow_ups(
    record: Mapping[str, Any], sources: Mapping[str, Source], asked: Iterable[str]
) -> list[str]:
    """Questions that the retrieved passages answer beyond what was asked.

    :param sources: the articles of the record's hits, by address
    :param asked: the questions of the conversation so far
    """
    cited = {citation["url"] for citation in record["citations"]}
    hits = [hit for hit in record["hits"] if hit["url"] in sources]
    candidates: list[str] = []
    for hit in sorted(hits, key=lambda h: h["url"] in cited):
        question = from_title(sources[hit["url"]])
        if question:
            candidates.append(question)
    said = [q for hit in hits[:6] for q in people(hit["text"])]
    mixed = [q for pair in zip(candidates, said, strict=False) for q in pair]
    mixed += candidates[len(said) :] + said[len(candidates) :]
    mixed += latest_on(sources[url].title for url in dict.fromkeys(hit["url"] for hit in hits))
    return _different(mixed, [*asked], FOLLOW_UPS)


def latest_on(titles: Iterable[str]) -> Iterator[str]:
    """Questions about the names that stand in most of the titles."""
    counts = Counter(name for title in titles for name in set(_NAME.findall(title)))
    for name, count in counts.most_common(6):
        if count >= 2:
            yield f"What is the latest news about {name}?"


def _different(questions: Iterable[str], asked: Sequence[str], most: int) -> list[str]:
    """The first questions that don't repeat another or what was asked."""
    taken = [set(content(q)) for q in asked]
    chosen: list[str] = []
    for question in questions:
        words = set(content(question))
        if any(len(words & other) > 0.6 * min(len(words), len(other) or 1) for other in taken):
            continue
        taken.append(words)
        chosen.append(question)
        if len(chosen) == most:
            break
    return chosen


def examples(newsroom: Newsroom) -> list[str]:
    """Questions from articles spread over the whole time, each tried: it gets an answer.

    The first asks for all that the newest month brought.
    """
    store = newsroom.store
    sources = store.sources(400)
    found: dict[str, str] = {}  # question → address
    for source in sources:
        question = from_title(source)
        if question and source.story.copies >= 1:
            found.setdefault(question, source.url)
    questions = _different(found, (), 200)
    step = max(1, len(questions) // _TRIED)
    quoting = Newsroom(store, newsroom.retriever, ExtractiveAnswerer(store.encoder))
    good: list[str] = []
    newest = store.newest_day()
    if newest and found:
        month = day(newest.isoformat()).split(" ", 1)[1]
        good.append(f"What happened in {month}?")
    for question in questions[::step]:
        answer = quoting.ask(question)
        if found[question] in {citation.url for citation in answer.citations[:2]}:
            good.append(question)
        if len(good) == EXAMPLES:
            break
    return good
