"""The default encoder from sentence-transformers to an OpenVINO graph, once.

    python -m rag.convert MODEL_FOLDER GRAPH.xml

A process of its own, as torch stays in memory once it is loaded.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any


def convert(folder: Path, graph: Path) -> None:
    """Trace the model with its mean pooling and normalisation, and keep it with fp16 weights.

    :param folder: the files of a sentence-transformers model
    :param graph: where to write the graph, ``.xml``; the weights go beside it, ``.bin``
    """
    import logging

    import openvino as ov
    import torch

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
            weight = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    example = model.tokenizer(["one text", "and another"], padding=True, return_tensors="pt")
    inputs = {key: example[key] for key in ("input_ids", "attention_mask")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        converted = ov.convert_model(Pooled().eval(), example_input=inputs)
    converted.reshape({part: [-1, -1] for part in converted.inputs})
    graph.parent.mkdir(parents=True, exist_ok=True)
    ov.save_model(converted, str(graph), compress_to_fp16=True)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
