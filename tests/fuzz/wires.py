"""Lines between the two processes, both ways, and the streams that they come in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from engine.protocol.export import ExportFormatSpec, ExportJob, Segment
from engine.protocol.facts import DeviceReport
from engine.protocol.jobs import DraftJob, FrameRate, KeyframeSpec, RefineJob, ShotSpec
from engine.protocol.media import FrameJob, ImportJob, ShotsJob
from engine.protocol.messages import (
    COMMANDS,
    EVENTS,
    Cancel,
    CancelAcknowledged,
    DescribeModel,
    Hello,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    ModelDescribed,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
    Submit,
)
from engine.protocol.wire import decode, encode, read_lines
from tests.fuzz.kinds import Kind


def _commands(_: Path) -> Sequence[bytes]:
    rate = FrameRate(num=24)
    draft = DraftJob(
        job_id="a",
        folder="/films/a.sdproj/takes/1",
        model="starter",
        caption="A harbour",
        rate=rate,
        width=1920,
        height=1080,
        seed=7,
        shots=(
            ShotSpec(num_frames=49, keyframes=(KeyframeSpec(image="/films/a.png", frame=3),)),
            ShotSpec(num_frames=24, join="continue"),
        ),
    )
    export = ExportJob(
        job_id="b",
        output="/films/a.mp4",
        rate=rate,
        width=1920,
        height=1080,
        segments=(Segment(path="/films/a.mkv", start=0, stop=24),),
        format=ExportFormatSpec(),
    )
    jobs = (
        draft,
        RefineJob(job_id="c", folder=draft.folder),
        export,
        ImportJob(job_id="d", path="/a.mov", rate=rate, folder="/t"),
        ShotsJob(job_id="e", path="/a.mov", rate=rate),
        FrameJob(job_id="f", path="/a.mov", rate=rate, frame=3, output="/b.png"),
    )
    plain = (Hello(), Cancel(job_id="a"), DescribeModel(name="starter", role="gen"))
    return [encode(message) for message in (*plain, *(Submit(job=job) for job in jobs))]


def _events(_: Path) -> Sequence[bytes]:
    messages = (
        Ready(engine_version="1", pid=3),
        DeviceReport(name="CPU", type="cpu", total_bytes=1, free_bytes=1),
        JobQueued(job_id="a"),
        Progress(job_id="a", stage="denoise", step=1, num_steps=3, elapsed_s=1.5, remaining_s=3.0),
        Preview(job_id="a", path="/a.npy", num_frames=1, width=64, height=64, emitted_at=1.5),
        CancelAcknowledged(job_id="a"),
        JobFinished(
            job_id="a", path="/a.mkv", num_frames=3, stage_seconds={"load": 1.0}, report={"a": [1]}
        ),
        JobFailed(job_id="a", code="disk", message="The disk is full."),
        JobCancelled(job_id="a"),
        ModelDescribed(name="starter", role="gen", problem="It is not there."),
        ProtocolFault(message="What?"),
    )
    return [encode(message) for message in messages]


def _hear_command(content: bytes, _: Path) -> None:
    for line in read_lines(io.BytesIO(content)):
        encode(decode(line, COMMANDS))


def _hear_event(content: bytes, _: Path) -> None:
    for line in read_lines(io.BytesIO(content)):
        encode(decode(line, EVENTS))


WIRES = (
    Kind("commands", _commands, _hear_command, share=4),
    Kind("events", _events, _hear_event, share=4),
)
