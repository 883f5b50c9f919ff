"""Forecasts in words: beside Generate, in its tip, and in the pre-flight. Pure."""

from __future__ import annotations

from app.state.forecast import Outlook
from app.state.forecasts import START, Exceeds, JobForecast, Offloads, bytes_words, seconds_words
from app.state.job_entries import KIND_NAMES, STAGE_NAMES
from app.state.learning import Estimate
from app.state.preflight import PassOutlook
from engine.protocol.facts import DeviceReport

_LEARNT_RUNS = 3


def outlook_words(outlook: Outlook, has_film: bool) -> str:
    """Say in one line what Generate would do: ``2 passes · about 3 s · 1.1 GiB``."""
    if not has_film:
        return ""
    if not outlook.num_passes:
        return "All drafts are made"
    count = outlook.num_passes
    parts = ["1 pass" if count == 1 else f"{count} passes"]
    if outlook.jobs:
        parts += [seconds_words(outlook.seconds), bytes_words(outlook.peak.value)]
    return " · ".join(parts)


def outlook_warning(outlook: Outlook) -> str:
    """Say in one sentence what memory will do to a job; empty where all fits."""
    for job in outlook.jobs:
        match job.verdict:
            case Exceeds(nearest=nearest):
                return f"{job.title} may not fit into memory. {nearest}".strip()
            case Offloads(slowdown=factor):
                return f"{job.title} will be streamed, about {factor:.1f} times as slow."
            case _:
                continue
    return ""


def detail_words(outlook: Outlook) -> str:
    """List every job with its time and memory, and say how well this is known."""
    lines = [
        f"{job.title}, {KIND_NAMES[job.job.kind].lower()}: {seconds_words(job.seconds)}, "
        f"{bytes_words(job.peak.value)}"
        for job in outlook.jobs[:8]
    ]
    if len(outlook.jobs) > len(lines):
        lines.append(f"and {len(outlook.jobs) - len(lines)} more")
    if outlook.jobs:
        lines.append(source_words(outlook.jobs[-1]))
    return "\n".join(lines)


def source_words(job: JobForecast) -> str:
    """Say what a forecast stands on."""
    runs = max((stage.num_runs for stage in job.stages.values()), default=0)
    if not runs:
        return "Reckoned from sizes; the first run on this machine will tell more."
    noun = "run" if runs == 1 else "runs"
    sure = "" if runs >= _LEARNT_RUNS else " so far"
    return f"Learnt from {runs} {noun} on this machine{sure}."


def stage_words(job: JobForecast) -> str:
    """List the stages of a job."""
    names = {str(stage): name for stage, name in STAGE_NAMES.items()}
    names[START] = "Starting the engine"
    lines = [
        f"{names.get(stage, stage)}: {seconds_words(value)}"
        for stage, value in job.stages.items()
        if value.high >= 0.05
    ]
    memory = f"Memory: {bytes_words(job.peak.value)} of {bytes_words(job.available)} free"
    return "\n".join([f"{KIND_NAMES[job.job.kind]}, {seconds_words(job.seconds)}", *lines, memory])


def pass_words(outlook: PassOutlook) -> str:
    """Say what a pass is, and what becomes of it."""
    surplus = outlook.generated - outlook.delivered
    frames = f"{outlook.delivered} frames"
    if surplus:
        frames += f" ({outlook.generated} made)"
    parts = [frames, f"{outlook.num_latents} latent"]
    boards = outlook.num_keyframes
    parts.append("no board" if not boards else "1 board" if boards == 1 else f"{boards} boards")
    if outlook.num_free:
        parts.append("1 free head" if outlook.num_free == 1 else f"{outlook.num_free} free heads")
    match outlook.made:
        case "master":
            parts.append("master is there")
        case "draft":
            parts.append("draft is there")
        case "nothing":
            if outlook.draft is not None:
                parts.append(seconds_words(outlook.draft.seconds))
    return f"{outlook.title}: " + " · ".join(parts)


def left_words(left: Estimate | None) -> str:
    """Say how long something will still take; empty where nobody knows, or it is all but done."""
    return seconds_words(left) if left is not None and left.value >= 1 else ""


def render_words(outlook: Outlook) -> str:
    """Say what Render would take."""
    return f"Render: {seconds_words(outlook.seconds)}" if outlook.jobs else ""


def device_words(device: DeviceReport | None) -> str:
    """Say what computes."""
    if device is None:
        return "The engine has not told of its device yet."
    free, total = bytes_words(device.free_bytes), bytes_words(device.total_bytes)
    return f"{device.name} · {free} of {total} free"
