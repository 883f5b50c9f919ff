"""What every video codec offers, and how a chunk plan is encoded and decoded by one.

A codec knows one chunk at a time: 4n + 1 frames that it encodes on their own (SmartDirector §3.2,
the Multi-Chunk VAE). The functions here walk a plan's chunks; they know nothing of models.

Shape legend: B batch, C channels, T frames, N latent frames, H W height and width (pixels for
frames, grid for latents).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    @property
    def streams(self) -> bool:
        """Whether streams take and give one latent frame at a time; else a whole chunk at once."""
        ...

    def encode(self, frames_BCTHW: Tensor) -> Tensor:
        """Encode one chunk of 4n + 1 frames in [−1, 1] to a normalised (B, C, n + 1, H, W)."""
        ...

    def encode_stream(self, parts_BCTHW: Iterable[Tensor]) -> Iterator[Tensor]:
        """Encode one chunk piece by piece, in constant memory and bitwise as :meth:`encode` does.

        Args:
            parts_BCTHW: the chunk's first frame, then four frames at a time.

        Yields:
            One latent frame, (B, C, 1, H, W), for each part, before the next part is taken.

        Raises:
            ValueError: a part of another length, or a size off the stride.
        """
        ...

    def decode(self, z_BCNHW: Tensor) -> Tensor:
        """Decode one chunk's latents to frames in [−1, 1]."""
        ...

    def decode_stream(self, z_BCNHW: Tensor | Iterable[Tensor]) -> Iterator[Tensor]:
        """Decode one chunk latent by latent, in constant memory: 1 frame, then 4 at a time.

        Args:
            z_BCNHW: the chunk's latents, or an iterable of its latent frames, (B, C, 1, H, W)
                each, that are taken one by one as they are decoded.
        """
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


def check_part(frames_BCTHW: Tensor, index: int, spatial_stride: int) -> None:
    """Raise ValueError unless the frames are a legal part ``index`` of a streamed chunk."""
    expected = 1 if index == 0 else 4
    if frames_BCTHW.shape[2] != expected:
        raise ValueError(
            f"Part {index} of a chunk is {expected} frames long, not {frames_BCTHW.shape[2]}."
        )
    check_chunk(frames_BCTHW[:, :, :1], spatial_stride)


def split_chunk(frames_BCTHW: Tensor) -> Iterator[Tensor]:
    """Yield a chunk's first frame, then four frames at a time."""
    yield frames_BCTHW[:, :, :1]
    for start in range(1, frames_BCTHW.shape[2], 4):
        yield frames_BCTHW[:, :, start : start + 4]


def latent_frames(z_BCNHW: Tensor | Iterable[Tensor]) -> Iterable[Tensor]:
    """Return a chunk's latents one frame at a time, (B, C, 1, H, W) each."""
    return z_BCNHW.split(1, dim=2) if isinstance(z_BCNHW, Tensor) else z_BCNHW


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
