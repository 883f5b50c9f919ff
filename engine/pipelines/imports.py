"""Bring a movie in: what it is, and a light copy of it that plays and scrubs on any machine.

The light copy has the film's rate, frame for frame, so that frame n of it is frame n of the movie
as every other job counts it. It is looked at, never rendered from. Memory does not grow with the
movie's length.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from engine.media.containers import open_movie
from engine.media.footage import frames_of
from engine.media.index import indexing
from engine.media.movie_index import MovieIndex
from engine.media.picture import UPRIGHT
from engine.media.tone import BT2020, WIDE
from engine.media.writer import Encoding, MovieWriter, disk_errors
from engine.pipelines.steps import JobResult, Pipeline, StageProgress, Step
from engine.protocol.errors import BadInput
from engine.protocol.jobs import FrameRate
from engine.protocol.media import ImportJob, MediaReport, SoundTrack

PROXY = "proxy.mp4"
_REPORT = "import.json"
_PROXY_ENCODING = Encoding(
    "libx264",
    "yuv420p",
    {"crf": "21", "preset": "veryfast", "tune": "fastdecode", "g": "12", "bf": "0"},
)
_REPORT_EVERY = 24


def run_import(job: ImportJob) -> Pipeline:
    """Look at a movie; with a folder, write its light copy there unless it is there already.

    Raises:
        BadInput: the movie cannot be used; one sentence says why.
        DiskProblem: the folder cannot be written.
    """
    path = Path(job.path)
    index = yield from indexed(path)
    rate = index.rate if job.rate is None else job.rate.fraction
    report = report_of(index, rate)
    if job.folder is None:
        return JobResult(path, report.num_frames, report.model_dump(mode="json"))
    folder = Path(job.folder)
    known = _finished(folder, _key(job, path))
    if known is None:
        with disk_errors(folder):
            for place in (folder.parent, folder):  # not the project's own, whose drive may be gone
                place.mkdir(exist_ok=True)
        known = yield from _proxy(job, index, report, folder)
    return JobResult(folder / PROXY, known.num_frames, known.model_dump(mode="json"))


def report_of(index: MovieIndex, rate: Fraction) -> MediaReport:
    """Return what a movie is, counted at ``rate``."""
    look = index.look
    with open_movie(index.path) as (container, stream):
        codec = stream.codec_context.name
        sounds = tuple(
            SoundTrack(
                number=number,
                codec=track.codec_context.name,
                channels=track.codec_context.layout.nb_channels,
                sample_rate=track.codec_context.sample_rate,
                language=track.language or "",
                title=track.metadata.get("title", ""),
            )
            for number, track in enumerate(container.streams.audio)
            if hasattr(track.codec_context, "layout")  # else no decoder is known for it
        )
    return MediaReport(
        path=str(index.path.absolute()),
        width=look.size[0],
        height=look.size[1],
        rate=_frame_rate(rate),
        num_frames=index.length_at(rate),
        own_rate=_frame_rate(index.rate),
        stored_frames=index.num_frames,
        is_variable=index.is_variable,
        is_timed=index.is_timed,
        is_interlaced=look.is_interlaced,
        is_hdr=look.is_hdr,
        has_alpha=look.has_alpha,
        bits=look.bits,
        codec=codec,
        pixel_format=look.pixel_format,
        sounds=sounds,
        remarks=tuple(_remarks(index, rate)),
    )


def _remarks(index: MovieIndex, rate: Fraction) -> Generator[str]:
    look = index.look
    if not index.is_timed:
        yield "Its time stamps cannot be believed, so its frames are counted at an even rate."
    elif index.is_variable:
        yield "Its rate varies; each film frame shows what is on screen in the middle of its time."
    if index.rate != rate:
        yield (
            f"It runs at {float(index.rate):.5g} frames a second and the film at "
            f"{float(rate):.5g}: frames are repeated or left out to keep time."
        )
    if look.is_interlaced:
        yield "It is interlaced; every two fields are made one frame (bwdif)."
    if look.is_hdr:
        yield "It is HDR; it is shown through BT.2390's curve, with 203 cd/m² as white."
    elif look.primaries in WIDE:
        name = "BT.2020" if look.primaries == BT2020 else "P3"
        yield f"Its wide colours ({name}) are turned into BT.709."
    if look.aspect != 1:
        yield f"Its pixels are not square ({look.aspect}); it is stretched so that they are."
    if look.orientation != UPRIGHT:
        yield "It is stored turned or mirrored, and shown upright."
    if look.has_alpha:
        yield "Its transparent parts show black."


def _frame_rate(rate: Fraction) -> FrameRate:
    return FrameRate(num=rate.numerator, den=rate.denominator)


def indexed(path: Path) -> Generator[Step, None, MovieIndex]:
    """Return a movie's index, reporting how far the walk over it has come.

    Raises:
        BadInput: it is no movie, or cannot be used.
    """
    steps = indexing(path)
    yield StageProgress("import", 0, 100)
    while True:
        try:
            yield StageProgress("import", int(100 * next(steps)), 100)
        except StopIteration as done:
            return done.value


def _proxy(
    job: ImportJob, index: MovieIndex, report: MediaReport, folder: Path
) -> Generator[Step, None, MediaReport]:
    scale = min(1.0, job.proxy_height / min(report.width, report.height))
    width, height = (max(2, round(side * scale / 2) * 2) for side in (report.width, report.height))
    rate = report.rate.fraction
    total = report.num_frames
    yield StageProgress("import", 0, total)
    with MovieWriter(folder / PROXY, width, height, rate, _PROXY_ENCODING) as movie:
        for frame in frames_of(index.path, rate=rate):
            movie.write(_shrunk(frame.rgb(), width, height))
            if movie.num_frames % _REPORT_EVERY == 0:
                yield StageProgress("import", min(movie.num_frames, total), total)
        if not movie.num_frames:
            raise BadInput(f"No frame of {index.path.name} can be decoded; choose another movie.")
    remarks = report.remarks
    if movie.num_frames < total:
        lost = f"It is damaged: {movie.num_frames} of {total} frames can be read."
        remarks = (*remarks, lost)
    found = report.model_copy(
        update={
            "num_frames": movie.num_frames,
            "proxy": str(folder / PROXY),
            "is_read_through": True,
            "remarks": remarks,
        }
    )
    text = json.dumps({"key": _key(job, index.path), "report": found.model_dump(mode="json")})
    part = folder / f".{_REPORT}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(folder / _REPORT)
    yield StageProgress("import", total, total)
    return found


def _shrunk(frame: np.ndarray, width: int, height: int) -> np.ndarray:
    if frame.shape[:2] == (height, width):
        return frame
    return cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)


def _key(job: ImportJob, path: Path) -> str:
    facts = path.stat()
    told = f"{path.absolute()} {facts.st_size} {facts.st_mtime_ns} {job.rate} {job.proxy_height}"
    return hashlib.sha256(told.encode()).hexdigest()


def _finished(folder: Path, key: str) -> MediaReport | None:
    """Return the report of a copy that was made from this very file; None where there is none."""
    try:
        content = json.loads((folder / _REPORT).read_text(encoding="utf-8"))
        found = MediaReport.model_validate(content["report"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_current = content["key"] == key and (folder / PROXY).is_file()
    return found if is_current else None
