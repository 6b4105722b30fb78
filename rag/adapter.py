"""The packaged encoder turned into a cross-encoder by a small file of our own.

The file holds low-rank updates of the upper layers' matrices (LoRA, Hu et al. 2021), those
layers' normalisations and a head over the first token's vector beside the mean of all: a
hundredth of the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def cross_encoder(bert: torch.nn.Module, weights: Path) -> torch.nn.Module:
    """A module from ids, mask and types, ``(n, length)`` each, to logits, ``(n, 1)``.

    :param bert: the encoder's transformer; it is changed in place
    :param weights: the file of the updates
    """
    import torch
    from safetensors.torch import load_file

    tensors = {name: tensor.float() for name, tensor in load_file(weights).items()}
    _update(bert, tensors)

    class CrossEncoder(torch.nn.Module):
        """The updated transformer with its head."""

        def __init__(self) -> None:
            super().__init__()
            self.bert = bert
            self.head = torch.nn.Sequential(
                _linear(tensors, "head.0"), torch.nn.GELU(), _linear(tensors, "head.2")
            )

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            hidden = self.bert(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            mean = token_mean(hidden, attention_mask)
            return self.head(torch.cat([hidden[:, 0], mean], dim=-1))

    return CrossEncoder().eval()


def token_mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean ``(n, d)`` of the vectors ``(n, length, d)`` that ``mask`` keeps."""
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1e-9)


def _update(bert: torch.nn.Module, tensors: dict[str, torch.Tensor]) -> None:
    import torch

    parameters = dict(bert.named_parameters())
    with torch.no_grad():
        for name, tensor in tensors.items():
            if name.endswith(".lora_b"):
                matrix = name.removesuffix(".lora_b")
                parameters[f"{matrix}.weight"].add_(tensor @ tensors[f"{matrix}.lora_a"])
            elif name in parameters:
                parameters[name].copy_(tensor)


def _linear(tensors: dict[str, torch.Tensor], name: str) -> torch.nn.Linear:
    import torch

    weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer
