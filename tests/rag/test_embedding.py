"""The encoder against sentence-transformers itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rag import embedding, packaged
from rag.embedding import Encoder, load_encoder
from rag.errors import EncoderError
from rag.settings import Settings

TEXTS = [
    "Amazon is cutting 14,000 corporate jobs.",
    "Nvidia",
    "The chip maker reported record revenue for the quarter. " * 40,
]


def test_vectors_have_unit_length_and_keep_the_order(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    for n, text in enumerate(TEXTS):
        assert float(encoder.encode([text])[0] @ vectors[n]) > 0.999


def test_many_texts_keep_their_order(encoder: Encoder) -> None:
    texts = [f"Story {n}: " + "chips and models " * (n * 7 % 50) for n in range(75)]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.999


def test_openvino_agrees_with_torch(encoder: Encoder, tmp_path: Path) -> None:
    torch = load_encoder(Settings(home=tmp_path, backend="torch"))
    assert torch.name == encoder.name
    cosine = (torch.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1)
    assert cosine.min() > 0.998  # bf16 against fp32
    assert torch.counts(TEXTS) == encoder.counts(TEXTS)


def test_count_is_not_truncated(encoder: Encoder) -> None:
    assert encoder.count("word " * 1000) == 1000
    assert encoder.count("") == 0


def test_langchain_form(encoder: Encoder) -> None:
    query = encoder.embed_query("layoffs at Amazon")
    near, far = encoder.embed_documents(["Amazon lays people off", "A recipe for soup"])
    assert np.dot(query, near) > np.dot(query, far) + 0.2


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    shutil.copy(packaged.packaged_model() / "model.safetensors", weights)
    packaged.check_hash(weights)
    with weights.open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"changed")
    with pytest.raises(EncoderError, match="SHA-256"):
        packaged.check_hash(weights)


def test_a_damaged_graph_is_converted_again(encoder_folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(encoder_folder, home / "encoder")
    shutil.rmtree(home / "encoder" / "compiled", ignore_errors=True)
    graph = next((home / "encoder").glob("all-MiniLM*.bin"))
    graph.write_bytes(graph.read_bytes()[:1000])
    again = load_encoder(Settings(home=home))
    assert again.encode(["one"]).shape == (1, 384)


def test_a_failed_conversion_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"  # the weights alone, nothing that says what they are
    model.mkdir()
    (model / "model.safetensors").symlink_to(packaged.packaged_model() / "model.safetensors")
    monkeypatch.setattr(embedding, "packaged_model", lambda: model)
    with pytest.raises(EncoderError, match="CITEWIRE_BACKEND=torch"):
        load_encoder(Settings(home=tmp_path / "home"))


def test_unknown_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="no-such-model"):
        load_encoder(Settings(home=tmp_path, encoder=str(tmp_path / "no-such-model")))
