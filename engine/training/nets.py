"""The nets of a run: what a recipe builds, one training step's loss, and the model folder it
becomes.

Shape legend: B clips, C channels, N latent frames, H W latent grid, L tokens, D caption width.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from torch import Tensor, nn
from transformers import ByT5Tokenizer, UMT5Config, UMT5EncoderModel

from engine.data.procedural.batches import ClipBatchCPU, encode_batch
from engine.data.procedural.render import render
from engine.models.klt import AutoencoderKLT
from engine.models.transformer import DirectorTransformer
from engine.training.degrade import degrade
from engine.training.losses import flow_loss, interpolate, sample_times
from engine.training.recipes import TrainRecipe

SHARD_SIZE = "14MB"


class TrainedNets(nn.Module):
    """The transformer and, for Gen, the caption encoder trained with it."""

    def __init__(self, recipe: TrainRecipe) -> None:
        super().__init__()
        self.recipe = recipe
        self.transformer = DirectorTransformer(**recipe.transformer)
        self.text_encoder: UMT5EncoderModel | None = None
        if recipe.text_encoder:
            self.text_encoder = UMT5EncoderModel(UMT5Config(**recipe.text_encoder))

    def captions(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        """Return (B, L, D) embeddings, zero past the end; without an encoder one zero token."""
        if self.text_encoder is None:
            width = int(self.recipe.transformer["text_dim"])
            return torch.zeros(len(ids_BL), 1, width, device=ids_BL.device)
        hidden = self.text_encoder(ids_BL, attention_mask=mask_BL).last_hidden_state
        return hidden * mask_BL.unsqueeze(-1).to(hidden.dtype)

    def forward(
        self,
        z_BCNHW: Tensor,
        timestep_BN: Tensor,
        ids_BL: Tensor,
        mask_BL: Tensor,
        positions_N: Tensor,
    ) -> Tensor:
        """Predict from latents and caption tokens."""
        captions = self.captions(ids_BL, mask_BL)
        return self.transformer(z_BCNHW, timestep_BN, captions, positions=positions_N)

    def compile_blocks(self) -> None:
        """Compile the repeated block once per shape; all blocks share the result."""
        torch._dynamo.config.recompile_limit = 64
        torch._dynamo.config.accumulated_recompile_limit = 512
        for block in self.transformer.blocks:
            block.compile(dynamic=False)


@dataclass(frozen=True)
class LatentBatch:
    """A batch on the device, ready for the loss.

    Attributes:
        z0: (B, C, N, H, W) what to arrive at.
        z1: where the path begins: the lifted low resolution for SR; None is fresh noise, for Gen.
        clean: (B, N) given latents.
        positions: (N,) MC-RoPE.
        token_ids, token_mask: (B, L).
    """

    z0: Tensor
    z1: Tensor | None
    clean: Tensor
    positions: Tensor
    token_ids: Tensor
    token_mask: Tensor


@dataclass
class LatentMaker:
    """Renders and encodes batches on a device."""

    recipe: TrainRecipe
    atlas: Any
    codec: AutoencoderKLT
    composite_fn: Any = None

    @torch.no_grad()
    def __call__(self, batch: ClipBatchCPU) -> list[LatentBatch]:
        """Return the latents of a batch, once per draw of given latents."""
        device = self.codec.device
        frames = render(
            self.atlas,
            batch.layers.to(device),
            batch.bucket.view,
            batch.corner.to(device, non_blocking=True),
            self.composite_fn,
        )
        plan = batch.plan
        z0 = encode_batch(self.codec, frames, plan)
        z1: Tensor | None = None
        if self.recipe.kind == "sr":
            low = degrade(frames, self.codec, self.recipe.degrade, batch.index)
            z1 = encode_batch(self.codec, low, plan)
        positions = torch.tensor(plan.positions, device=device, dtype=torch.float64)
        ids, mask = (t.to(device) for t in (batch.token_ids, batch.token_mask))
        return [
            LatentBatch(z0, z1, clean, positions, ids, mask) for clean in batch.clean.to(device)
        ]


def training_loss(nets: TrainedNets, batch: LatentBatch) -> Tensor:
    """Draw times and return the flow-matching loss of a batch."""
    recipe = nets.recipe
    t_B = sample_times(len(batch.z0), recipe.times, batch.z0.device)
    z1 = torch.randn_like(batch.z0) if batch.z1 is None else batch.z1
    z_t, timestep_BN = interpolate(batch.z0, z1, t_B, batch.clean)
    prediction = nets(z_t, timestep_BN, batch.token_ids, batch.token_mask, batch.positions)
    kind = nets.transformer.prediction_type
    return flow_loss(prediction, batch.z0, z1, t_B, batch.clean, kind)


def save_model_folder(
    nets: TrainedNets, codec: AutoencoderKLT, folder: Path, director: dict[str, Any]
) -> None:
    """Write a diffusers pipeline folder in bf16, sharded, with ``director.json`` beside the index.

    Args:
        nets: the weights to ship (the average, usually).
        codec: written as ``vae``, in fp32: it is small and exact.
        folder: created if needed.
        director: what the pipelines need to know: steps, shift, guidance, draft area and so on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keep = DirectorTransformer._keep_in_fp32_modules
    transformer = DirectorTransformer(**nets.recipe.transformer)
    transformer.load_state_dict(nets.transformer.state_dict())
    for name, parameter in transformer.named_parameters():
        if not any(part in name.split(".") for part in keep):
            parameter.data = parameter.data.bfloat16()
    transformer.save_pretrained(folder / "transformer", max_shard_size=SHARD_SIZE)
    codec.save_pretrained(folder / "vae")
    shift = float(director.get("shift", 1.0))
    FlowMatchEulerDiscreteScheduler(shift=shift).save_pretrained(folder / "scheduler")
    index: dict[str, Any] = {
        "_class_name": "SmartDirectorPipeline",
        "transformer": ["engine.models.transformer", "DirectorTransformer"],
        "vae": ["engine.models.klt", "AutoencoderKLT"],
        "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    }
    if nets.text_encoder is not None:
        encoder = UMT5EncoderModel(nets.text_encoder.config)
        encoder.load_state_dict(nets.text_encoder.state_dict())
        nn.Module.to(encoder, torch.bfloat16)
        encoder.save_pretrained(folder / "text_encoder")
        ByT5Tokenizer().save_pretrained(folder / "tokenizer")
        index["text_encoder"] = ["transformers", "UMT5EncoderModel"]
        index["tokenizer"] = ["transformers", "ByT5Tokenizer"]
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
    text = json.dumps(director, indent=2, sort_keys=True) + "\n"
    (folder / "director.json").write_text(text, encoding="utf-8")
