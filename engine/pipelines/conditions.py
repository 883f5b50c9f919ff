"""What a draft's denoising is given: encoded keyframes and footage, and which latents they take.

Keyframes are encoded alone, each clip of footage as one chunk; the paper's replication variant
(§4.4) repeats a keyframe instead. Knows the plan and the codec; knows neither noise nor the net.

Shape legend: B batch, C channels, T frames, N latent frames, H W latent grid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.media.movie import RgbFrame
from engine.media.stills import RgbImage
from engine.models.codec import Codec
from engine.models.loader import ModelBundle
from engine.pipelines.boards import load_boards, to_tensor
from engine.pipelines.given import Given
from engine.pipelines.prediction import pass_caption
from engine.pipelines.steps import StageProgress, Step
from engine.planning.comparisons import Stretch
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize, draft_size
from engine.protocol.jobs import DraftJob
from engine.sampling.holding import Holding


@dataclass(frozen=True)
class Conditions:
    """What one denoising run is given: everything but the noise.

    Attributes:
        plan: of the whole pass.
        latents: which of the plan's latents the run holds, ascending; all but for ``pairwise``.
        sources: keyframes and footage at the draft's size.
        anchors: pictures whose latents are given, by the plan's latent, for previews.
        clean_mask: (len(latents),) bool, what stays clean.
        given: (1, C, len(latents), H, W), read where the mask is set, and for keyframes that guide.
        caption: of the whole pass.
        fingerprint: hash of every given pixel.
    """

    plan: ChunkPlan
    latents: tuple[int, ...]
    sources: Given
    anchors: dict[int, RgbImage]
    clean_mask: Tensor
    given: Tensor
    caption: str
    fingerprint: str

    def holding(self, noise: Tensor) -> Holding | None:
        """Return the keyframes that guide, None where all are pinned.

        Args:
            noise: (1, C, len(latents), H, W), of the run.
        """
        held = self.plan.held_latents
        if not held:
            return None
        levels = torch.tensor([held.get(latent, 0.0) for latent in self.latents])
        levels = levels.to(noise.device)
        return Holding(self.given, noise, levels > 0, levels)

    @property
    def positions(self) -> tuple[float, ...]:
        """Temporal RoPE positions of the run's latents."""
        return tuple(self.plan.positions[latent] for latent in self.latents)

    def within(self, stretch: Stretch) -> Conditions:
        """Return the conditions of a run that sees a stretch of the pass only."""
        if stretch.context == self.latents:
            return self
        index = [self.latents.index(latent) for latent in stretch.context]
        return replace(
            self,
            latents=stretch.context,
            clean_mask=self.clean_mask[index],
            given=self.given[:, :, index],
        )


def draft_frame(job: DraftJob, bundle: ModelBundle) -> FrameSize:
    """Return the size that a job's draft is made at."""
    film = FrameSize(job.width, job.height)
    return draft_size(film, bundle.settings.draft_area, bundle.size_multiple)


