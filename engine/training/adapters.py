"""LoRAs to be trained: put beside a transformer's frozen layers, and written for others to read.

The file is diffusers' own form, which :mod:`engine.models.lora` and other programs read. peft does
the arithmetic. Knows no loss and no run.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import safetensors.torch
import torch
from peft import LoraConfig, get_peft_model_state_dict
from torch import Tensor

from engine.models.transformer import DirectorTransformer
from engine.training.dataset_recipes import LoraRecipe

_ADAPTER = "default"


def add_lora(net: DirectorTransformer, recipe: LoraRecipe, seed: int) -> None:
    """Freeze a transformer and put an adapter beside its blocks' layers, in fp32, without effect.

    Raises:
        ValueError: the transformer has none of the recipe's layers.
    """
    net.requires_grad_(False)
    ends = "|".join(name.replace(".", r"\.") for name in recipe.layers)
    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,  # pyright: ignore[reportArgumentType]
        target_modules=rf"blocks\.\d+\..*({ends})",
        lora_dropout=0.0,
        bias="none",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net.add_adapter(config, _ADAPTER)
    for parameter in net.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def save_lora(
    weights: dict[str, Tensor], net: DirectorTransformer, recipe: LoraRecipe, path: Path
) -> None:
    """Write an adapter as one safetensors file, whole or not at all.

    Args:
        weights: the trained parameters, by their names in the net.
        net: with the adapter.
        recipe: its rank and alpha go into the file's header.
        path: ends in ``.safetensors``.

    Raises:
        OSError: it cannot be written.
    """
    layers = get_peft_model_state_dict(net, state_dict=dict(weights), adapter_name=_ADAPTER)
    named = {f"transformer.{key}": part.float().contiguous() for key, part in layers.items()}
    facts = {"transformer.r": recipe.rank, "transformer.lora_alpha": recipe.alpha}
    content = safetensors.torch.save(
        named, metadata={"format": "pt", "lora_adapter_metadata": json.dumps(facts)}
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
