"""Director-Gen: one pass of keyframes and captions becomes a low-resolution clip (paper, §3.2).

A generator of progress and previews. After every step the latents are on disk, so a job that was
cut short goes on where it stopped, to the same pixels.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.media.movie import INTERMEDIATE, MovieWriter
from engine.media.stills import RgbImage
from engine.models.codec import decode_chunks_stream
from engine.models.loader import ModelBundle
from engine.pipelines.boards import FidelityReport, load_boards, to_frames, to_tensor
from engine.pipelines.models import ModelCache
from engine.pipelines.prediction import caption_fn, pass_caption
from engine.pipelines.preview import ClipPreviewer
from engine.pipelines.steps import JobResult, Pipeline, StageProgress, Step
from engine.pipelines.take import DRAFT, TakeFolder, content_key
from engine.planning.film import plan_job
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize, draft_size
from engine.protocol.jobs import DraftJob
from engine.sampling.flow import ModelFn, denoise, flow_sigmas, seeded_noise, with_guidance
from engine.sampling.motion import Guess, guess_motion

_CHECKPOINT = "draft"


@dataclass(frozen=True)
class _Conditions:
    """What the denoising is given: everything but the noise."""

    plan: ChunkPlan
    boards: list[RgbImage]
    clean_mask: Tensor
    given: Tensor
    caption: str


def run_draft(job: DraftJob, models: ModelCache) -> Pipeline:
    """Generate the draft of a take.

    Yields:
        Progress of every stage, and a preview of the whole clip after every denoising step.

    Raises:
        ValueError: the plan is impossible.
        EngineError: a picture, the model or the disk stands in the way.
    """
    take = TakeFolder(job.folder)
    plan = plan_job(job)
    yield StageProgress("load", 0, 1)
    bundle = models.get(job.model, "gen")
    yield StageProgress("load", 1, 1)
    conditions = yield from _prepare(job, plan, bundle)
    take.open_for_writing()  # not before: bad input must leave the project as it was
    z_BCNHW = yield from _denoise(job, take, bundle, conditions)
    return (yield from _decode(job, take, bundle, conditions, z_BCNHW))


def _prepare(
    job: DraftJob, plan: ChunkPlan, bundle: ModelBundle
) -> Generator[Step, None, _Conditions]:
    size = _draft_frame(job, bundle)
    stride = bundle.codec.spatial_stride
    yield StageProgress("keyframes", 0, len(plan.keyframe_frames))
    boards = load_boards(job, size)
    shape = (
        1,
        bundle.codec.latent_channels,
        plan.num_latents,
        size.height // stride,
        size.width // stride,
    )
    given = torch.zeros(shape, device=bundle.device)
    clean = torch.zeros(plan.num_latents, dtype=torch.bool, device=bundle.device)
    done = 0
    for latent, chunk in zip(plan.head_latents, plan.chunks, strict=True):
        if chunk.placement is None or chunk.placement.keyframe is None:
            continue
        # Prefix causality: a chunk's first latent depends on its first frame alone, so a keyframe
        # is encoded by itself.
        picture = to_tensor([boards[chunk.placement.keyframe]]).to(bundle.device)
        given[:, :, latent] = bundle.codec.encode(picture)[:, :, 0].float()
        clean[latent] = True
        done += 1
        yield StageProgress("keyframes", done, len(plan.keyframe_frames))
    return _Conditions(plan, boards, clean, given, pass_caption(job))


def _denoise(
    job: DraftJob, take: TakeFolder, bundle: ModelBundle, conditions: _Conditions
) -> Generator[Step, None, Tensor]:
    settings = bundle.settings
    sigmas = flow_sigmas(job.num_steps or settings.num_steps, settings.shift)
    num_steps = len(sigmas) - 1
    key = content_key(
        job.model_copy(update={"job_id": "", "folder": ""}).model_dump_json(),
        bundle.fingerprint,
        *(board.tobytes() for board in conditions.boards),
    )
    noise = seeded_noise(conditions.given.shape, job.seed, bundle.device)
    guess = _guess(job, bundle, conditions, noise)
    resumed = take.load_checkpoint(_CHECKPOINT, key)
    if resumed is not None:
        z, start = resumed[0].to(bundle.device), resumed[1]
    else:
        start = guess.first_step(sigmas, conditions.clean_mask) if guess else 0
        z = guess.at(float(sigmas[start])) if guess and start else noise
    yield StageProgress("captions", 0, 1)
    model_fn = _model_fn(job, bundle, conditions)
    yield StageProgress("captions", 1, 1)
    yield StageProgress("denoise", start, num_steps)
    previewer = ClipPreviewer(bundle.codec, conditions.plan, conditions.boards)
    if start == num_steps:
        return z
    for done in denoise(
        model_fn,
        z,
        sigmas,
        clean_mask=conditions.clean_mask,
        clean_latents=conditions.given,
        prediction_type=bundle.transformer.prediction_type,
        start_step=start,
        guess=guess,
    ):
        z = done.z
        take.save_checkpoint(_CHECKPOINT, z, key, done.step)
        yield StageProgress("denoise", done.step, num_steps)
        yield from previewer.preview(done.z0_estimate, take.scratch)
    return z


def _guess(
    job: DraftJob, bundle: ModelBundle, conditions: _Conditions, noise: Tensor
) -> Guess | None:
    """Return the motion to begin from, where the model folder asks for it."""
    if bundle.settings.guess_until >= 1:
        return None
    pictures = {
        frame: conditions.boards[keyframe].astype(np.float32) / 255.0
        for keyframe, frame in conditions.plan.keyframe_frames.items()
    }
    captions = _captions_by_frame(job, conditions.plan)
    until = bundle.settings.guess_until
    return guess_motion(bundle.codec, conditions.plan, pictures, noise, until, captions)


def _captions_by_frame(job: DraftJob, plan: ChunkPlan) -> dict[int, str]:
    """Return each stretch's caption by the frame it begins on: the pass's start, and every cut."""
    openings = [0]
    openings += [n for n in range(1, len(job.shots)) if job.shots[n - 1].join == "cut"]
    frames = (0, *(frame for frame in plan.cut_frames if frame > 0))
    return {
        frame: f"{job.caption} {job.shots[n].caption}"
        for frame, n in zip(frames, openings, strict=True)
    }


def _model_fn(job: DraftJob, bundle: ModelBundle, conditions: _Conditions) -> ModelFn:
    scale = bundle.settings.guidance_scale if job.guidance_scale is None else job.guidance_scale
    conditional = caption_fn(bundle, conditions.caption, conditions.plan.positions)
    if scale == 1:
        return conditional
    return with_guidance(conditional, caption_fn(bundle, "", conditions.plan.positions), scale)


def _decode(
    job: DraftJob,
    take: TakeFolder,
    bundle: ModelBundle,
    conditions: _Conditions,
    z_BCNHW: Tensor,
) -> Pipeline:
    plan = conditions.plan
    size = _draft_frame(job, bundle)
    report = FidelityReport(plan, conditions.boards)
    path = take.path / DRAFT
    yield StageProgress("decode", 0, plan.num_latents)
    with MovieWriter(path, size.width, size.height, job.rate.fraction, INTERMEDIATE) as movie:
        for step, part in enumerate(decode_chunks_stream(bundle.codec, z_BCNHW, plan)):
            for frame in to_frames(part):
                if movie.num_frames < plan.num_frames_requested:
                    report.see(movie.num_frames, frame)
                    movie.write(frame)
            yield StageProgress("decode", step + 1, plan.num_latents)
    take.save_latents(z_BCNHW)
    facts = _facts(job, bundle, plan, size, report)
    take.add_to_manifest("draft", facts)
    take.drop_checkpoints(_CHECKPOINT)
    return JobResult(Path(path), plan.num_frames_requested, facts)


def _facts(
    job: DraftJob,
    bundle: ModelBundle,
    plan: ChunkPlan,
    size: FrameSize,
    report: FidelityReport,
) -> dict[str, Any]:
    return {
        "job": job.model_dump(mode="json"),
        "model": {"name": job.model, "fingerprint": bundle.fingerprint},
        "width": size.width,
        "height": size.height,
        "num_frames": plan.num_frames_requested,
        "num_latents": plan.num_latents,
        "cut_frames": list(plan.cut_frames),
        "num_steps": job.num_steps or bundle.settings.num_steps,
        "caption": pass_caption(job),
        "keyframes": report.rows,
    }


def _draft_frame(job: DraftJob, bundle: ModelBundle) -> FrameSize:
    film = FrameSize(job.width, job.height)
    return draft_size(film, bundle.settings.draft_area, bundle.size_multiple)
