"""Small folders in the very form in which diffusers publishes Wan, with random weights.

They prove that the numbers are the same, never picture quality.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKLWan,
    FlowMatchEulerDiscreteScheduler,
    UniPCMultistepScheduler,
    WanPipeline,
    WanTransformer3DModel,
)
from transformers import ByT5Tokenizer, UMT5Config, UMT5EncoderModel


@dataclass(frozen=True)
class WanShape:
    """One kind of model and of clip.

    Attributes:
        channels: of a latent.
        heads, layers: of the transformer; heads are 12 wide.
        latents, height, width: of the clip's latent grid.
        patched: whether the codec is built as Wan2.2's (residual, patches of 2, stride 16).
    """

    channels: int
    heads: int
    layers: int
    latents: int
    height: int
    width: int
    patched: bool

    @property
    def stride(self) -> int:
        """Pixels per latent position."""
        return 16 if self.patched else 8

    @property
    def num_frames(self) -> int:
        """Frames of the clip, one chunk."""
        return 4 * self.latents - 3


SHAPES = (
    WanShape(channels=4, heads=2, layers=2, latents=3, height=4, width=6, patched=False),
    WanShape(channels=6, heads=3, layers=1, latents=5, height=6, width=4, patched=True),
    WanShape(channels=8, heads=1, layers=3, latents=1, height=8, width=10, patched=False),
)


def scheduler(name: str, shift: float = 5.0) -> Any:
    """Return the scheduler of a published folder: "unipc" as Wan's are, or "euler"."""
    if name == "euler":
        return FlowMatchEulerDiscreteScheduler(shift=shift)
    return UniPCMultistepScheduler(
        use_flow_sigmas=True, prediction_type="flow_prediction", flow_shift=shift
    )


def write_wan_folder(
    folder: Path, shape: WanShape, solver: str, *, expand_timesteps: bool = True, **saving: Any
) -> Path:
    """Write a whole folder and return it; ``saving`` goes to diffusers' ``save_pretrained``."""
    torch.manual_seed(7)
    transformer = WanTransformer3DModel(
        num_attention_heads=shape.heads,
        attention_head_dim=12,
        in_channels=shape.channels,
        out_channels=shape.channels,
        text_dim=16,
        freq_dim=32,
        ffn_dim=32,
        num_layers=shape.layers,
        rope_max_seq_len=64,
    )
    config = UMT5Config(vocab_size=384, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    WanPipeline(
        tokenizer=ByT5Tokenizer(),
        text_encoder=UMT5EncoderModel(config),
        vae=small_codec(shape),
        scheduler=scheduler(solver),
        transformer=transformer,
        expand_timesteps=expand_timesteps,
    ).save_pretrained(folder, **saving)
    return folder


def small_codec(shape: WanShape) -> AutoencoderKLWan:
    """Return a random codec of a shape."""
    # Deviations are powers of two: the pipeline multiplies by 1 / std where the codec divides.
    common: dict[str, Any] = {
        "base_dim": 4,
        "z_dim": shape.channels,
        "dim_mult": [1, 1, 1, 1],
        "num_res_blocks": 1,
        "temperal_downsample": [False, True, True],
        "latents_mean": [0.1 * n for n in range(shape.channels)],
        "latents_std": [2.0 ** (n % 3 - 1) for n in range(shape.channels)],
        "scale_factor_spatial": shape.stride,
    }
    if not shape.patched:
        return AutoencoderKLWan(**common)
    return AutoencoderKLWan(
        **common,
        decoder_base_dim=4,
        is_residual=True,
        in_channels=12,
        out_channels=12,
        patch_size=2,
    )