def prepare(
    job: DraftJob, plan: ChunkPlan, bundle: ModelBundle
) -> Generator[Step, None, Conditions]:
    """Read and encode everything that a pass is given.

    Raises:
        BadInput: a picture or a movie cannot be read, or is too short.
    """
    size = draft_frame(job, bundle)
    codec, device = bundle.codec, bundle.device
    total = len(plan.keyframe_latents) + len(job.footage)
    yield StageProgress("keyframes", 0, total)
    boards = load_boards(job, size)
    film = FrameSize(job.width, job.height)
    sources = Given(boards, job.footage, size, film, job.rate.fraction)
    stride = codec.spatial_stride
    grid = (size.height // stride, size.width // stride)
    given = torch.zeros((1, codec.latent_channels, plan.num_latents, *grid), device=device)
    clean = torch.zeros(plan.num_latents, dtype=torch.bool, device=device)
    clean[list(plan.clean_latents)] = True
    anchors = {latent: boards[keyframe] for keyframe, latent in plan.keyframe_latents.items()}
    digest = hashlib.sha256(b"".join(board.tobytes() for board in boards))
    repeats = job.ablation.method == "replication"
    for done, (latent, board) in enumerate(anchors.items()):
        given[:, :, latent] = _encode_board(codec, board, latent, repeats, device)
        yield StageProgress("keyframes", done + 1, total)
    done = len(anchors)
    for first, chunk in zip(plan.head_latents, plan.chunks, strict=True):
        if chunk.placement is None or chunk.placement.footage is None:
            continue
        frames = _remembered(sources.source_frames(chunk), first, anchors, digest)
        for offset, z in enumerate(codec.encode_stream(_parts(frames, device))):
            given[:, :, first + offset] = z[:, :, 0].float()
        done += 1
        yield StageProgress("keyframes", done, total)
    every = tuple(range(plan.num_latents))
    caption = pass_caption(job)
    return Conditions(plan, every, sources, anchors, clean, given, caption, digest.hexdigest())


class SourceFrames:
    """The source's own frames of a pass, one by one in order, read from their movies when due."""

    def __init__(self, plan: ChunkPlan, sources: Given) -> None:
        self._chunks = {chunk.start: chunk for chunk in plan.chunks}
        self._sources = sources
        self._open: Iterator[RgbFrame] = iter(())

    def at(self, index: int) -> RgbFrame | None:
        """Return frame ``index`` of the pass, (H, W, 3) uint16, where it is the source's.

        To be asked for every frame in order.
        """
        chunk = self._chunks.get(index)
        if chunk is not None:
            self._open = self._sources.source_frames(chunk)
        return next(self._open, None)


def pictures(conditions: Conditions) -> dict[int, RgbImage]:
    """Return everything given as pictures, uint8 at the draft's size, by the frame it stands on."""
    plan = conditions.plan
    found = {f: conditions.sources.boards[k] for k, f in plan.keyframe_frames.items()}
    source = SourceFrames(plan, conditions.sources)
    for index in range(max((stop for _, stop in plan.footage_spans.values()), default=0)):
        frame = source.at(index)
        if frame is not None:
            found[index] = _to_levels(frame)
    return found


def _encode_board(
    codec: Codec, board: RgbImage, latent: int, repeats: bool, device: torch.device
) -> Tensor:
    """Return the latent frame of a keyframe, (1, C, H, W).

    Prefix causality: a chunk's first latent depends on its first frame alone, so a keyframe is
    encoded by itself. Repeated, it fills the group of four frames after a head that shows it too.
    """
    if not repeats or latent == 0:
        return codec.encode(to_tensor([board]).to(device))[:, :, 0].float()
    return codec.encode(to_tensor([board] * 5).to(device))[:, :, 1].float()


def _remembered(
    frames: Iterator[RgbFrame],
    first: int,
    anchors: dict[int, RgbImage],
    digest: hashlib._Hash,
) -> Iterator[RgbFrame]:
    """Pass footage on while it is hashed and its first frame is kept as an anchor."""
    for frame in frames:
        anchors.setdefault(first, _to_levels(frame))
        digest.update(np.ascontiguousarray(frame).tobytes())
        yield frame


def _parts(frames: Iterator[RgbFrame], device: torch.device) -> Iterator[Tensor]:
    """Yield a chunk's first frame, then four at a time, (1, 3, T, H, W) in [−1, 1]."""
    group: list[RgbFrame] = []
    wanted = 1
    for frame in frames:
        group.append(frame)
        if len(group) == wanted:
            yield _to_tensor(group).to(device)
            group, wanted = [], 4


def _to_tensor(frames: Sequence[RgbFrame]) -> Tensor:
    stacked = torch.from_numpy(np.stack(frames).astype(np.float32))
    return (stacked.permute(3, 0, 1, 2) / 32767.5 - 1.0).unsqueeze(0)


def _to_levels(frame: RgbFrame) -> RgbImage:
    return ((frame.astype(np.uint32) + 128) // 257).astype(np.uint8)
