"""An engine without nets for the editor's tests: it behaves, and writes real files.

It answers the client's whole interface: jobs queue, run one at a time, report every stage, write
previews (``.npy``) and movies (PyAV), can be cancelled, can fail, and can die and be started again.
It goes on from the last denoising step of a job that it was given before, as the real one does.
It shares no code with the engine process, and knows nothing of Qt.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.client.client import ClientEvent, EngineLost
from engine.planning.resolution import FrameSize, draft_size
from engine.protocol.errors import BadInput, EngineDied, EngineError, ErrorCode, OutputExists
from engine.protocol.export import ExportJob, Segment
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.jobs import DraftJob, RefineJob, UpscaleJob
from engine.protocol.media import FrameJob, ImportJob, ShotsJob
from engine.protocol.messages import (
    AnyJob,
    CancelAcknowledged,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    ModelDescribed,
    ModelRole,
    ModelSettings,
    Preview,
    Progress,
    Ready,
    Stage,
)
from engine.protocol.training import StyleJob
from tests.app.fake_footage import copy_light, enlarge, grab, look_at
from tests.app.movies import movie, read_movie, write_movie

Job = AnyJob

FRAME_AREA = 64 * 36
GIB = 1024**3

MODEL = ModelFacts(
    draft_area=256 * 144,
    size_multiple=16,
    stride=8,
    num_layers=9,
    width=384,
    ffn_width=1536,
    num_steps=4,
    max_window_latents=9,
    tile=30,
    transformer_bytes=46_000_000,
    codec_bytes=250_000,
    is_light=True,
)


class _Scripted(Exception):
    """A failure that the test asked for."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code


