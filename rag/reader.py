"""Our own small cross-encoder: does a sentence answer a question?

It reads both together, which tells more than comparing their vectors. It is the packaged encoder
with a file of low-rank updates (:mod:`rag.adapter`), kept as an OpenVINO graph beside the
encoder's own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from safetensors import safe_open

from rag import graphs
from rag.batches import longest_first
from rag.packaged import check_hash, packaged_model, reader_weights
from rag.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Logits = NDArray[np.float32]
    Run = Callable[..., Logits]

_CLS, _SEP, _PAD = 101, 102, 0  # the encoder's vocabulary is BERT's


class Limits(NamedTuple):
    """Word pieces that are read of each text, and of all with the context and the marks between."""

    question: int
    sentence: int
    whole: int


class Reader:
    """Reads sentences for a question.

    :param run: logits ``(n, 1)`` for ids, mask and types, each ``(n, length)``
    :param cut: a tokenizer without truncation or padding
    """

    def __init__(self, run: Run, cut: Any, limits: Limits) -> None:
        self._run = run
        self._cut = cut
        self._limits = limits

    def logits(self, question: str, sentences: Sequence[tuple[str, str]]) -> Logits:
        """For each sentence, given with its context, the logit that it answers; ``(n,)``."""
        pieces = self._pieces(question, sentences)
        found = np.zeros(len(pieces), np.float32)
        for part in longest_first([len(ids) for ids, _ in pieces]):
            length = max(len(pieces[i][0]) for i in part)
            ids = np.full((len(part), length), _PAD, np.int64)
            mask, types = np.zeros_like(ids), np.zeros_like(ids)
            for at, i in enumerate(part):
                own, first = pieces[i]
                ids[at, : len(own)] = own
                mask[at, : len(own)] = 1
                types[at, first : len(own)] = 1
            found[part] = self._run(ids, mask, types)[:, 0]
        return found

    def _pieces(
        self, question: str, sentences: Sequence[tuple[str, str]]
    ) -> list[tuple[list[int], int]]:
        """For each sentence the word pieces of all three texts, and where its own begin."""
        limits = self._limits
        texts = [question, *(text for row in sentences for text in row)]
        asked, *rest = (row.ids for row in self._cut.encode_batch(texts, add_special_tokens=False))
        asked = asked[: limits.question]
        found = []
        for two, three in zip(rest[::2], rest[1::2], strict=True):
            said = two[: limits.sentence]
            around = three[: max(0, limits.whole - len(asked) - len(said) - 4)]
            found.append(([_CLS, *asked, _SEP, *said, _SEP, *around, _SEP], len(asked) + 2))
        return found


def load_reader(settings: Settings) -> Reader:
    """The reader with the settings' backend.

    :raises EncoderError: where its files are missing or can't be loaded
    """
    from tokenizers import Tokenizer

    folder, weights = packaged_model(), reader_weights()
    if settings.backend == "openvino":
        graph = graphs.ready(folder, settings.home / "encoder").reader
        run: Run = graphs.compiled(graph, graphs.LATENCY, settings.threads)
    else:
        check_hash(folder / "model.safetensors")
        run = _torch_run(folder, weights, settings.threads)
    cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
    cut.no_truncation()
    cut.no_padding()
    return Reader(run, cut, _limits(weights))


def _torch_run(folder: Path, weights: Path, threads: int) -> Run:
    import torch

    from rag.adapter import cross_encoder
    from rag.embedding import sentence_transformer

    torch.set_num_threads(threads)
    model = cross_encoder(sentence_transformer(str(folder))[0].auto_model, weights)

    def run(*arrays: NDArray[np.int64]) -> Logits:
        with torch.no_grad():
            found: Logits = model(*map(torch.from_numpy, arrays)).numpy()
        return found

    return run


def _limits(weights: Path) -> Limits:
    """How much was read of each text in training."""
    with safe_open(str(weights), framework="numpy") as file:
        return Limits(**json.loads(file.metadata()["limits"]))
