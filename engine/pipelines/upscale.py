"""Director-SR alone: any movie, with any number of full-resolution reference frames (§3.3).

The movie's own frames are the low-resolution clip. References open chunks, exactly on their frames;
elsewhere one chunk runs on and on, and windows divide it without the codec taking notice, so a long
movie costs no more memory than a short one and no border shows. (A codec that works in tiles cannot
stream; it gets free heads between windows.) Sound is left alone.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from engine.media.fitting import fit_to_frame
from engine.media.stills import load_still
from engine.models.text import clean_caption
from engine.pipelines.footage_clip import MovieClip, look_at_movie
from engine.pipelines.given import Given
from engine.pipelines.lift import Lift
from engine.pipelines.master import MasterOptions, make_master
from engine.pipelines.models import ModelCache
from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.pipelines.super_resolution import Enhancement
from engine.pipelines.take import TakeFolder, content_key
from engine.planning.grid import FRAMES_PER_GROUP
from engine.planning.plan import Placement, plan_pass
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import UpscaleJob


def run_upscale(job: UpscaleJob, models: ModelCache) -> Pipeline:
    """Enlarge a movie to ``master.mkv`` in the job's folder.

    Raises:
        ValueError: a reference lies past the end, or two share a frame.
        EngineError: the movie, a picture, the model or the disk stands in the way.
    """
    size = FrameSize(job.width, job.height)
    references = sorted(job.references, key=lambda spec: spec.frame)
    boards = [fit_to_frame(load_still(Path(spec.image)), size, spec) for spec in references]
    wanted = {spec.frame for spec in references}
    look = yield from look_at_movie(Path(job.video), job.start, job.stop, size, wanted)
    # Always exactly: a reference beside its frame would make the picture jerk.
    placements = [
        Placement(spec.frame, number, exact=True) for number, spec in enumerate(references)
    ]
    yield StageProgress("load", 0, 1)
    bundle = models.get(job.model, "sr", job.loras, job.compute)
    settings, codec = bundle.settings, bundle.codec
    yield StageProgress("load", 1, 1)
    if not codec.streams:
        placements += _borders(wanted, look.num_frames, settings.max_window_latents)
    plan = plan_pass(placements, look.num_frames)
    lift = Lift(
        job.upsampling or settings.upsampling,
        MovieClip(look, plan, codec, bundle.device),
        codec,
        plan,
        Given(boards, (), size),
        size,
        size.padded(bundle.size_multiple),
        bundle.device,
    )
    key = content_key(
        job.model_dump_json(exclude={"job_id", "folder", "video", "model", "head_colour"}),
        look.fingerprint,
        bundle.fingerprint,
        *(board.tobytes() for board in boards),
    )
    noise = settings.noise if job.noise is None else job.noise
    caption = clean_caption(job.caption)
    work = Enhancement(bundle, lift, caption, job.num_steps, job.solver, noise, job.seed, key)
    options = MasterOptions(
        look.rate,
        job.head_colour or settings.head_colour,
        (frame.astype(np.float32) / np.float32(257.0) for frame in look.read()),
        low_is_true=True,
        requested_model=job.model,
    )
    take = TakeFolder(job.folder)
    take.open_for_writing()
    source = {"job": job.model_dump(mode="json"), "fingerprint": look.fingerprint}
    take.add_to_manifest("upscale", source)
    result = yield from make_master(take, work, options)
    return JobResult(result.path, result.num_frames, {**result.report, "rate": str(look.rate)})


def _borders(taken: Collection[int], num_frames: int, max_latents: int) -> list[Placement]:
    """Return free heads that part a movie into windows, for a codec that cannot stream on."""
    step = (max_latents - 1) * FRAMES_PER_GROUP + 1
    return [Placement(frame) for frame in range(step, num_frames, step) if frame not in taken]
