"""Proof that an export holds its footage as it was: hashes of decoded frames and of sound packets.

What was written is read again from the disk and held against the source: for every frame of footage
the SHA-256 of its decoded planes before and after, and how far its RGB is apart where they differ;
for sound that went along, the hash of every packet. Where both are not of one pixel format, RGB is
hashed.
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

from engine.media.movie import MovieFrame, decode_frames
from engine.media.writer import disk_errors
from engine.pipelines.steps import StageProgress, Step
from engine.protocol.jobs import ExportJob

_REPORT_EVERY = 12


def prove(
    job: ExportJob, is_sound_kept: bool, facts: dict[str, Any]
) -> Generator[Step, None, dict[str, Any]]:
    """Compare, write the whole list to ``job.proof``, and return its summary.

    Args:
        job: an export that is finished, at its segments' own rate.
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
            before = decode_frames(Path(segment.path), segment.start, segment.stop, rate)
            after = decode_frames(Path(job.output), at, at + length, rate)
            for number, (ours, theirs) in enumerate(zip(before, after, strict=False)):
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
    row: dict[str, Any] = {
        "frame": frame,
        "source_frame": source_frame,
        "source": _hash(ours, theirs),
        "result": _hash(theirs, ours),
    }
    if row["source"] != row["result"] and ours.size == theirs.size:
        error = float(np.mean((ours.rgb().astype(np.float32) - theirs.rgb()) ** 2))
        row["psnr_db"] = round(10 * math.log10(65535.0**2 / max(error, 1e-9)), 2)
    return row


def _hash(frame: MovieFrame, other: MovieFrame) -> str:
    """Return the hash of a frame's planes, or of its RGB where they cannot be held side by side."""
    pixels = None
    if frame.look.pixel_format == other.look.pixel_format and frame.is_plain and other.is_plain:
        with contextlib.suppress(ValueError):  # a layout that PyAV cannot lay out
            pixels = frame.picture.to_ndarray()
    pixels = frame.rgb() if pixels is None else pixels
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
