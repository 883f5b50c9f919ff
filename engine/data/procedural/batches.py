"""Training batches: what the CPU prepares of a batch of clips, and how it becomes latents.

Workers draw structures, scenes and caption bytes; the device renders and encodes. A batch is
named by (seed, index), so a resumed run goes on with the batches that it has not seen. Knows no
loss.

Shape legend: B clips, F frames, N latent frames, C channels, Y X pixels, H W latent grid, L tokens.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from engine.data.procedural.library import Library
from engine.data.procedural.render import LayeredClip, Viewport, full_view
from engine.data.procedural.scenes import SceneMix, sample_clips
from engine.data.structure import StructureMix, plan_from_sizes, sample_structure
from engine.models.klt import GROUP, AutoencoderKLT
from engine.models.text import join_shot_captions
from engine.planning.plan import ChunkPlan


@dataclass(frozen=True)
class Bucket:
    """A fixed shape of batches.

    Attributes:
        num_latents: latent frames per clip.
        width, height: of the whole frame, in pixels.
        batch_size: clips.
        weight: relative frequency.
        start, stop: part of the run, 0 to 1, in which the bucket is used.
        tile: side of the square part of the frame that is rendered; 0 means all of it.
    """

    num_latents: int
    width: int
    height: int
    batch_size: int
    weight: float = 1.0
    start: float = 0.0
    stop: float = 1.0
    tile: int = 0

    @property
    def view(self) -> Viewport:
        """What is rendered."""
        if not self.tile:
            return full_view(self.width, self.height)
        return Viewport(self.tile, self.tile, self.width, self.height)


@dataclass(frozen=True)
class ClipBatchCPU:
    """A batch before rendering.

    Attributes:
        index: which batch of the seed this is.
        bucket: its shape.
        sizes: latent frames of each chunk.
        clean: (draws, B, N) latents that are given, drawn several times over.
        layers: for the renderer.
        corner: (B, 2) left and top of the tile in pixels.
        token_ids, token_mask: (B, L) captions.
    """

    index: int
    bucket: Bucket
    sizes: tuple[int, ...]
    clean: Tensor
    layers: LayeredClip
    corner: Tensor
    token_ids: Tensor
    token_mask: Tensor

    @property
    def plan(self) -> ChunkPlan:
        """The chunks, without placements."""
        return plan_from_sizes(list(self.sizes))


@dataclass
class ClipStream(IterableDataset[ClipBatchCPU]):
    """An endless stream of batches for a DataLoader with ``batch_size=None``.

    Attributes:
        library: the material.
        buckets: shapes to draw from.
        scenes, structures: mixtures.
        seed: names the stream; (seed, index) names a batch.
        first: index of the first batch.
        stride, offset: this process takes indices offset, offset + stride, … (one per GPU).
        max_tokens: L.
        draws: how often given latents are drawn for a batch that is used several times.
        progress: tells how far the run is, 0 to 1, to pick buckets.
    """

    library: Library
    buckets: Sequence[Bucket]
    scenes: SceneMix
    structures: StructureMix
    seed: int = 0
    first: int = 0
    stride: int = 1
    offset: int = 0
    max_tokens: int = 256
    draws: int = 1
    progress: Callable[[], float] = field(default=lambda: 0.0)

    def __iter__(self) -> Iterator[ClipBatchCPU]:
        """Yield batches; workers share the indices out among themselves."""
        worker = get_worker_info()
        step, shift = (worker.num_workers, worker.id) if worker else (1, 0)
        for index in itertools.count(self.first + shift, step):
            yield self.batch(index * self.stride + self.offset)

    def batch(self, index: int) -> ClipBatchCPU:
        """Return the batch of this index, at the present progress."""
        rng = np.random.default_rng([self.seed, index])
        bucket = pick_bucket(rng, self.buckets, self.progress())
        structure = sample_structure(
            rng, bucket.num_latents, bucket.batch_size, self.structures, self.draws
        )
        scenes = replace(self.scenes, aspect=bucket.height / bucket.width)
        # The longest that this many latents can cover, so that shapes stay fixed for compilation.
        num_frames = GROUP * bucket.num_latents - GROUP + 1
        clips = sample_clips(rng, self.library, num_frames, structure.cut_frames, scenes)
        room = np.asarray([bucket.width - bucket.view.width, bucket.height - bucket.view.height])
        # Tiles begin on the codec's blocks, as they do when a whole frame is refined.
        corner = rng.integers(0, room // 8 + 1, (bucket.batch_size, 2)) * 8
        captions = [join_shot_captions(shots) if any(shots) else "" for shots in clips.captions]
        ids, mask = byte_tokens(captions, self.max_tokens)
        return ClipBatchCPU(
            index,
            bucket,
            tuple(chunk.num_latents for chunk in structure.plan.chunks),
            torch.from_numpy(structure.clean),
            clips.layers,
            torch.from_numpy(corner).float(),
            torch.from_numpy(ids),
            torch.from_numpy(mask),
        )


def pick_bucket(rng: np.random.Generator, buckets: Sequence[Bucket], progress: float) -> Bucket:
    """Draw one of the buckets that are in use at ``progress``."""
    open_now = [b for b in buckets if b.start <= progress < b.stop] or list(buckets)
    weights = np.asarray([b.weight for b in open_now])
    return open_now[int(rng.choice(len(open_now), p=weights / weights.sum()))]


def byte_tokens(
    captions: Sequence[str], max_length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return ids and mask as ByT5's tokenizer gives them: bytes + 3, then 1, padded with 0."""
    ids = np.zeros((len(captions), max_length), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, caption in enumerate(captions):
        tokens = [*(byte + 3 for byte in caption.encode("utf-8")[: max_length - 1]), 1]
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return ids, mask


def encode_batch(codec: AutoencoderKLT, frames_BCFYX: Tensor, plan: ChunkPlan) -> Tensor:
    """Encode clips that share a plan to (B, C, N, H, W), all heads and all groups at once.

    Equal to encoding chunk by chunk; frames past the plan's end are ignored.
    """
    device = frames_BCFYX.device
    spans, heads = plan.latent_spans, list(plan.head_latents)
    groups = [n for n in range(plan.num_latents) if n not in set(heads)]
    index = torch.tensor([spans[n][0] for n in heads], device=device)
    z_heads = codec.encode_heads(frames_BCFYX[:, :, index]).float()
    b, c, _, h, w = z_heads.shape
    z = z_heads.new_empty(b, c, plan.num_latents, h, w)
    z[:, :, heads] = z_heads
    if groups:
        index = torch.tensor([list(range(*spans[n])) for n in groups], device=device)
        z[:, :, groups] = codec.encode_groups(frames_BCFYX[:, :, index]).float()
    return z


def decode_batch(codec: AutoencoderKLT, z_BCNHW: Tensor, plan: ChunkPlan) -> Tensor:
    """Invert :func:`encode_batch`: (B, 3, F, Y, X), not clamped."""
    device = z_BCNHW.device
    heads = list(plan.head_latents)
    groups = [n for n in range(plan.num_latents) if n not in set(heads)]
    head_frames = codec.decode_heads(z_BCNHW[:, :, heads])
    b, c, _, y, x = head_frames.shape
    frames = head_frames.new_empty(b, c, plan.num_frames, y, x)
    spans = plan.latent_spans
    frames[:, :, torch.tensor([spans[n][0] for n in heads], device=device)] = head_frames
    if groups:
        index = torch.tensor([list(range(*spans[n])) for n in groups], device=device)
        frames[:, :, index] = codec.decode_groups(z_BCNHW[:, :, groups])
    return frames
