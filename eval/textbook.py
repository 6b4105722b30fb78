"""The textbook LangChain RAG, as a peer: split, embed, Chroma, top 5, stuff.

RecursiveCharacterTextSplitter of 1,000 characters with 200 overlap, the same encoder
through sentence-transformers, langchain-chroma, the five nearest chunks in one prompt: the
chain of LangChain's own RAG tutorial. With no chat model configured it answers with the
first chunk, as there is nobody to write; its passages can be compared either way.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings

from eval.checker import Lookup
from eval.dataset import Question
from eval.plugins import to_record
from rag.errors import CitewireError
from rag.types import Article

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from rag.settings import Settings

CHUNK, OVERLAP, TOP = 1000, 200, 5
RANKED = 10  # passages recorded, so that figures at 10 can be compared; 5 are read
REFUSAL = "I don't know"
PROMPT = (
    "You are an assistant for question-answering tasks. Use the following numbered pieces of "
    "retrieved context to answer the question, and cite them as [1]. If you don't know the "
    f"answer, say: {REFUSAL}. Use three sentences maximum and keep the answer concise.\n\n"
    "{context}\n\nQuestion: {question}"
)


class TorchEmbeddings(Embeddings):
    """sentence-transformers behind LangChain, as HuggingFaceEmbeddings has it."""

    def __init__(self, settings: Settings) -> None:
        from sentence_transformers import SentenceTransformer

        from rag.packaged import packaged_model

        name = str(packaged_model()) if settings.encoder == "default" else settings.encoder
        self._model = SentenceTransformer(name, device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of texts, batches of 32 as by default."""
        return [[float(x) for x in row] for row in self._model.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""
        return self.embed_documents([text])[0]


class Textbook:
    """The tutorial's pipeline; ``add`` and ``search`` are what the benchmarks time."""

    def __init__(self, settings: Settings, embeddings: Embeddings | None = None) -> None:
        try:
            from langchain_chroma import Chroma
            from langchain_text_splitters import RecursiveCharacterTextSplitter
        except ImportError as error:
            raise CitewireError(
                f"the textbook pipeline needs {error.name}: pip install citewire[dev]"
            ) from None
        import chromadb
        from chromadb.config import Settings as ChromaSettings

        self._splitter = RecursiveCharacterTextSplitter(
            chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True
        )
        client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
        self._store = Chroma(
            f"textbook-{time.monotonic_ns()}",
            embeddings or TorchEmbeddings(settings),
            client=client,
            collection_metadata={"hnsw:space": "cosine"},
        )

    def add(self, articles: Sequence[Article]) -> int:
        """Split, embed and store; returns the number of chunks."""
        documents = self._splitter.create_documents(
            [a.text for a in articles],
            [{"url": a.url, "title": a.title, "publisher": a.publisher or "",
              "published": a.published or ""} for a in articles],
        )  # fmt: skip
        for at in range(0, len(documents), 1000):
            self._store.add_documents(documents[at : at + 1000])
        return len(documents)

    def search(self, question: str, k: int = TOP) -> list[Any]:
        """The nearest chunks, LangChain documents, best first."""
        return self._store.similarity_search(question, k=k)

    def close(self) -> None:
        """Drop the collection."""
        self._store.delete_collection()


class TextbookSystem:
    """The textbook pipeline under evaluation.

    :param corpus: hash of the articles, for the description
    :param embeddings: one already loaded, instead of the encoder through torch
    """

    def __init__(
        self,
        settings: Settings,
        articles: Sequence[Article],
        corpus: str,
        embeddings: Embeddings | None = None,
    ) -> None:
        self._model: BaseChatModel | None = None
        if settings.llm is not None:
            from rag.llm import chat_model

            self._model = chat_model(settings)
        self._llm, self._corpus = settings.llm, corpus
        self._texts = {a.url: a.text for a in articles}
        self._book = Textbook(settings, embeddings)
        self._book.add(articles)

    @property
    def name(self) -> str:
        """``textbook LangChain RAG`` and who writes."""
        return f"textbook LangChain RAG ({self._llm or 'first chunk'})"

    def describe(self) -> Mapping[str, Any]:
        """Sizes, prompt, model and corpus."""
        return {
            "system": "textbook", "llm": self._llm, "corpus": self._corpus, "chunk": CHUNK,
            "overlap": OVERLAP, "top_k": TOP, "ranked": RANKED, "prompt": PROMPT,
        }  # fmt: skip

    def ask(self, question: Question) -> dict[str, Any]:
        """Search, stuff, answer."""
        began = time.perf_counter()
        documents = self._book.search(question.question, RANKED)
        found = time.perf_counter()
        read = documents[:TOP]
        claims: list[dict[str, Any]] = []
        if self._model is None:
            # Markdown headings of the chunk would hide it from the sentence check
            first = read[0].page_content.replace("#", "").strip() if read else ""
            text, tokens = f"{first} [1]", {}
            claims = [{"text": first, "citations": [1]}]
        else:
            context = "\n\n".join(f"[{n}] {d.page_content}" for n, d in enumerate(read, 1))
            message = self._model.invoke(PROMPT.format(context=context, question=question.question))
            text, tokens = message.text, dict(message.usage_metadata or {})
        done = time.perf_counter()
        output = {"answer": text, "claims": claims, "documents": documents}
        record = to_record(question, output, done - began, self.name, REFUSAL)
        record["seconds"] = {
            "understand": 0.0, "retrieve": found - began, "answer": done - found,
            "total": done - began,
        }  # fmt: skip
        record["tokens"] = {
            "prompt": tokens.get("input_tokens", 0), "completion": tokens.get("output_tokens", 0),
        } if tokens else {}  # fmt: skip
        return record

    @property
    def lookup(self) -> Lookup | None:
        """The articles' texts."""
        return lambda url, version: self._texts.get(url)

    def close(self) -> None:
        """Drop the index."""
        self._book.close()
