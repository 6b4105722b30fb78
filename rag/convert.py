"""The packaged encoder and our cross-encoder as OpenVINO graphs, once.

    python -m rag.convert MODEL_FOLDER [UPDATES GRAPH.xml]...

UPDATES is the cross-encoder's file, or ``-`` for the encoder itself. A process of its own, as
torch stays in memory once it is loaded.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any


def convert(folder: Path, updates: Path | None, graph: Path) -> None:
    """Trace a model and keep it with fp16 weights.

    The encoder's graph has its mean pooling and normalisation inside, the cross-encoder's its head.

    :param folder: the files of a sentence-transformers model
    :param updates: the file that makes it a cross-encoder, if it is to be one
    :param graph: where to write the graph, ``.xml``; the weights go beside it, ``.bin``
    """
    import logging

    import openvino as ov
    import torch

    from rag.adapter import cross_encoder, token_mean
    from rag.embedding import sentence_transformer

    logging.getLogger("transformers").setLevel(logging.ERROR)
    model = sentence_transformer(str(folder))
    bert = model[0].auto_model.eval()
    bert.set_attn_implementation("eager")

    class Pooled(torch.nn.Module):
        """Mean of the token vectors, normalised: the model's own pooling modules."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mean = token_mean(hidden, attention_mask)
            return torch.nn.functional.normalize(mean, dim=-1)

    example = model.tokenizer(["one text", "and another"], padding=True, return_tensors="pt")
    names = ["input_ids", "attention_mask"]
    traced: torch.nn.Module = Pooled().eval()
    if updates is not None:
        names.append("token_type_ids")
        traced = cross_encoder(bert, updates)
    inputs = {name: example[name] for name in names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = ov.convert_model(traced, example_input=inputs)
    converted.reshape({part: [-1, -1] for part in converted.inputs})
    graph.parent.mkdir(parents=True, exist_ok=True)
    ov.save_model(converted, str(graph), compress_to_fp16=True)


if __name__ == "__main__":
    for _updates, _graph in zip(sys.argv[2::2], sys.argv[3::2], strict=True):
        convert(Path(sys.argv[1]), None if _updates == "-" else Path(_updates), Path(_graph))
