"""Director-SR after Director-Gen: a finished draft becomes the master (§3.3).

The draft is lifted to the film's size, what is given (keyframes, footage) takes its full-resolution
latents, and the flow from z_LR to z_HR (eq. 5) is integrated window by window.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from engine.pipelines.boards import load_boards
from engine.pipelines.given import Given
from engine.pipelines.guide import Frame
from engine.pipelines.lift import DraftClip, Lift
from engine.pipelines.master import MasterOptions, make_master
from engine.pipelines.models import ModelCache
from engine.pipelines.prediction import pass_caption
from engine.pipelines.steps import Pipeline, StageProgress
from engine.pipelines.super_resolution import Enhancement
from engine.pipelines.take import TakeFolder, content_key
from engine.planning.film import plan_job
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import RefineJob

_REQUESTED = ("num_steps", "solver", "upsampling", "noise", "head_colour", "loras")
"""What a master remembers of its job, so that other wishes make it anew."""


def run_refine(job: RefineJob, models: ModelCache) -> Pipeline:
    """Refine the draft of a take to a master at the film's size.

    Raises:
        EngineError: there is no draft, or a picture, the model or the disk stands in the way.
    """
    take = TakeFolder(job.folder)
    draft_job = take.draft_job()
    yield StageProgress("load", 0, 1)
    draft_codec = models.get(draft_job.model, "gen", compute=draft_job.compute).codec
    bundle = models.get(job.model, "sr", job.loras, job.compute)
    yield StageProgress("load", 1, 1)
    plan = plan_job(draft_job)
    yield StageProgress("keyframes", 0, 1)
    size = FrameSize(draft_job.width, draft_job.height)
    rate = draft_job.rate.fraction
    given = Given(load_boards(draft_job), draft_job.footage, size, rate=rate)
    settings = bundle.settings
    upsampling = job.upsampling or settings.upsampling
    noise = settings.noise if job.noise is None else job.noise
    clip = DraftClip(draft_codec, plan, take.load_latents().to(bundle.device))
    padded = size.padded(bundle.size_multiple)
    repeats = draft_job.ablation.method == "replication"
    lift = Lift(upsampling, clip, bundle.codec, plan, given, size, padded, bundle.device, repeats)
    key = content_key(
        draft_job.model_copy(update={"job_id": "", "folder": ""}).model_dump_json(),
        str(take.read_manifest()["draft"]["model"]),
        bundle.fingerprint,
        # Head colour is not among them: it is seen to after the latents that are kept.
        job.model_dump_json(exclude={"job_id", "folder", "model", "head_colour"}),
        *(board.tobytes() for board in given.boards),
    )
    caption = pass_caption(draft_job)
    work = Enhancement(bundle, lift, caption, job.num_steps, job.solver, noise, job.seed, key)
    options = MasterOptions(
        draft_job.rate.fraction,
        job.head_colour or settings.head_colour,
        _frames(clip),
        low_is_true=False,
        requested_model=job.model,
        requested=job.model_dump(mode="json", include=set(_REQUESTED), exclude_defaults=True),
    )
    yield StageProgress("keyframes", 1, 1)
    take.open_for_writing()
    return (yield from make_master(take, work, options))


def _frames(clip: DraftClip) -> Iterator[Frame]:
    return chain.from_iterable(clip.frames(index) for index in range(len(clip.plan.chunks)))
