"""citewire's retrieval as a LangChain retriever, to drop into another chain.

A module of its own: importing LangChain's retriever base takes half a second that the
command line would pay at every start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.question import understand
from rag.retrieve import Retriever
from rag.types import Filters, Hit


class NewsRetriever(BaseRetriever):
    """Passages as LangChain documents; sync, async and batch.

    The page content is the passage's exact text; the metadata hold ``url``, ``title``,
    ``publisher``, ``published``, ``heading``, ``start``, ``end`` (code points of the stored
    article's text), ``score``, ``cosine`` and ``bm25``.

    :ivar retriever: what finds the passages
    :ivar k: documents returned
    :ivar filters: limits on the articles searched
    :ivar clock: "today" for relative times in questions
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Any
    k: int = 10
    filters: Filters = Filters()
    clock: Callable[[], date] = date.today

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self._find(query)

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return await asyncio.to_thread(self._find, query)

    def _find(self, question: str) -> list[Document]:
        retriever: Retriever = self.retriever
        retriever.store.refresh()
        query = understand(
            question,
            as_of=self.clock(),
            publishers=retriever.store.publishers(),
            filters=self.filters,
        )
        return [document(hit) for hit in retriever.retrieve(query, self.k)]


def document(hit: Hit) -> Document:
    """A hit as a LangChain document."""
    passage = hit.passage
    source = passage.source
    return Document(
        id=str(passage.id),
        page_content=passage.text,
        metadata={
            "url": source.url,
            "title": source.title,
            "publisher": source.publisher,
            "published": source.published,
            "heading": passage.heading,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
            "cosine": hit.cosine,
            "bm25": hit.bm25,
        },
    )
