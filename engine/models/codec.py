"""What every video codec offers, and how a chunk plan is encoded and decoded by one.

A codec knows one chunk at a time: 4n + 1 frames that it encodes on their own (SmartDirector §3.2,
the Multi-Chunk VAE). The functions here walk a plan's chunks; they know nothing of models.

Shape legend: B batch, C channels, T frames, N latent frames, H W height and width (pixels for
frames, grid for latents).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import torch
from torch import Tensor

from engine.planning.plan import ChunkPlan


class Codec(Protocol):
    """A causal video autoencoder with normalised latents, one chunk at a time."""

    @property
    def latent_channels(self) -> int:
        """C of a latent."""
        ...

    @property
    def spatial_stride(self) -> int:
        """Pixels per latent position, on both axes."""
        ...

    @property
    def temporal_stride(self) -> int:
        """Frames per latent frame after the chunk head: 4."""
        ...

    def encode(self, frames_BCTHW: Tensor) -> Tensor:
        """Encode one chunk of 4n + 1 frames in [−1, 1] to a normalised (B, C, n + 1, H, W)."""
        ...

    def decode(self, z_BCNHW: Tensor) -> Tensor:
        """Decode one chunk's latents to frames in [−1, 1]."""
        ...

    def decode_stream(self, z_BCNHW: Tensor) -> Iterator[Tensor]:
        """Decode one chunk latent by latent, in constant memory: 1 frame, then 4 at a time."""
        ...


def check_chunk(frames_BCTHW: Tensor, spatial_stride: int) -> None:
    """Raise ValueError unless the frames are a legal chunk of a legal size."""
    _, channels, num_frames, height, width = frames_BCTHW.shape
    if channels != 3 or num_frames % 4 != 1:
        raise ValueError(f"A chunk is 4n + 1 RGB frames, not {num_frames} of {channels} channels.")
    if height % spatial_stride or width % spatial_stride:
        raise ValueError(
            f"Frames of {width}×{height} do not fit the codec: use multiples of {spatial_stride}."
        )


def encode_chunks(codec: Codec, frames_BCTHW: Tensor, plan: ChunkPlan) -> Tensor:
    """Encode every chunk of a plan on its own and join the latents: (B, C, plan.num_latents, H, W).

    Raises:
        ValueError: the frames are not exactly the plan's.
    """
    if frames_BCTHW.shape[2] != plan.num_frames:
        raise ValueError(
            f"The plan covers {plan.num_frames} frames, but {frames_BCTHW.shape[2]} were given."
        )
    parts = [codec.encode(frames_BCTHW[:, :, c.start : c.stop]) for c in plan.chunks]
    return torch.cat(parts, dim=2)


def decode_chunks_stream(codec: Codec, z_BCNHW: Tensor, plan: ChunkPlan) -> Iterator[Tensor]:
    """Decode a plan's latents in order, one latent frame (1 or 4 frames) per item.

    Constant in memory; close it between items to cancel.

    Raises:
        ValueError: the latents are not exactly the plan's.
    """
    if z_BCNHW.shape[2] != plan.num_latents:
        raise ValueError(
            f"The plan has {plan.num_latents} latent frames, but {z_BCNHW.shape[2]} were given."
        )
    for first, chunk in zip(plan.head_latents, plan.chunks, strict=True):
        yield from codec.decode_stream(z_BCNHW[:, :, first : first + chunk.num_latents])


def decode_chunks(codec: Codec, z_BCNHW: Tensor, plan: ChunkPlan) -> Tensor:
    """Decode every chunk of a plan on its own and join the frames: (B, 3, plan.num_frames, H, W).

    Raises:
        ValueError: the latents are not exactly the plan's.
    """
    return torch.cat(list(decode_chunks_stream(codec, z_BCNHW, plan)), dim=2)
