"""One frame of a movie as a picture, the very frame that every other job counts by that number."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media.footage import frames_of
from engine.media.writer import disk_errors
from engine.pipelines.imports import indexed
from engine.pipelines.steps import JobResult, Pipeline, StageProgress
from engine.protocol.errors import BadInput, DiskProblem, OutputExists
from engine.protocol.media import FrameJob


def run_frame(job: FrameJob) -> Pipeline:
    """Write the frame.

    Raises:
        OutputExists: there is a file of that name and ``overwrite`` is off.
        DiskProblem: the folder is missing or cannot be written.
        BadInput: the movie cannot be used, or has no such frame.
    """
    path, output = Path(job.path), Path(job.output)
    if output.suffix.lower() != ".png":
        raise BadInput(f"{output.name} should end in .png.")
    if not output.parent.is_dir():
        raise DiskProblem(f"The folder {output.parent} does not exist; make it first.")
    if output.is_dir() or (output.exists() and not job.overwrite):
        raise OutputExists(f"{output} exists already; choose another name or allow replacing it.")
    index = yield from indexed(path)
    rate = index.rate if job.rate is None else job.rate.fraction
    length = index.length_at(rate)
    if job.frame >= length:
        raise BadInput(
            f"{path.name} has {length} frames, from 0 to {length - 1}, and no frame {job.frame}; "
            "choose an earlier one."
        )
    frame = next(frames_of(path, job.frame, job.frame + 1, rate), None)
    if frame is None:
        raise BadInput(
            f"Frame {job.frame} of {path.name} cannot be decoded; choose an earlier one."
        )
    picture = frame.rgb()
    bits = job.bits or (16 if index.look.bits > 8 else 8)
    _write_png(picture, bits, output)
    yield StageProgress("import", 100, 100)
    height, width = picture.shape[:2]
    facts = {"frame": job.frame, "rate": str(rate), "width": width, "height": height, "bits": bits}
    return JobResult(output, 1, facts)


def _write_png(picture: NDArray[np.uint16], bits: int, output: Path) -> None:
    """Write a picture (height, width, 3), rounded to 8 bits where so many are wanted."""
    bgr = np.ascontiguousarray(picture[..., ::-1])
    eight = ((bgr.astype(np.uint32) + 128) // 257).astype(np.uint8)
    _, content = cv2.imencode(".png", eight if bits == 8 else bgr)
    part = output.with_name(f".{output.name}.part")
    with disk_errors(output):
        try:
            part.write_bytes(content.tobytes())
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)
