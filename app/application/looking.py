"""Ask the engine what a movie file is, before anything is planned with it."""

from __future__ import annotations

from pathlib import Path

from app.application.render import JobRefused, Listener, run_job
from app.client.client import EngineClient
from app.media.clips import ClipError, ClipInfo, clip_of
from engine.protocol.media import ImportJob, MediaReport


def _whole(path: Path) -> Path:
    return path.absolute()


async def look_at(client: EngineClient, path: Path, listen: Listener) -> ClipInfo:
    """Return what a movie holds.

    Raises:
        ClipError: it cannot be used; one sentence says why.
        RenderStopped: the look was cancelled.
    """
    job = ImportJob(job_id=f"look-{path.name}", path=str(_whole(path)))
    try:
        finished = await run_job(client, job, listen)
    except JobRefused as error:
        raise ClipError(str(error)) from error
    return clip_of(MediaReport.model_validate(finished.report))