class FakeEngine:
    """A scriptable ``EngineClient``.

    Args:
        step_s: how long each step of each stage takes.
        num_steps: denoising steps, unless the job says how many.
        scratch: where previews go; None puts them into ``<job.folder>/scratch``.
        report: goes into every ``JobFinished``.

    Attributes:
        submitted: every job that was handed over, in order, resubmissions included.
        steps_done: denoising steps that are "on disk", by job id: a resubmitted job goes on there.
        start_error: when set, the engine cannot be started, and this sentence says why.
        num_starts: how often it was started.
        num_rests: how often it was asked to give the device's memory back.
        device: what it says of itself.
        peak_bytes: what a job takes of the device's memory.
        model_facts: what takes say of their models.
        cuts: frames before which every movie has one.
    """

    def __init__(
        self,
        *,
        step_s: float = 0.0,
        num_steps: int = 4,
        scratch: Path | None = None,
        report: dict[str, Any] | None = None,
    ) -> None:
        self.step_s = step_s
        self.num_steps = num_steps
        self.submitted: list[Job] = []
        self.steps_done: dict[str, int] = {}
        self.start_error: str | None = None
        self.num_starts = 0
        self.num_rests = 0
        self.device = DeviceReport(
            name="Abacus", type="cpu", total_bytes=16 * GIB, free_bytes=8 * GIB, num_cores=2
        )
        self.peak_bytes: int | None = GIB
        self.model_facts: dict[str, Any] = {}
        self.cuts: tuple[int, ...] = ()
        self._scratch = scratch
        self._report = report or {}
        self._events: asyncio.Queue[ClientEvent | None] = asyncio.Queue()
        self._queue: list[Job] = []
        self._running: Job | None = None
        self._worker: asyncio.Task[None] | None = None
        self._cancelled: set[str] = set()
        self._failures: dict[str, _Scripted] = {}
        self._held = False
        self._alive = False
        self._closed = False

    # What the app asks.

    async def start(self) -> None:
        """Be ready, unless ``start_error`` says otherwise."""
        assert not self._closed, "The client was closed."
        if self._alive:
            return
        await asyncio.sleep(0)
        if self.start_error is not None:
            raise EngineDied(self.start_error)
        self._alive = True
        self.num_starts += 1
        self._say(Ready(engine_version="fake", pid=os.getpid()))

    async def submit(self, job: Job) -> None:
        """Queue a job, and start when not running."""
        await self.start()
        self.submitted.append(job)
        if job.job_id in self._pending_ids():
            self._say(
                JobFailed(
                    job_id=job.job_id, code="bad_input", message="This job is already under way."
                )
            )
            return
        self._cancelled.discard(job.job_id)
        self._queue.append(job)
        self._say(JobQueued(job_id=job.job_id))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="fake engine")

    async def cancel(self, job_id: str) -> None:
        """Acknowledge, then end the job at its next step; a queued one ends at once."""
        await asyncio.sleep(0)
        if job_id not in self._pending_ids():
            return
        self._say(CancelAcknowledged(job_id=job_id))
        if self._running is not None and self._running.job_id == job_id:
            self._cancelled.add(job_id)
            return
        self._queue = [job for job in self._queue if job.job_id != job_id]
        self._say(JobCancelled(job_id=job_id))

    async def rest(self) -> None:
        """Note that the device's memory was given back."""
        await asyncio.sleep(0)
        self.num_rests += 1

    async def describe(self, name: str, role: ModelRole) -> None:
        """Tell how a model wants to be run; only the starter is there."""
        await self.start()
        self._say(self.device)
        settings = ModelSettings(
            num_steps=self.num_steps if role == "gen" else 1,
            guidance_scale=1.0,
            guidance_interval=(0.0, 1.0),
            shift=1.0,
            solver="euler",
            upsampling="guided",
            noise=0.0,
            head_colour="match",
        )
        if name == "starter":
            self._say(ModelDescribed(name=name, role=role, settings=settings, facts=MODEL))
        else:
            problem = f"The model {name} is not installed; choose another."
            self._say(ModelDescribed(name=name, role=role, problem=problem))

    async def events(self) -> AsyncIterator[ClientEvent]:
        """Yield what happens until ``close``."""
        while (event := await self._events.get()) is not None:
            yield event
        self._events.put_nowait(None)

    async def close(self) -> None:
        """End the worker and the stream of events."""
        if self._closed:
            return
        self._closed = True
        self._alive = False
        await self._stop_worker()
        self._queue.clear()
        self._events.put_nowait(None)

    # What the test asks.

    def die(self, message: str = "The engine stopped unexpectedly (signal 9).") -> None:
        """Be gone at once, as after SIGKILL; the next start or submit brings it back."""
        job_ids = tuple(self._pending_ids())
        if self._worker is not None:
            self._worker.cancel()
        self._worker = None
        self._queue.clear()
        self._running = None
        self._alive = False
        self._say(EngineLost(message, job_ids))

    def fail(self, job: Job | str, code: ErrorCode, message: str) -> None:
        """Let a job, queued or running, fail at its next step; once."""
        job_id = job if isinstance(job, str) else job.job_id
        self._failures[job_id] = _Scripted(code, message)

    def hold(self) -> None:
        """Make no further step until ``release``; a cancelled job still ends."""
        self._held = True

    def release(self) -> None:
        """Go on after ``hold``."""
        self._held = False

    # How it works.

    def _say(self, event: ClientEvent) -> None:
        self._events.put_nowait(event)

    def _pending_ids(self) -> list[str]:
        running = [self._running] if self._running is not None else []
        return [job.job_id for job in (*running, *self._queue)]

    async def _stop_worker(self) -> None:
        if self._worker is not None:
            self._worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker
            self._worker = None

    async def _work(self) -> None:
        while self._queue:
            job = self._queue.pop(0)
            self._running = job
            self._say(JobStarted(job_id=job.job_id))
            ending = await self._ending_of(job)
            self._running = None
            self._failures.pop(job.job_id, None)
            self._say(ending)

    async def _ending_of(self, job: Job) -> JobFinished | JobFailed | JobCancelled:
        seconds: dict[str, float] = {}
        report = self._report
        try:
            match job:
                case DraftJob():
                    path, num_frames = await self._draft(job, seconds)
                case RefineJob():
                    path, num_frames = await self._refine(job, seconds)
                case ExportJob():
                    path, num_frames = await self._export(job, seconds)
                case ImportJob():
                    path, num_frames, report = await self._import(job, seconds)
                case ShotsJob():
                    path, num_frames, report = await self._shots(job, seconds)
                case FrameJob():
                    await self._stage(job, "import", 1, seconds)
                    path, num_frames = await asyncio.to_thread(grab, job)
                case StyleJob():
                    path, num_frames = await self._style(job, seconds), 0
                case UpscaleJob():
                    await self._stage(job, "refine", 2, seconds)
                    path, num_frames = await asyncio.to_thread(enlarge, job)
        except _Cancelled:
            return JobCancelled(job_id=job.job_id)
        except (_Scripted, EngineError) as error:
            return JobFailed(job_id=job.job_id, code=error.code, message=str(error))
        return JobFinished(
            job_id=job.job_id,
            path=str(path),
            num_frames=num_frames,
            stage_seconds=seconds,
            peak_bytes=self.peak_bytes,
            report=report,
        )

    async def _draft(self, job: DraftJob, seconds: dict[str, float]) -> tuple[Path, int]:
        num_frames = sum(shot.num_frames for shot in job.shots)
        size = draft_size(FrameSize(job.width, job.height), FRAME_AREA, 4)
        num_steps = job.num_steps or self.num_steps
        for stage in ("load", "captions", "keyframes"):
            await self._stage(job, stage, 1, seconds)

        def after_step(step: int) -> None:
            self.steps_done[job.job_id] = step
            self._preview(job, step, movie(num_frames, size, job.seed, sharpness=step / num_steps))

        done = self.steps_done.get(job.job_id, 0)
        await self._stage(job, "denoise", num_steps, seconds, first=done, after_step=after_step)
        await self._stage(job, "decode", 1, seconds)
        path = Path(job.folder) / "draft.mkv"
        frames = movie(num_frames, size, job.seed)
        await asyncio.to_thread(write_movie, path, frames, job.rate.fraction)
        rows = _keyframe_rows(job)
        asked = job.model_dump(mode="json")
        facts = {"job": asked, "num_steps": num_steps, "keyframes": rows, "model": self.model_facts}
        _add_to_manifest(path.parent, "draft", facts)
        return path, num_frames

    async def _refine(self, job: RefineJob, seconds: dict[str, float]) -> tuple[Path, int]:
        draft = Path(job.folder) / "draft.mkv"
        if not draft.is_file():
            raise BadInput(f"{draft} is not there; make the draft first.")
        await self._stage(job, "load", 1, seconds)
        await self._stage(job, "refine", job.num_steps or 2, seconds)
        path = draft.with_name("master.mkv")
        frames, rate = await asyncio.to_thread(read_movie, draft)
        await asyncio.to_thread(write_movie, path, frames, rate)
        names = {"num_steps", "solver", "upsampling", "noise", "head_colour", "loras"}
        requested = job.model_dump(mode="json", include=names, exclude_defaults=True)
        facts = {
            "requested_model": job.model,
            "requested": requested,
            "keyframes": [],
            "model": self.model_facts,
        }
        _add_to_manifest(path.parent, "master", facts)
        return path, len(frames)

    async def _export(self, job: ExportJob, seconds: dict[str, float]) -> tuple[Path, int]:
        output = Path(job.output)
        if await asyncio.to_thread(output.exists) and not job.overwrite:
            raise OutputExists(f"{output} exists already; say that it may be replaced.")
        await self._stage(job, "export", len(job.segments), seconds)
        frames = await asyncio.to_thread(_joined, job.segments)
        await asyncio.to_thread(write_movie, output, frames, job.rate.fraction)
        return output, len(frames)

    async def _import(
        self, job: ImportJob, seconds: dict[str, float]
    ) -> tuple[Path, int, dict[str, Any]]:
        found = await asyncio.to_thread(look_at, job)
        await self._stage(job, "import", 1 if job.folder is None else 4, seconds)
        if job.folder is not None:
            found = await asyncio.to_thread(copy_light, job, found)
        return Path(found.proxy or job.path), found.num_frames, found.model_dump(mode="json")

    async def _shots(
        self, job: ShotsJob, seconds: dict[str, float]
    ) -> tuple[Path, int, dict[str, Any]]:
        found = await asyncio.to_thread(look_at, ImportJob(job_id="", path=job.path, rate=job.rate))
        await self._stage(job, "shots", 2, seconds)
        bounds = [0, *(cut for cut in self.cuts if 0 < cut < found.num_frames), found.num_frames]
        shots = [list(pair) for pair in itertools.pairwise(bounds)]
        return Path(job.path), found.num_frames, {"shots": shots, "method": job.method}

    async def _style(self, job: StyleJob, seconds: dict[str, float]) -> Path:
        for stage in ("clips", "load", "encode", "train"):
            await self._stage(job, stage, 2, seconds)
        path = Path(job.output)
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        await asyncio.to_thread(path.write_bytes, b"a LoRA")
        return path

    async def _stage(
        self,
        job: Job,
        stage: Stage,
        num_steps: int,
        seconds: dict[str, float],
        *,
        first: int = 0,
        after_step: Callable[[int], None] | None = None,
    ) -> None:
        began = time.perf_counter()
        for step in range(first, num_steps + 1):
            if step > first:
                await asyncio.sleep(self.step_s)
                await self._permission(job)
            elapsed = time.perf_counter() - began
            self._say(
                Progress(
                    job_id=job.job_id,
                    stage=stage,
                    step=step,
                    num_steps=num_steps,
                    elapsed_s=elapsed,
                    remaining_s=self.step_s * (num_steps - step) if step else None,
                )
            )
            if step > first and after_step is not None:
                after_step(step)
        seconds[stage] = time.perf_counter() - began

    async def _permission(self, job: Job) -> None:
        self._check(job)
        while self._held:
            await asyncio.sleep(0.002)
            self._check(job)

    def _check(self, job: Job) -> None:
        if job.job_id in self._cancelled:
            raise _Cancelled
        if job.job_id in self._failures:
            raise self._failures.pop(job.job_id)

    def _preview(self, job: DraftJob, step: int, frames: np.ndarray) -> None:
        folder = self._scratch or Path(job.folder) / "scratch"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"preview-{step % 2}.npy"
        part = path.with_suffix(".part")
        with part.open("wb") as stream:
            np.save(stream, frames)
        part.replace(path)
        num_frames, height, width, _ = frames.shape
        self._say(
            Preview(
                job_id=job.job_id,
                path=str(path),
                num_frames=num_frames,
                width=width,
                height=height,
                emitted_at=time.time(),
            )
        )


