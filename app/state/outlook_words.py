"""Forecasts in words: beside Generate, in its tip, and in the pre-flight. Pure."""

from __future__ import annotations

from app.state.forecast import Outlook
from app.state.forecasts import START, Exceeds, JobForecast, Offloads, bytes_words, seconds_words
from app.state.job_entries import KIND_NAMES, STAGE_NAMES
from app.state.language import counted, said, told
from app.state.learning import Estimate
from app.state.preflight import PassOutlook
from engine.protocol.facts import DeviceReport

_LEARNT_RUNS = 3


def outlook_words(outlook: Outlook, has_film: bool) -> str:
    """Say in one line what Generate would do: ``2 passes · about 3 s · 1.1 GiB``."""
    if not has_film:
        return ""
    if not outlook.num_passes:
        return said("State", "All drafts are made")
    count = outlook.num_passes
    parts = [counted("State", "%n passes", "1 pass", n=count)]
    if outlook.jobs:
        parts += [seconds_words(outlook.seconds), bytes_words(outlook.peak.value)]
    return " · ".join(parts)


def outlook_warning(outlook: Outlook) -> str:
    """Say in one sentence what memory will do to a job; empty where all fits."""
    for job in outlook.jobs:
        match job.verdict:
            case Exceeds(nearest=nearest):
                return said(
                    "State",
                    "{title} may not fit into memory. {nearest}",
                    title=told(job.title),
                    nearest=told(nearest),
                ).strip()
            case Offloads(slowdown=factor):
                return said(
                    "State",
                    "{title} will be streamed, about {factor:.1f} times as slow.",
                    title=told(job.title),
                    factor=factor,
                )
            case _:
                continue
    return ""


def detail_words(outlook: Outlook) -> str:
    """List every job with its time and memory, and say how well this is known."""
    lines = [
        f"{told(job.title)}, {said('State', KIND_NAMES[job.job.kind]).lower()}: "
        f"{seconds_words(job.seconds)}, {bytes_words(job.peak.value)}"
        for job in outlook.jobs[:8]
    ]
    if len(outlook.jobs) > len(lines):
        lines.append(said("State", "and {number} more", number=len(outlook.jobs) - len(lines)))
    if outlook.jobs:
        lines.append(source_words(outlook.jobs[-1]))
    return "\n".join(lines)


def source_words(job: JobForecast) -> str:
    """Say what a forecast stands on."""
    runs = max((stage.num_runs for stage in job.stages.values()), default=0)
    if not runs:
        return said("State", "Reckoned from sizes; the first run on this machine will tell more.")
    sure = "" if runs >= _LEARNT_RUNS else said("State", " so far")
    return counted(
        "State",
        "Learnt from %n runs on this machine{sure}.",
        "Learnt from 1 run on this machine{sure}.",
        n=runs,
        sure=sure,
    )


def stage_words(job: JobForecast) -> str:
    """List the stages of a job."""
    names = {str(stage): said("State", name) for stage, name in STAGE_NAMES.items()}
    names[START] = said("State", "Starting the engine")
    lines = [
        f"{names.get(stage, stage)}: {seconds_words(value)}"
        for stage, value in job.stages.items()
        if value.high >= 0.05
    ]
    memory = said(
        "State",
        "Memory: {bytes_words} of {bytes_words2} free",
        bytes_words=bytes_words(job.peak.value),
        bytes_words2=bytes_words(job.available),
    )
    return "\n".join(
        [f"{said('State', KIND_NAMES[job.job.kind])}, {seconds_words(job.seconds)}", *lines, memory]
    )


def pass_words(outlook: PassOutlook) -> str:
    """Say what a pass is, and what becomes of it."""
    surplus = outlook.generated - outlook.delivered
    frames = said("State", "{delivered} frames", delivered=outlook.delivered)
    if surplus:
        frames += said("State", " ({generated} made)", generated=outlook.generated)
    parts = [frames, said("State", "{num_latents} latent", num_latents=outlook.num_latents)]
    boards = outlook.num_keyframes
    parts.append(
        said("State", "no board")
        if not boards
        else counted("State", "%n boards", "1 board", n=boards)
    )
    if outlook.num_free:
        parts.append(counted("State", "%n free heads", "1 free head", n=outlook.num_free))
    match outlook.made:
        case "master":
            parts.append(said("State", "master is there"))
        case "draft":
            parts.append(said("State", "draft is there"))
        case "nothing":
            if outlook.draft is not None:
                parts.append(seconds_words(outlook.draft.seconds))
    return f"{told(outlook.title)}: " + " · ".join(parts)


def left_words(left: Estimate | None) -> str:
    """Say how long something will still take; empty where nobody knows, or it is all but done."""
    return seconds_words(left) if left is not None and left.value >= 1 else ""


def render_words(outlook: Outlook) -> str:
    """Say what Render would take."""
    return (
        said("State", "Render: {seconds_words}", seconds_words=seconds_words(outlook.seconds))
        if outlook.jobs
        else ""
    )


def device_words(device: DeviceReport | None) -> str:
    """Say what computes."""
    if device is None:
        return said("State", "The engine has not told of its device yet.")
    free, total = bytes_words(device.free_bytes), bytes_words(device.total_bytes)
    return said(
        "State", "{name} · {free} of {total} free", name=device.name, free=free, total=total
    )
