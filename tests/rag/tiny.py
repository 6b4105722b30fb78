"""A tiny cross-encoder with random weights: real loading and calling, no quality."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def save_tiny(folder: Path, labels: Sequence[str] = ("score",)) -> None:
    """A BERT of two layers and a vocabulary of letters; of several labels the second wins."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(0)
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", *letters]
    vocabulary += [f"##{letter}" for letter in letters]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=1024,
        id2label=dict(enumerate(labels)), label2id={label: i for i, label in enumerate(labels)},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    if len(labels) > 1:
        with torch.no_grad():
            model.classifier.bias.copy_(torch.tensor([0.0, 5.0, 1.0][: len(labels)]))
    model.save_pretrained(folder)