class _Cancelled(Exception):
    """The running job was asked to end."""


def _add_to_manifest(folder: Path, part: str, facts: dict[str, Any]) -> None:
    path = folder / "take.json"
    known = json.loads(path.read_bytes()) if path.is_file() else {}
    path.write_text(json.dumps({**known, part: facts}))


def _keyframe_rows(job: DraftJob) -> list[dict[str, Any]]:
    """Return a fidelity report: each board a little less like its frame than the one before."""
    rows: list[dict[str, Any]] = []
    start = 0
    for shot in job.shots:
        for keyframe in shot.keyframes:
            number, frame = len(rows), start + keyframe.frame
            used = frame - (frame - number) % 4 if not keyframe.exact else frame
            psnr = 40.0 - 4.0 * number
            rows.append(
                {"keyframe": number, "requested_frame": frame, "frame": used, "psnr_db": psnr}
            )
        start += shot.num_frames
    return rows


def _joined(segments: tuple[Segment, ...]) -> np.ndarray:
    parts: list[np.ndarray] = []
    for segment in segments:
        if not Path(segment.path).is_file():
            raise BadInput(f"{segment.path} is not there; make that part of the film first.")
        parts.append(read_movie(Path(segment.path))[0][segment.start : segment.stop])
    return np.concatenate(parts)
