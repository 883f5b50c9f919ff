"""Ask the engine what a movie file is, before anything is planned with it."""

from __future__ import annotations

from pathlib import Path

from app.application.render import JobRefused, Listener, run_job
from app.client.client import EngineClient
from app.media.clips import ClipError, ClipInfo, clip_of
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ImportJob, MediaReport


def _whole(path: Path) -> Path:
    return path.absolute()


async def look_at(client: EngineClient, path: Path, listen: Listener) -> ClipInfo:
    """Return what a movie is to a film.

    Raises:
        ClipError: it cannot be used; one sentence says why.
        RenderStopped: the look was cancelled.
    """
    return clip_of(await report_on(client, path, listen))


async def report_on(
    client: EngineClient, path: Path, listen: Listener, rate: FrameRate | None = None
) -> MediaReport:
    """Return what a movie is, its frames counted at ``rate``, or at its own.

    Raises:
        ClipError: it cannot be used; one sentence says why.
        RenderStopped: the look was cancelled.
    """
    job = ImportJob(job_id=f"look-{path.name}", path=str(_whole(path)), rate=rate)
    try:
        finished = await run_job(client, job, listen)
    except JobRefused as error:
        raise ClipError(str(error)) from error
    return MediaReport.model_validate(finished.report)
