"""What is measured: TI2V-5B and its autoencoder at their true size, with random weights.

Stock and ours share the same weights in memory, so that they can take turns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from diffusers import AutoencoderKLWan, WanTransformer3DModel
from torch import Tensor, nn

from engine.models.transformer import DirectorTransformer

TI2V_5B: dict[str, Any] = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 24,
    "attention_head_dim": 128,
    "in_channels": 48,
    "out_channels": 48,
    "text_dim": 4096,
    "freq_dim": 256,
    "ffn_dim": 14336,
    "num_layers": 30,
}

WAN22_VAE: dict[str, Any] = {
    "base_dim": 160,
    "decoder_base_dim": 256,
    "z_dim": 48,
    "dim_mult": [1, 2, 4, 4],
    "num_res_blocks": 2,
    "attn_scales": [],
    "temperal_downsample": [False, True, True],
    "is_residual": True,
    "in_channels": 12,
    "out_channels": 12,
    "patch_size": 2,
    "scale_factor_spatial": 16,
    "scale_factor_temporal": 4,
    "latents_mean": [0.0] * 48,
    "latents_std": [1.0] * 48,
}


@dataclass(frozen=True)
class Clip:
    """A clip's size, and what it means in latents and tokens of the 5B."""

    width: int
    height: int
    num_frames: int

    @property
    def num_latents(self) -> int:
        """Latent frames of one chunk."""
        return (self.num_frames - 1) // 4 + 1

    @property
    def num_tokens(self) -> int:
        """Tokens that attend to each other."""
        return self.num_latents * (self.width // 32) * (self.height // 32)

    @property
    def latent_shape(self) -> tuple[int, int, int, int, int]:
        """(1, 48, N, H, W)."""
        return (1, 48, self.num_latents, self.height // 16, self.width // 16)

    def __str__(self) -> str:
        return f"{self.width}×{self.height}×{self.num_frames}"


DRAFT = Clip(832, 480, 81)
MASTER = Clip(1920, 1088, 81)

TEXT_TOKENS = 512


def make_transformer(seed: int = 0, **changes: Any) -> DirectorTransformer:
    """Return the 5B in bfloat16 with what diffusers keeps in fp32 in fp32, on the GPU."""
    torch.manual_seed(seed)
    with torch.device("meta"):
        model = DirectorTransformer(**{**TI2V_5B, **changes})
    kept: list[str] = list(model._keep_in_fp32_modules or [])
    state: dict[str, Tensor] = {}
    for name, parameter in model.state_dict().items():
        dtype = torch.float32 if any(part in name for part in kept) else torch.bfloat16
        state[name] = _random_like(name, parameter, dtype)
    model.load_state_dict(state, assign=True)
    return _finished(model)


def on_host(ours: DirectorTransformer) -> DirectorTransformer:
    """Return a transformer on the CPU with a copy of the weights, as a loader leaves it."""
    with torch.device("meta"):
        twin = DirectorTransformer(**{key: ours.config[key] for key in TI2V_5B})
    state = {name: weight.cpu() for name, weight in ours.state_dict().items()}
    twin.load_state_dict(state, assign=True)
    twin.rope = type(twin.rope)(ours.config["attention_head_dim"], ours.config["patch_size"], 1024)
    return twin


def share_weights(ours: DirectorTransformer, *, stock: bool) -> Any:
    """Return another transformer over the very same weights: diffusers' own or one more of ours."""
    config = {key: ours.config[key] for key in TI2V_5B}
    cls = WanTransformer3DModel if stock else DirectorTransformer
    with torch.device("meta"):
        twin = cls(**config)
    twin.load_state_dict(ours.state_dict(), assign=True)
    return _finished(twin)


def make_vae(
    seed: int = 0, dtype: torch.dtype = torch.bfloat16, device: str = "cuda"
) -> AutoencoderKLWan:
    """Return Wan2.2's autoencoder."""
    torch.manual_seed(seed)
    with torch.device("cuda"):
        vae = AutoencoderKLWan(**WAN22_VAE)
    nn.Module.to(vae, device, dtype)
    return vae.eval().requires_grad_(False)


@dataclass(frozen=True)
class Inputs:
    """One forward's worth of inputs for a clip."""

    latents: Tensor
    frame_timestep: Tensor
    token_timestep: Tensor
    captions: Tensor
    positions: Tensor


def make_inputs(clip: Clip, seed: int = 1) -> Inputs:
    """Return random latents with a clean first frame, as for a keyframe at frame 0."""
    generator = torch.Generator("cuda").manual_seed(seed)
    latents = torch.randn(clip.latent_shape, generator=generator, device="cuda")
    frame_timestep = torch.full((1, clip.num_latents), 700.0, device="cuda")
    frame_timestep[:, 0] = 0
    per_frame = clip.num_tokens // clip.num_latents
    captions = torch.randn(1, TEXT_TOKENS, 4096, generator=generator, device="cuda")
    return Inputs(
        latents,
        frame_timestep,
        frame_timestep.repeat_interleave(per_frame, dim=1),
        captions.to(torch.bfloat16),
        torch.arange(clip.num_latents, dtype=torch.float64, device="cuda"),
    )


def _finished(model: Any) -> Any:
    # The rotary buffers are computed, not loaded: what was made on "meta" is empty.
    head_dim, patch_size = model.config["attention_head_dim"], model.config["patch_size"]
    model.rope = type(model.rope)(head_dim, patch_size, 1024)
    nn.Module.to(model, "cuda")
    return model.eval().requires_grad_(False)


def _random_like(name: str, parameter: Tensor, dtype: torch.dtype) -> Tensor:
    if name.endswith("scale_shift_table"):
        value = torch.randn(parameter.shape, device="cuda") / parameter.shape[-1] ** 0.5
    elif "norm" in name:
        value = (
            torch.ones(parameter.shape, device="cuda")
            if name.endswith("weight")
            else torch.zeros(parameter.shape, device="cuda")
        )
    elif name.endswith("bias"):
        value = torch.zeros(parameter.shape, device="cuda")
    else:
        fan_in = parameter[0].numel()
        value = torch.randn(parameter.shape, device="cuda") / fan_in**0.5
    return value.to(dtype)
