"""Director-Gen: one pass of keyframes and captions becomes a low-resolution clip (paper, §3.2).

A generator of progress and previews. After every step the latents are on disk, so a job that was
cut short goes on where it stopped, to the same pixels.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from engine.media.encodings import INTERMEDIATE
from engine.media.stills import RgbImage
from engine.media.writer import MovieWriter
from engine.models.codec import decode_chunks_stream
from engine.models.loader import ModelBundle
from engine.pipelines.boards import FidelityReport, to_frames
from engine.pipelines.conditions import (
    Conditions,
    SourceFrames,
    draft_frame,
    pictures,
    prepare,
)
from engine.pipelines.models import ModelCache
from engine.pipelines.prediction import focus_bias, guided_fn
from engine.pipelines.preview import ClipPreviewer
from engine.pipelines.steps import JobResult, Pipeline, StageProgress, Step
from engine.pipelines.take import DRAFT, TakeFolder, content_key
from engine.planning.comparisons import denoised_together
from engine.planning.film import plan_job
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import DraftJob
from engine.sampling.flow import denoise, seeded_noise
from engine.sampling.guidance import ModelFn
from engine.sampling.motion import Guess, guess_motion
from engine.sampling.schedule import schedule_for
from engine.sampling.solvers import solver_for

_CHECKPOINT = "draft"


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
    bundle = models.get(job.model, "gen", job.loras, job.compute)
    yield StageProgress("load", 1, 1)
    conditions = yield from prepare(job, plan, bundle)
    take.open_for_writing()  # not before: bad input must leave the project as it was
    z_BCNHW = yield from _denoise_pass(job, take, bundle, conditions)
    return (yield from _decode(job, take, bundle, conditions, z_BCNHW))


def _denoise_pass(
    job: DraftJob, take: TakeFolder, bundle: ModelBundle, conditions: Conditions
) -> Generator[Step, None, Tensor]:
    """Return the pass's latents, made in one run or, pairwise, in several that are joined."""
    noise = seeded_noise(conditions.given.shape, job.seed, bundle.device)
    guess = _guess(job, bundle, conditions, noise)
    runs = denoised_together(conditions.plan, job.ablation.method)
    z = conditions.given.clone()
    for number, stretch in enumerate(runs):
        context = list(stretch.context)
        run = _Run(number, len(runs), noise[:, :, context], _part_of(guess, context), z)
        found = yield from _denoise(job, take, bundle, conditions.within(stretch), run)
        z[:, :, context] = found  # what is given there comes back as it was
    return z


@dataclass(frozen=True)
class _Run:
    """One of the runs that make a pass.

    Attributes:
        number, num_runs: which, and of how many.
        noise: (1, C, n, H, W) of the run's own latents.
        guess: of the same latents, where there is one.
        canvas: (1, C, N, H, W), the whole pass as far as it is made, for previews.
    """

    number: int
    num_runs: int
    noise: Tensor
    guess: Guess | None
    canvas: Tensor

    @property
    def checkpoint(self) -> str:
        """Name under which unfinished work is kept."""
        return _CHECKPOINT if self.num_runs == 1 else f"{_CHECKPOINT}-{self.number:04d}"

    def progress(self, step: int, num_steps: int) -> StageProgress:
        """Return how far the pass has come when ``step`` of this run's steps are done."""
        done = self.number * num_steps + step
        return StageProgress("denoise", done, self.num_runs * num_steps)

    def whole(self, z0_estimate: Tensor, latents: tuple[int, ...]) -> Tensor:
        """Return the pass with this run's estimate in its place."""
        if len(latents) == self.canvas.shape[2]:
            return z0_estimate
        whole = self.canvas.clone()
        whole[:, :, list(latents)] = z0_estimate
        return whole


def _denoise(
    job: DraftJob, take: TakeFolder, bundle: ModelBundle, conditions: Conditions, run: _Run
) -> Generator[Step, None, Tensor]:
    schedule = schedule_for(bundle.settings, job.num_steps, job.shift)
    solver = solver_for(bundle.settings, schedule, job.solver, job.seed)
    sigmas, num_steps = solver.schedule.sigmas, schedule.num_steps
    key = content_key(
        job.model_copy(update={"job_id": "", "folder": ""}).model_dump_json(),
        bundle.fingerprint,
        conditions.fingerprint,
    )
    resumed = take.load_checkpoint(run.checkpoint, key, run.noise.shape, num_steps)
    holding = conditions.holding(run.noise)
    if resumed is not None:
        z, start = resumed.z.to(bundle.device), resumed.step
    else:
        start = run.guess.first_step(sigmas, conditions.clean_mask) if run.guess else 0
        z = run.guess.at(float(sigmas[start])) if run.guess and start else run.noise
        z = holding.begun(z, float(sigmas[start])) if holding else z
    yield StageProgress("captions", 0, 1)
    model_fn = _model_fn(job, bundle, conditions)
    yield StageProgress("captions", 1, 1)
    if not bundle.holds("transformer"):
        yield StageProgress("load", 0, 1)
    transformer = bundle.transformer  # not before: the text encoder may need its room
    yield run.progress(start, num_steps)
    previewer = ClipPreviewer(bundle.codec, conditions.plan, _known_anchors(conditions))
    if start == num_steps:
        return z
    for done in denoise(
        model_fn,
        z,
        solver,
        clean_mask=conditions.clean_mask,
        clean_latents=conditions.given,
        prediction_type=transformer.prediction_type,
        start_step=start,
        solver_state=resumed.solver_state if resumed else None,
        guess=run.guess,
        holding=holding,
    ):
        z = done.z
        take.save_checkpoint(run.checkpoint, z, key, done.step, done.solver_state)
        yield run.progress(done.step, num_steps)
        whole = run.whole(done.z0_estimate, conditions.latents)
        yield from previewer.preview(whole, take.scratch)
    return z


