"""What can be evaluated: anything that turns a question into an answer record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from eval.checker import Lookup
from eval.dataset import Question
from rag.errors import StoreError, UnknownArticle
from rag.types import Article

if TYPE_CHECKING:
    from rag.newsroom import Newsroom
    from rag.settings import Settings
    from rag.store import Store

LEAST_HITS = 10  # the answer record promises that many passages where the store has them


class System(Protocol):
    """A question-answering system under evaluation."""

    @property
    def name(self) -> str:
        """What tables and reports call it."""
        ...

    def describe(self) -> Mapping[str, Any]:
        """Everything that its answers depend on, as JSON; answers are kept while it is equal."""
        ...

    def ask(self, question: Question) -> dict[str, Any]:
        """The answer record of a question (see DESIGN of the project's README)."""
        ...

    @property
    def lookup(self) -> Lookup | None:
        """Gives the texts that offsets refer to; None where they are not known here."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


class NewsroomSystem:
    """citewire itself.

    :param as_of: answer with what was known on this day; None for everything stored
    :param today: the day of the run, on which answers depend where ``as_of`` is None
    :param variant: what was changed of the newsroom, if anything
    """

    def __init__(
        self,
        newsroom: Newsroom,
        settings: Settings,
        as_of: date | None,
        today: date,
        variant: str = "",
    ) -> None:
        self.newsroom, self.settings = newsroom, settings
        self.as_of, self.today, self.variant = as_of, today, variant
        self.corpus = corpus_hash(newsroom.store)
        self._texts = lru_cache(maxsize=256)(self._text)

    @property
    def name(self) -> str:
        """``citewire`` and the model that writes its answers."""
        parts = [self.settings.llm or "extractive", self.variant]
        return f"citewire ({', '.join(part for part in parts if part)})"

    def describe(self) -> Mapping[str, Any]:
        """Settings, corpus and code."""
        s = self.settings
        return {
            "system": "citewire",
            "variant": self.variant,
            "llm": s.llm,
            "llm_base_url": s.llm_base_url,
            "llm_context": s.llm_context,
            "encoder": s.encoder,
            "backend": s.backend,
            "reranker": s.reranker,
            "top_k": s.top_k,
            "as_of": (self.as_of or self.today).isoformat(),
            "as_of_fixed": self.as_of is not None,
            "corpus": self.corpus,
            "code": code_hash(),
            "prompts": prompt_hashes(),
        }

    def ask(self, question: Question) -> dict[str, Any]:
        """Ask the newsroom, on the question's own day if it has one."""
        answer = self.newsroom.ask(
            question.question,
            question.history,
            as_of=self.as_of,
            today=question.asked_on,
            top_k=max(LEAST_HITS, self.settings.top_k),
        )
        return answer.record(question.id)

    @property
    def lookup(self) -> Lookup | None:
        """The stored texts, by address and version."""
        return self._texts

    def _text(self, url: str, version: int | None) -> str | None:
        try:
            return self.newsroom.store.article(url, version).text
        except UnknownArticle:
            return None

    def close(self) -> None:
        """Close the newsroom."""
        self.newsroom.close()


def open_system(
    settings: Settings,
    *,
    today: date,
    as_of: date | None = None,
    retrieval: str = "hybrid",
    answers: bool = True,
) -> NewsroomSystem:
    """Open citewire for evaluation.

    :param retrieval: ``hybrid``, or ``dense`` or ``lexical`` for one search alone
    :param answers: False leaves the answering out, for figures of retrieval alone
    :raises StoreError: where nothing is stored that could be asked
    """
    from rag.newsroom import open_newsroom
    from rag.retrieve import RetrievalOptions, Retriever

    newsroom = open_newsroom(settings, clock=lambda: today)
    try:
        if not newsroom.store.sources(limit=1):
            raise StoreError(
                f"{settings.home} holds no articles: run citewire-ingest add PATH-OR-URL, "
                "or evaluate the demo corpus with --demo"
            )
        variant = []
        if retrieval != "hybrid":
            options = RetrievalOptions(dense=retrieval == "dense", lexical=retrieval == "lexical")
            newsroom.retriever = Retriever(newsroom.store, newsroom.store.encoder, options)
            variant.append(f"{retrieval} only")
        if not answers:
            from eval.ablation import RetrievalOnly

            newsroom.answerer = RetrievalOnly()
            variant.append("no answers")
        return NewsroomSystem(newsroom, settings, as_of, today, ", ".join(variant))
    except BaseException:
        newsroom.close()
        raise


def stored_articles(store: Store) -> list[Article]:
    """The current articles of a store, as they would be ingested again."""
    articles = []
    at, batch = 0, 500
    while sources := store.sources(limit=batch, offset=at):
        for source in sources:
            stored = store.article(source.url)
            articles.append(
                Article(
                    source.url,
                    source.title,
                    stored.text,
                    source.publisher,
                    source.authors,
                    source.published,
                    source.published_from,
                )
            )
        at += batch
    return articles


def corpus_hash(store: Store) -> str:
    """SHA-256 of the current articles' addresses, dates, titles and texts, in any order."""
    rows = []
    for a in stored_articles(store):
        facts = json.dumps([a.url, a.title, a.publisher, a.published, a.text])
        rows.append(hashlib.sha256(facts.encode()).hexdigest())
    return hashlib.sha256("".join(sorted(rows)).encode()).hexdigest()


@lru_cache(maxsize=1)
def code_hash() -> str:
    """SHA-256 of the answering package's code, so that kept answers die with it."""
    import rag

    digest = hashlib.sha256()
    root = Path(rag.__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def prompt_hashes() -> dict[str, str]:
    """SHA-256 (16 digits) of each prompt file."""
    import rag

    folder = Path(rag.__file__).parent / "prompts"
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted(folder.glob("*.md"))
    }


def answer_key(question: Question, description: Mapping[str, Any]) -> str:
    """What an answer depends on, as 16 hexadecimal digits."""
    asked = [
        question.id, question.question, [[t.role, t.content] for t in question.history],
        question.asked_on.isoformat() if question.asked_on else None, description,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
