"""Director-SR: a finished draft becomes the master, anchored on full-resolution keyframes (§3.3).

The draft is lifted to the film's size chunk by chunk, keyframe positions take the board's own
latent, and the flow from z_LR to z_HR (eq. 5) is integrated window by window. A window that is done
is on disk, and its frames go straight to the encoder: memory does not grow with the film.

Shape legend: B batch, C channels, T frames, N latent frames, H W pixels for frames, grid for z.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.media.movie import INTERMEDIATE, MovieWriter
from engine.media.stills import RgbImage
from engine.models.loader import ModelBundle
from engine.pipelines.boards import FidelityReport, load_boards, to_frames, to_tensor
from engine.pipelines.lift import Lift, pad_frames
from engine.pipelines.models import ModelCache
from engine.pipelines.prediction import caption_fn, pass_caption
from engine.pipelines.steps import JobResult, Pipeline, StageProgress, Step
from engine.pipelines.take import MASTER, TakeFolder, content_key
from engine.planning.film import plan_job
from engine.planning.plan import Chunk, ChunkPlan
from engine.planning.resolution import FrameSize
from engine.planning.windows import Tile, Window, split_tiles, split_windows
from engine.protocol.jobs import DraftJob, RefineJob
from engine.sampling.flow import denoise, flow_sigmas

_CHECKPOINT = "refine"

_KEPT = torch.float16
"""Finished windows are kept, and always decoded, at this depth: 11 bits of mantissa."""


@dataclass(frozen=True)
class _Work:
    """What one refinement needs at hand."""

    bundle: ModelBundle
    lift: Lift
    plan: ChunkPlan
    draft_job: DraftJob
    z_draft: Tensor
    boards: list[RgbImage]
    num_steps: int
    requested_model: str

    @property
    def size(self) -> FrameSize:
        return self.lift.size

    @property
    def padded(self) -> FrameSize:
        return self.lift.padded


def run_refine(job: RefineJob, models: ModelCache) -> Pipeline:
    """Refine the draft of a take to a master at the film's size.

    Raises:
        EngineError: there is no draft, or a picture, the model or the disk stands in the way.
    """
    take = TakeFolder(job.folder)
    draft_job = take.draft_job()
    yield StageProgress("load", 0, 1)
    draft_codec = models.get(draft_job.model, "gen").codec
    bundle = models.get(job.model, "sr")
    yield StageProgress("load", 1, 1)
    plan = plan_job(draft_job)
    yield StageProgress("keyframes", 0, 1)
    boards = load_boards(draft_job)
    size = FrameSize(draft_job.width, draft_job.height)
    padded = size.padded(bundle.size_multiple)
    upsampling = bundle.settings.upsampling
    work = _Work(
        bundle,
        Lift(upsampling, draft_codec, bundle.codec, plan, boards, size, padded),
        plan,
        draft_job,
        take.load_latents().to(bundle.device),
        boards,
        job.num_steps or bundle.settings.num_steps,
        job.model,
    )
    yield StageProgress("keyframes", 1, 1)
    take.open_for_writing()
    return (yield from _refine(take, work))


def _refine(take: TakeFolder, work: _Work) -> Pipeline:
    settings, plan, size = work.bundle.settings, work.plan, work.size
    windows = split_windows(
        plan.num_latents, plan.head_latents, plan.clean_latents, settings.max_window_latents
    )
    tiles = _tiles(work)
    report = FidelityReport(plan, work.boards)
    path = take.path / MASTER
    key = _key(take, work)
    rate = work.draft_job.rate.fraction
    total = len(windows) * len(tiles) * work.num_steps
    yield StageProgress("refine", 0, total)
    with MovieWriter(path, size.width, size.height, rate, INTERMEDIATE) as movie:
        for index, window in enumerate(windows):
            z = yield from _window(take, work, window, tiles, (index, total), f"{key}-{index}")
            for part in _decode_window(work, window, z):
                for frame in to_frames(part[..., : size.height, : size.width]):
                    if movie.num_frames < plan.num_frames_requested:
                        report.see(movie.num_frames, frame)
                        movie.write(frame)
    facts: dict[str, Any] = {
        "requested_model": work.requested_model,
        "model": {"name": work.bundle.folder.name, "fingerprint": work.bundle.fingerprint},
        "width": size.width,
        "height": size.height,
        "num_frames": plan.num_frames_requested,
        "num_windows": len(windows),
        "num_tiles": len(tiles),
        "num_steps": work.num_steps,
        "keyframes": report.rows,
    }
    take.add_to_manifest("master", facts)
    take.drop_checkpoints(_CHECKPOINT)
    return JobResult(Path(path), plan.num_frames_requested, facts)


def _window(
    take: TakeFolder,
    work: _Work,
    window: Window,
    tiles: tuple[Tile, ...],
    place: tuple[int, int],
    key: str,
) -> Generator[Step, None, Tensor]:
    """Return the refined latents of a window, (1, C, stop − start, H, W)."""
    index, total = place
    per_window = len(tiles) * work.num_steps
    name = f"{_CHECKPOINT}-{index:04d}"
    kept = take.load_checkpoint(name, key)
    if kept is not None:
        yield StageProgress("refine", (index + 1) * per_window, total)
        return kept[0].to(work.bundle.device, torch.float32)
    z_LR, clean_N = _lift(work, window)
    refined = torch.zeros_like(z_LR)
    weights = torch.zeros_like(z_LR[:1, :1, :1])
    model_fn = caption_fn(
        work.bundle,
        pass_caption(work.draft_job),
        tuple(work.plan.positions[latent] for latent in window.context),
    )
    settings = work.bundle.settings
    sigmas = flow_sigmas(work.num_steps, settings.shift) * settings.start_sigma
    step = index * per_window
    for tile in tiles:
        part = z_LR[..., tile.top : tile.bottom, tile.left : tile.right]
        result = part
        for done in denoise(
            model_fn,
            part,
            sigmas,
            clean_mask=clean_N,
            clean_latents=part,
            prediction_type=work.bundle.transformer.prediction_type,
        ):
            result = done.z
            step += 1
            yield StageProgress("refine", step, total)
        feather = _feather(tile, work, result)
        refined[..., tile.top : tile.bottom, tile.left : tile.right] += result * feather
        weights[..., tile.top : tile.bottom, tile.left : tile.right] += feather
    inside = [window.context.index(latent) for latent in range(window.start, window.stop)]
    blended = refined[:, :, inside] / weights
    # Clean anchors bit for bit, not as a weighted mean of themselves.
    anchors = clean_N[inside].view(1, 1, -1, 1, 1)
    finished = torch.where(anchors, z_LR[:, :, inside], blended).to(_KEPT)
    take.save_checkpoint(name, finished, key)
    return finished.float()


def _lift(work: _Work, window: Window) -> tuple[Tensor, Tensor]:
    """Return z_LR of a window's context with the keyframes' HR latents in place, and their mask."""
    parts: dict[int, Tensor] = {}
    clean: set[int] = set()
    wanted = set(window.context)
    for index, chunk in enumerate(work.plan.chunks):
        first = work.plan.head_latents[index]
        members = range(first, first + chunk.num_latents)
        if not wanted.intersection(members):
            continue
        head = _keyframe_latent(work, chunk)
        if head is not None:
            parts[first] = head
            clean.add(first)
        if wanted.intersection(members) - clean:
            lifted = work.lift.chunk(work.z_draft, index)
            for offset, latent in enumerate(members):
                parts.setdefault(latent, lifted[:, :, offset : offset + 1])
    z = torch.cat([parts[latent] for latent in window.context], dim=2)
    mask = torch.tensor([latent in clean for latent in window.context], device=z.device)
    return z, mask


def _keyframe_latent(work: _Work, chunk: Chunk) -> Tensor | None:
    if chunk.placement is None or chunk.placement.keyframe is None:
        return None
    picture = to_tensor([work.boards[chunk.placement.keyframe]]).to(work.bundle.device)
    return work.bundle.codec.encode(pad_frames(picture, work.padded)).float()


def _decode_window(work: _Work, window: Window, z_BCNHW: Tensor) -> Iterator[Tensor]:
    for first, chunk in zip(work.plan.head_latents, work.plan.chunks, strict=True):
        if window.start <= first < window.stop:
            offset = first - window.start
            yield from work.bundle.codec.decode_stream(
                z_BCNHW[:, :, offset : offset + chunk.num_latents]
            )


def _tiles(work: _Work) -> tuple[Tile, ...]:
    settings, stride = work.bundle.settings, work.bundle.codec.spatial_stride
    return split_tiles(
        work.padded.height // stride,
        work.padded.width // stride,
        settings.tile,
        settings.tile,
        settings.margin,
        work.bundle.size_multiple // stride,
    )


def _feather(tile: Tile, work: _Work, like: Tensor) -> Tensor:
    """Return weights (1, 1, 1, h, w) that fall towards the borders inside the picture."""
    stride = work.bundle.codec.spatial_stride
    margin = max(work.bundle.settings.margin, 1)

    def ramp(start: int, stop: int, length: int) -> Tensor:
        at = torch.arange(stop - start, device=like.device, dtype=like.dtype)
        rise = ((at + 0.5) / margin).clamp(max=1.0)
        near = rise if start > 0 else torch.ones_like(rise)
        far = rise.flip(0) if stop < length else torch.ones_like(rise)
        return near * far

    rows = ramp(tile.top, tile.bottom, work.padded.height // stride)
    columns = ramp(tile.left, tile.right, work.padded.width // stride)
    return (rows[:, None] * columns[None]).view(1, 1, 1, len(rows), len(columns))


def _key(take: TakeFolder, work: _Work) -> str:
    draft = take.read_manifest()["draft"]
    return content_key(
        work.draft_job.model_copy(update={"job_id": "", "folder": ""}).model_dump_json(),
        str(draft["model"]),
        work.bundle.fingerprint,
        str(work.num_steps),
        work.lift.upsampling,
        *(board.tobytes() for board in work.boards),
    )