def _known_anchors(conditions: Conditions) -> dict[int, RgbImage]:
    """Return the pictures whose latents do not change, else those that at least guide."""
    held = conditions.plan.held_latents
    pinned = {at: picture for at, picture in conditions.anchors.items() if at not in held}
    return pinned or conditions.anchors


def _guess(
    job: DraftJob, bundle: ModelBundle, conditions: Conditions, noise: Tensor
) -> Guess | None:
    """Return the motion to begin from, where the model folder asks for it."""
    until = bundle.settings.guess_until
    if until >= 1:
        return None
    given = {f: p.astype(np.float32) / 255.0 for f, p in pictures(conditions).items()}
    captions = _captions_by_frame(job, conditions.plan)
    plan = conditions.plan
    frames = dict(zip(plan.head_latents, (chunk.start for chunk in plan.chunks), strict=True))
    held = {frames[latent]: level for latent, level in plan.held_latents.items()}
    return guess_motion(bundle.codec, plan, given, noise, until, captions, held)


def _part_of(guess: Guess | None, latents: list[int]) -> Guess | None:
    if guess is None:
        return None
    return replace(
        guess,
        latents=guess.latents[:, :, latents],
        mask=guess.mask[latents],
        levels=guess.levels[latents] if guess.levels is not None else None,
        noise=guess.noise[:, :, latents],
    )


def _captions_by_frame(job: DraftJob, plan: ChunkPlan) -> dict[int, str]:
    """Return each stretch's caption by the frame it begins on: the pass's start, and every cut."""
    openings = [0]
    openings += [n for n in range(1, len(job.shots)) if job.shots[n - 1].join == "cut"]
    frames = (0, *(frame for frame in plan.cut_frames if frame > 0))
    return {
        frame: f"{job.caption} {job.shots[n].caption}"
        for frame, n in zip(frames, openings, strict=True)
    }


def _model_fn(job: DraftJob, bundle: ModelBundle, conditions: Conditions) -> ModelFn:
    bias = focus_bias(job, bundle, conditions.plan)
    if bias is not None:
        bias = bias[list(conditions.latents)]
    return guided_fn(job, bundle, conditions.positions, bias)


def _decode(
    job: DraftJob,
    take: TakeFolder,
    bundle: ModelBundle,
    conditions: Conditions,
    z_BCNHW: Tensor,
) -> Pipeline:
    plan = conditions.plan
    size = draft_frame(job, bundle)
    report = FidelityReport(plan, conditions.sources.boards)
    source = SourceFrames(plan, conditions.sources)
    path = take.path / DRAFT
    yield StageProgress("decode", 0, plan.num_latents)
    with MovieWriter(path, size.width, size.height, job.rate.fraction, INTERMEDIATE) as movie:
        for step, part in enumerate(decode_chunks_stream(bundle.codec, z_BCNHW, plan)):
            for frame in to_frames(part):
                if movie.num_frames < plan.num_frames_requested:
                    own = source.at(movie.num_frames)
                    report.see(movie.num_frames, frame)
                    movie.write(frame if own is None else own)
            yield StageProgress("decode", step + 1, plan.num_latents)
    take.save_latents(z_BCNHW)
    facts = _facts(job, bundle, conditions, size, report)
    take.add_to_manifest("draft", facts)
    take.drop_checkpoints(_CHECKPOINT)
    return JobResult(Path(path), plan.num_frames_requested, facts)


def _facts(
    job: DraftJob,
    bundle: ModelBundle,
    conditions: Conditions,
    size: FrameSize,
    report: FidelityReport,
) -> dict[str, Any]:
    plan = conditions.plan
    return {
        "job": job.model_dump(mode="json"),
        "model": {"name": job.model, "fingerprint": bundle.fingerprint},
        "loras": [
            {"path": str(x.path), "weight": x.weight, "hash": x.content} for x in bundle.loras
        ],
        "width": size.width,
        "height": size.height,
        "num_frames": plan.num_frames_requested,
        "num_latents": plan.num_latents,
        "cut_frames": list(plan.cut_frames),
        "num_steps": job.num_steps or bundle.settings.num_steps,
        "caption": conditions.caption,
        "keyframes": report.rows,
        "source_frames": source_ranges(job, plan),
    }


def source_ranges(job: DraftJob, plan: ChunkPlan) -> list[dict[str, Any]]:
    """Return which frames ``[frame, frame + stop − start)`` of a take are those of which movie.

    An export takes ``[start, stop)`` of ``path`` there instead of the take's own.
    """
    return [
        {"frame": first, "path": spec.path, "start": spec.start, "stop": spec.stop}
        for index, (first, _) in plan.footage_spans.items()
        for spec in (job.footage[index],)
    ]
