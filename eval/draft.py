"""Proposes questions from a person's own articles, for that person to edit.

A chat model writes them where one is configured. Without one, sentences with a figure
and a named subject become questions by pattern, or by a gap where no pattern fits.
Every draft carries its evidence and a note to check it.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eval.checker import sentences
from eval.dataset import Evidence, Question
from eval.words import contains, plain, words
from rag.types import Article

NOTE = "draft: check question, answer and nuggets, then remove this note"
_NAME = r"(?P<who>(?:[A-Z][\w&.'-]*)(?: (?:[A-Z][\w&.'-]*|of|and|the)){0,4})"
_MONEY = r"(?P<what>(?:[A-Z]{0,2}[$€£¥])\s?\d[\d,.]*(?: (?:thousand|million|billion|trillion))?)"
_COUNT = r"(?P<what>\d[\d,.]*(?: (?:thousand|million|billion))?)"
_DATE = (
    r"(?P<what>(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December) \d{1,2}(?:, \d{4})?)"
)
_PAST = {
    "raised": "raise", "paid": "pay", "spent": "spend", "invested": "invest", "lost": "lose",
    "earned": "earn", "charged": "charge", "committed": "commit", "borrowed": "borrow",
    "cut": "cut", "hired": "hire", "dismissed": "dismiss", "sold": "sell", "shipped": "ship",
    "released": "release", "launched": "launch", "announced": "announce", "introduced": "introduce",
    "filed": "file", "opened": "open", "acquired": "acquire", "published": "publish",
}  # fmt: skip
_VERB = "|".join(_PAST)
_START = rf"^(?!(?:It|He|She|They|We|The|That|This|These|In|On|At)\b){_NAME} (?:has |had )?"
_ABOUT = r"(?:about |some |more than |up to )?"
_PATTERNS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "number",
        re.compile(rf"{_START}(?P<verb>{_VERB}) {_ABOUT}{_MONEY}(?P<rest>[^,.;]*)"),
        "How much did {who} {verb}{rest}?",
    ),
    (
        "number",
        re.compile(rf"{_START}(?P<verb>{_VERB}) {_ABOUT}{_COUNT} (?P<rest>[^,.;]+)"),
        "How many {rest} did {who} {verb}?",
    ),
    (
        "when",
        re.compile(rf"{_START}(?P<verb>{_VERB}) (?P<rest>[^,.;]+?) on {_DATE}"),
        "When did {who} {verb} {rest}?",
    ),
)
_FIGURE = re.compile(
    rf"{_MONEY}|\d[\d,.]*\d(?: (?:percent|million|billion))|\d{{1,3}}(?:,\d{{3}})+".replace(
        "?P<what>", "?:"
    )
)
PROMPT = (
    "Write one question that a reader of this news passage might ask and that the passage alone "
    "answers, with its short answer. Name the people, companies and products in the question. "
    'Answer with JSON only: {"question": "...", "answer": "...", "key_fact": "the shortest '
    'string of the passage that a right answer must contain"}\n\nTitle: %s\nPublished: %s\n\n%s'
)


@dataclass(slots=True)
class Drafts:
    """Proposed questions, and how many proposals of the model could not be used."""

    questions: list[Question] = field(default_factory=list)
    unusable: int = 0


def draft(
    articles: Sequence[Article],
    count: int,
    *,
    seed: int = 0,
    write: Callable[[str], str] | None = None,
) -> Drafts:
    """Propose up to ``count`` questions, from as many different articles as possible.

    :param write: a chat model as a function of the prompt; patterns are used if None
    """
    rng = random.Random(seed)  # noqa: S311 - a sample, not a secret
    order = list(articles)
    rng.shuffle(order)
    drafts = Drafts()
    made = _written(order, write, drafts, count) if write else _patterned(order, rng)
    for question in made:
        if len(drafts.questions) >= count:
            break
        id = f"draft-{len(drafts.questions) + 1:03d}"
        drafts.questions.append(replace(question, id=id))
    return drafts


def _patterned(articles: Sequence[Article], rng: random.Random) -> Iterator[Question]:
    """Questions by pattern: first one of each article, then the second ones, and so on."""
    proposals = []
    for article in articles:
        found = list(_of_article(article))
        gaps = [q for q in found if q.type == "gap"]
        rng.shuffle(gaps)
        proposals.append([q for q in found if q.type != "gap"] + gaps[:1])
    for depth in range(max(map(len, proposals), default=0)):
        for of_one in proposals:
            if depth < len(of_one):
                yield of_one[depth]


def _of_article(article: Article) -> Iterable[Question]:
    for sentence in sentences(article.text):
        text = sentence.text
        if not 8 <= len(words(text)) <= 40 or text not in plain(article.text):
            continue
        for kind, pattern, form in _PATTERNS:
            if match := pattern.match(text):
                asked = form.format(
                    who=match["who"], verb=_PAST[match["verb"]],
                    rest=match["rest"] if match["rest"].startswith(" ") else match["rest"].strip(),
                )  # fmt: skip
                yield _question(asked, kind, match["what"], text, article)
                break
        else:
            if match := _FIGURE.search(text):
                gap = f"{text[: match.start()]}____{text[match.end() :]}"
                yield _question(f"Fill the gap: {gap}", "gap", match.group(), text, article)


def _question(asked: str, kind: str, fact: str, sentence: str, article: Article) -> Question:
    fact = fact.strip().rstrip(".,")
    return Question(
        "", asked, kind, answer=sentence, must_include=((fact,),),
        evidence=(Evidence(article.url, _original(article.text, sentence)),),
    )  # fmt: skip


def _original(text: str, sentence: str) -> str:
    """The sentence as the article writes it, if Markdown or line ends hid it."""
    if sentence in text:
        return sentence
    parts = [re.escape(word) for word in sentence.split()]
    match = re.search(r"[\s*_`]+".join(parts), text)
    return match.group() if match else sentence


def _written(
    articles: Sequence[Article], write: Callable[[str], str], drafts: Drafts, count: int
) -> Iterator[Question]:
    for article in articles[: 3 * count]:  # a model that never succeeds must end, too
        passage = article.text[:2000]
        reply = write(PROMPT % (article.title, article.published or "unknown", passage))
        question = _parsed(reply, passage, article)
        if question is None:
            drafts.unusable += 1
        else:
            yield question


def _parsed(reply: str, passage: str, article: Article) -> Question | None:
    """The model's proposal, or None where it is no JSON or its fact isn't in the passage."""
    match = re.search(r"\{.*\}", reply, re.S)
    try:
        row: Any = json.loads(match.group()) if match else None
        asked, answer, fact = (str(row[k]).strip() for k in ("question", "answer", "key_fact"))
    except (ValueError, KeyError, TypeError):
        return None
    if not asked or not fact or not contains(answer, fact):
        return None
    for sentence in sentences(passage):
        if contains(sentence.text, fact):
            return _question(asked, "fact", fact, sentence.text, article)
    return None


def draft_line(question: Question) -> str:
    """A draft as a line of a question file, with the note to check it."""
    return json.dumps({**question.record(), "note": NOTE}, ensure_ascii=False) + "\n"
