"""Every message of the protocol, as hypothesis strategies."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from engine.protocol.export import (
    CaptionSpec,
    ChapterSpec,
    ExportFormatSpec,
    ExportJob,
    MarkSpec,
    Segment,
    SoundSpec,
)
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.formats import FORMAT_NAMES
from engine.protocol.jobs import DraftJob, FrameRate, KeyframeSpec, RefineJob, ShotSpec
from engine.protocol.media import FrameJob, ImportJob, ShotsJob
from engine.protocol.messages import (
    Cancel,
    CancelAcknowledged,
    DescribeModel,
    Hello,
    JobCancelled,
    JobFailed,
    JobFinished,
    JobQueued,
    JobStarted,
    ModelDescribed,
    ModelSettings,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
    Rest,
    Shutdown,
    Submit,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
seconds = st.floats(0, 1e6)
counts = st.integers(0, 10_000)
unit = st.floats(0, 1)
sides = st.integers(1, 16_384)
rates = st.builds(FrameRate, num=st.integers(1, 1_000_000), den=st.integers(1, 1_000_000))
keyframes = st.builds(
    KeyframeSpec,
    image=texts,
    frame=counts,
    exact=st.booleans(),
    anchor_x=unit,
    anchor_y=unit,
    fit=st.sampled_from(["cover", "contain"]),
    bars=st.sampled_from(["black", "blur", "edge"]),
    strength=st.floats(0.2, 1.0),
)
shots = st.builds(
    ShotSpec,
    num_frames=st.integers(1, 100_000),
    caption=texts,
    join=st.sampled_from(["cut", "continue"]),
    keyframes=st.lists(keyframes, max_size=3).map(tuple),
)
draft_jobs = st.builds(
    DraftJob,
    job_id=texts,
    folder=texts,
    shots=st.lists(shots, min_size=1, max_size=3).map(tuple),
    caption=texts,
    rate=rates,
    width=sides,
    height=sides,
    model=texts,
    seed=st.integers(0, 2**63 - 1),
    num_steps=st.none() | st.integers(1, 1000),
    guidance_scale=st.none() | st.floats(0, 100),
)
refine_jobs = st.builds(RefineJob, job_id=texts, folder=texts, model=texts)
segments = st.builds(
    Segment,
    path=texts,
    start=counts,
    stop=st.integers(1, 10_000),
    fit=st.sampled_from(["cover", "contain"]),
    bars=st.sampled_from(["black", "blur", "edge"]),
)
sounds = st.builds(
    SoundSpec,
    path=texts,
    start=counts,
    stop=st.integers(100_001, 10**9),
    at=counts,
    gain_db=st.floats(-60, 24),
    fade_in=counts,
)
export_jobs = st.builds(
    ExportJob,
    job_id=texts,
    segments=st.lists(segments, min_size=1, max_size=3).map(tuple),
    output=texts,
    rate=rates,
    width=st.none() | sides,
    source_rate=st.none() | rates,
    format=st.builds(
        ExportFormatSpec,
        name=st.sampled_from(FORMAT_NAMES),
        encoder=st.sampled_from(["software", "nvenc"]),
        quality=st.none() | st.integers(0, 63),
    ),
    timecode=st.none() | st.just("01:00:00;00"),
    chapters=st.lists(st.builds(ChapterSpec, frame=counts, title=texts), max_size=2).map(tuple),
    captions=st.lists(
        st.builds(CaptionSpec, start=counts, stop=st.integers(10_001, 20_000), text=texts),
        max_size=2,
    ).map(tuple),
    caption_mode=st.sampled_from(["none", "srt", "vtt", "burn"]),
    mark=st.none() | st.builds(MarkSpec, project=st.none() | texts),
    sounds=st.lists(sounds, max_size=2).map(tuple),
    kept_sound=st.none() | sounds,
    overwrite=st.booleans(),
)
import_jobs = st.builds(
    ImportJob,
    job_id=texts,
    path=texts,
    rate=st.none() | rates,
    folder=st.none() | texts,
    proxy_height=st.integers(90, 2160),
)
shots_jobs = st.builds(
    ShotsJob,
    job_id=texts,
    path=texts,
    rate=st.none() | rates,
    method=st.sampled_from(["transnet", "content"]),
    sensitivity=unit,
)
frame_jobs = st.builds(
    FrameJob,
    job_id=texts,
    path=texts,
    rate=st.none() | rates,
    frame=counts,
    output=texts,
    bits=st.sampled_from([None, 8, 16]),
)
reports: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    texts,
    st.none() | st.booleans() | counts | texts | st.floats(allow_nan=False, allow_infinity=False),
    max_size=3,
)
stages = st.sampled_from(
    ["load", "captions", "keyframes", "denoise", "decode", "refine", "export", "import", "shots"]
)
codes = st.sampled_from(
    ["bad_input", "model_missing", "out_of_memory", "disk", "output_exists", "engine_died"]
)

model_facts = st.builds(
    ModelFacts,
    **{name: st.integers(1, 2**40) for name in ModelFacts.model_fields if name not in {"is_light"}},
)

COMMAND_KINDS: dict[type[BaseModel], st.SearchStrategy[BaseModel]] = {
    Hello: st.builds(Hello, protocol=counts),
    Submit: st.builds(
        Submit,
        job=draft_jobs | refine_jobs | export_jobs | import_jobs | shots_jobs | frame_jobs,
    ),
    Cancel: st.builds(Cancel, job_id=texts),
    DescribeModel: st.builds(DescribeModel, name=texts, role=st.sampled_from(["gen", "sr"])),
    Rest: st.just(Rest()),
    Shutdown: st.just(Shutdown()),
}
EVENT_KINDS: dict[type[BaseModel], st.SearchStrategy[BaseModel]] = {
    Ready: st.builds(Ready, engine_version=texts, pid=counts),
    DeviceReport: st.builds(
        DeviceReport,
        name=texts,
        type=st.sampled_from(["cpu", "cuda"]),
        total_bytes=counts,
        free_bytes=counts,
    ),
    ModelDescribed: st.builds(
        ModelDescribed,
        name=texts,
        role=st.sampled_from(["gen", "sr"]),
        settings=st.none()
        | st.builds(
            ModelSettings,
            num_steps=counts,
            guidance_scale=seconds,
            guidance_interval=st.tuples(unit, unit),
            shift=seconds,
            solver=st.sampled_from(["euler", "unipc"]),
            upsampling=st.sampled_from(["latent", "pixel", "guided"]),
            noise=unit,
            head_colour=st.sampled_from(["off", "match", "pixels"]),
        ),
        facts=st.none() | model_facts,
        problem=texts,
    ),
    JobQueued: st.builds(JobQueued, job_id=texts),
    JobStarted: st.builds(JobStarted, job_id=texts),
    Progress: st.builds(
        Progress,
        job_id=texts,
        stage=stages,
        step=counts,
        num_steps=counts,
        elapsed_s=seconds,
        remaining_s=st.none() | seconds,
    ),
    Preview: st.builds(
        Preview,
        job_id=texts,
        path=texts,
        num_frames=counts,
        width=sides,
        height=sides,
        emitted_at=st.floats(0, 4e9).filter(math.isfinite),
    ),
    CancelAcknowledged: st.builds(CancelAcknowledged, job_id=texts),
    JobFinished: st.builds(
        JobFinished,
        job_id=texts,
        path=texts,
        num_frames=counts,
        stage_seconds=st.dictionaries(stages, seconds),
        peak_bytes=st.none() | counts,
        report=reports,
    ),
    JobFailed: st.builds(JobFailed, job_id=texts, code=codes, message=texts),
    JobCancelled: st.builds(JobCancelled, job_id=texts),
    ProtocolFault: st.builds(ProtocolFault, message=texts),
}

commands = st.one_of(*COMMAND_KINDS.values())
events = st.one_of(*EVENT_KINDS.values())
