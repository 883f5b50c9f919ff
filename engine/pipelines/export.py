"""From masters to the movie that the user hands on: one frame at a time, in constant memory."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from engine.media.movie import RgbFrame, movie_size, read_frames
from engine.media.sound import Mix, has_sound
from engine.media.soundtrack import KeptSound, MixedSound, Soundtrack
from engine.media.writer import MovieWriter, delivery_h264
from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.planning.sound import sample_at
from engine.protocol.errors import BadInput, DiskProblem, OutputExists
from engine.protocol.jobs import ExportJob

_REPORT_EVERY = 12
"""Frames between two progress events."""


def run_export(job: ExportJob) -> Pipeline:
    """Join the segments into one movie.

    Raises:
        OutputExists: there is a file of that name and ``overwrite`` is off.
        DiskProblem: the folder is missing or cannot be written.
        BadInput: a segment cannot be read, or is shorter than it should be.
    """
    output = Path(job.output)
    check_output(output, job.overwrite)
    width, height = movie_size(Path(job.segments[0].path))
    width, height = job.width or width, job.height or height
    if width % 2 or height % 2:
        raise BadInput(f"H.264 needs even sides, not {width}×{height}; choose another size.")
    total = sum(segment.stop - segment.start for segment in job.segments)
    yield StageProgress("export", 0, total)
    encoding = delivery_h264(job.quality)
    sound = _sound_of(job, total)
    with MovieWriter(output, width, height, job.rate.fraction, encoding, sound) as movie:
        for segment in job.segments:
            before = movie.num_frames
            for frame in read_frames(Path(segment.path), segment.start, segment.stop):
                movie.write(_resized(frame, width, height))
                if movie.num_frames % _REPORT_EVERY == 0:
                    yield StageProgress("export", movie.num_frames, total)
            if movie.num_frames - before != segment.stop - segment.start:
                raise BadInput(f"{segment.path} is shorter than it should be; generate it again.")
        yield StageProgress("export", total, total)
    facts = {"width": width, "height": height, "rate": str(job.rate), "quality": job.quality}
    return JobResult(output, total, facts)


def _sound_of(job: ExportJob, num_frames: int) -> Soundtrack | None:
    """Return what is heard: packets as they are where that can be, else the mix."""
    if job.kept_sound is not None:
        try:
            return KeptSound(Path(job.kept_sound.path), Path(job.output), job.kept_sound.stop)
        except ValueError:
            pass  # the container cannot hold it: it is mixed, which every container can
    if not job.sounds:
        return None
    for path in {sound.path for sound in job.sounds}:
        if not has_sound(Path(path)):
            raise BadInput(
                f"The sound {Path(path).name} cannot be read; take it out or replace it."
            )
    return MixedSound(Mix(job.sounds, sample_at(num_frames, job.rate.fraction)))


def check_output(output: Path, overwrite: bool) -> None:
    """Make sure that a movie may be written to ``output``.

    Raises:
        OutputExists, DiskProblem, BadInput: it may not; the sentence says why.
    """
    if output.suffix.lower() not in {".mp4", ".mov", ".mkv"}:
        raise BadInput(f"{output.name} should end in .mp4, .mov or .mkv.")
    if output.is_dir():
        raise OutputExists(f"{output} is a folder; name a movie file.")
    if output.exists() and not overwrite:
        raise OutputExists(f"{output} exists already; choose another name or allow replacing it.")
    if not output.parent.is_dir():
        raise DiskProblem(f"The folder {output.parent} does not exist; make it first.")


def _resized(frame: RgbFrame, width: int, height: int) -> RgbFrame:
    if 0 <= frame.shape[1] - width <= 1 and 0 <= frame.shape[0] - height <= 1:
        return frame[:height, :width]  # an odd side loses a line: the picture is not resampled
    method = cv2.INTER_AREA if width < frame.shape[1] else cv2.INTER_CUBIC
    return cv2.resize(frame, (width, height), interpolation=method).astype(np.uint16, copy=False)
