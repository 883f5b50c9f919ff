"""Proof that an export holds its footage as it was: hashes of decoded frames and of sound packets.

What was written is read again from the disk and held against the source: for every frame of footage
the SHA-256 of its decoded planes before and after, and how far its RGB is apart where they differ.
Footage of another size or shape is held against what it must have become: itself, fitted into the
movie's frame. For sound that went along, the hash of every packet. Where both are not of one pixel
format, RGB is hashed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Generator, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from engine.media.conversion import rgb_of, scaled
from engine.media.movie import MovieFrame, decode_frames
from engine.media.picture import colour_of, is_full_range, matrix_of
from engine.media.writer import disk_errors
from engine.pipelines.framing import FittedFrame, placed, segment_frames
from engine.pipelines.steps import StageProgress, Step
from engine.planning.resolution import FrameSize
from engine.protocol.export import ExportJob

_REPORT_EVERY = 12

Pixels = NDArray[Any]


def prove(
    job: ExportJob, size: FrameSize, is_sound_kept: bool, facts: dict[str, Any]
) -> Generator[Step, None, dict[str, Any]]:
    """Compare, write the whole list to ``job.proof``, and return its summary.

    Args:
        job: an export that is finished, at its segments' own rate.
        size: of the movie.
        is_sound_kept: whether the source's packets went along.
        facts: what the list shall say besides.

    Raises:
        BadInput: what was written cannot be read.
        DiskProblem: the list cannot be written.
    """
    rate = (job.source_rate or job.rate).fraction
    total = sum(s.stop - s.start for s in job.segments if s.is_source)
    rows: list[dict[str, Any]] = []
    at = 0
    yield StageProgress("export", 0, max(total, 1))
    for segment in job.segments:
        length = segment.stop - segment.start
        if segment.is_source:
            before = segment_frames(job, segment)
            after = decode_frames(Path(job.output), at, at + length, rate)
            for number, (found, theirs) in enumerate(zip(before, after, strict=False)):
                ours = placed(found, segment, size)
                rows.append(_row(at + number, segment.start + number, ours, theirs))
                if len(rows) % _REPORT_EVERY == 0:
                    yield StageProgress("export", len(rows), total)
        at += length
    sound = _sound_proof(job) if is_sound_kept else {"kept": False}
    equal = sum(row["source"] == row["result"] for row in rows)
    summary: dict[str, Any] = {
        "source_frames": total,
        "compared": len(rows),
        "equal": equal,
        "fitted": sum(row["fitted"] for row in rows),
        "least_psnr_db": min((row["psnr_db"] for row in rows if "psnr_db" in row), default=None),
        "sound": sound,
    }
    if job.proof is not None:
        path = Path(job.proof)
        text = json.dumps({**facts, "summary": summary, "frames": rows}, indent=1)
        part = path.with_name(f".{path.name}.part")
        with disk_errors(path):
            part.write_text(text, encoding="utf-8")
            part.replace(path)
    yield StageProgress("export", max(total, 1), max(total, 1))
    return summary


def _row(frame: int, source_frame: int, ours: MovieFrame, theirs: MovieFrame) -> dict[str, Any]:
    is_fitted = isinstance(ours, FittedFrame) or ours.size != theirs.size
    before, after = _side_by_side(ours, theirs, is_fitted)
    row: dict[str, Any] = {
        "frame": frame,
        "source_frame": source_frame,
        "fitted": is_fitted,
        "source": _digest(before),
        "result": _digest(after),
    }
    if row["source"] != row["result"]:
        wanted = rgb_of(ours, *theirs.size).astype(np.float32)
        error = float(np.mean((wanted - theirs.rgb()) ** 2))
        row["psnr_db"] = round(10 * math.log10(65535.0**2 / max(error, 1e-9)), 2)
    return row


def _side_by_side(ours: MovieFrame, theirs: MovieFrame, is_fitted: bool) -> tuple[Pixels, Pixels]:
    """Return both frames' planes, or their RGB where those cannot be held side by side."""
    stored = theirs.look.pixel_format
    with contextlib.suppress(ValueError):  # a layout that PyAV cannot lay out
        if is_fitted and theirs.is_plain and stored.startswith("yuv4"):
            colour = colour_of(theirs.picture)
            written = scaled(ours, *theirs.size, stored, colour)
            return written.to_ndarray(), theirs.picture.to_ndarray()
        if not is_fitted and ours.is_plain and theirs.is_plain and _alike(ours, theirs):
            return ours.picture.to_ndarray(), theirs.picture.to_ndarray()
    return rgb_of(ours, *theirs.size), theirs.rgb()


def _alike(ours: MovieFrame, theirs: MovieFrame) -> bool:
    """Whether the planes of both mean the same picture where they hold the same numbers."""
    formats = {frame.look.pixel_format.replace("yuvj", "yuv") for frame in (ours, theirs)}
    meanings = {
        (matrix_of(frame.picture), is_full_range(frame.picture)) for frame in (ours, theirs)
    }
    return len(formats) == len(meanings) == 1


def _digest(pixels: Pixels) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()


def _sound_proof(job: ExportJob) -> dict[str, Any]:
    """Hold the packets of the result against the source's, which they must open with."""
    assert job.kept_sound is not None
    source = _packets(Path(job.kept_sound.path), job.kept_sound.track)
    result = list(_packets(Path(job.output), 0))
    ours = [digest for digest, _ in zip(source, result, strict=False)]
    equal = sum(a == b for a, b in zip(ours, result, strict=False))
    whole = hashlib.sha256("".join(result).encode()).hexdigest()
    return {"kept": True, "packets": len(result), "equal": equal, "sha256": whole}


def _packets(path: Path, track: int) -> Iterator[str]:
    try:
        with av.open(str(path), options={"protocol_whitelist": "file"}) as container:
            for packet in container.demux(container.streams.audio[track]):
                if packet.size:
                    yield hashlib.sha256(bytes(packet)).hexdigest()
    except (FFmpegError, IndexError):
        return


def is_provable(job: ExportJob) -> bool:
    """Whether the frames of the result are those of the segments, one by one."""
    rate = Fraction(job.rate.num, job.rate.den)
    return job.source_rate is None or job.source_rate.fraction == rate
