"""The reading model: both backends, any order, and what it is there to tell apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag import packaged
from rag.embedding import Encoder
from rag.errors import EncoderError
from rag.reader import load_reader
from rag.settings import Settings

QUESTION = "How many jobs is Amazon cutting?"
SENTENCES = [
    (
        "Amazon said on Tuesday that it will cut about 14,000 corporate jobs.",
        "Amazon cuts jobs. . October 2025. ",
    ),
    ("Beth Galetti wrote to the staff on Tuesday.", "Amazon cuts jobs. . October 2025. "),
    ("The chip maker reported record revenue for the quarter. " * 60, ""),
    ("", ""),
]


def test_sentences_are_read_alike_in_any_company(encoder: Encoder) -> None:
    together = encoder.reader.logits(QUESTION, SENTENCES * 9)
    assert together.shape == (len(SENTENCES) * 9,)
    alone = np.concatenate([encoder.reader.logits(QUESTION, [row]) for row in SENTENCES])
    assert np.allclose(together[: len(SENTENCES)], alone, atol=0.05)
    assert np.allclose(together[-len(SENTENCES) :], alone, atol=0.05)
    assert encoder.reader.logits(QUESTION, []).shape == (0,)


def test_openvino_agrees_with_torch(encoder: Encoder, tmp_path: Path) -> None:
    torch = load_reader(Settings(home=tmp_path, backend="torch"))
    assert np.allclose(
        torch.logits(QUESTION, SENTENCES), encoder.reader.logits(QUESTION, SENTENCES), atol=0.25
    )


def test_the_answer_is_told_from_what_is_only_near(encoder: Encoder) -> None:
    answer, near, foreign, empty = encoder.reader.logits(QUESTION, SENTENCES)
    assert answer > max(near, foreign, empty) + 2


def test_only_so_much_is_read(encoder: Encoder) -> None:
    long = encoder.reader.logits("why " * 500, [("word " * 500, "and " * 500)])
    longer = encoder.reader.logits("why " * 900, [("word " * 900, "and " * 900)])
    assert np.allclose(long, longer, atol=0.01)


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packaged, "files", lambda package: tmp_path)
    with pytest.raises(EncoderError, match=r"reader\.safetensors is missing"):
        packaged.reader_weights()


def test_an_encoder_without_it_says_so() -> None:
    bare = Encoder("bare", 3, lambda texts: np.zeros((len(texts), 3), np.float32), len)  # type: ignore[arg-type]
    with pytest.raises(EncoderError, match="bare comes without a reading model"):
        _ = bare.reader
