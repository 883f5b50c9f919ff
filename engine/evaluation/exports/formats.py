"""Every format in every container against its master, by two decoders: PyAV's and ``ffmpeg``'s."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from engine.evaluation.exports.material import (
    decode_by_ffmpeg,
    export,
    frame_rate,
    make_master,
    probe,
    psnr,
    to_levels,
)
from engine.media.movie import read_frames
from engine.protocol.export import ChapterSpec, ExportFormatSpec, ExportJob, MarkSpec, Segment
from engine.protocol.formats import FORMATS, Container, ExportFormat

RATE = Fraction(24000, 1001)
TIMECODE = "01:00:00:00"
_TAGS = ("color_primaries", "color_transfer", "color_space", "color_range")


@dataclass(frozen=True, slots=True)
class FormatTrial:
    """What became of a format.

    Attributes:
        psnr_db: the worst frame against the master, RGB, as PyAV decodes it.
        other_db: the same as ``ffmpeg`` decodes it.
        num_frames: as each of the two counts them.
        tags: primaries, transfer, matrix and range, as ``ffprobe`` says.
        num_chapters: likewise.
    """

    name: str
    container: str
    psnr_db: float
    other_db: float
    num_frames: tuple[int, int]
    rate: str
    tags: str
    timecode: str
    num_chapters: int
    num_bytes: int


def try_formats(
    folder: Path, size: tuple[int, int] = (640, 360), num_frames: int = 36
) -> Iterator[FormatTrial]:
    """Export a master in every way there is, and look at what came of it."""
    master = folder / "master.mkv"
    make_master(master, size, num_frames, RATE)
    frames = list(read_frames(master))
    for row in FORMATS.values():
        for container in row.containers:
            yield _try(folder, master, frames, row, container)


def _try(
    folder: Path,
    master: Path,
    frames: list[NDArray[np.uint16]],
    row: ExportFormat,
    container: Container,
) -> FormatTrial:
    output = folder / f"{row.name}{row.extension(container)}"
    chapters = (ChapterSpec(frame=0, title="One"), ChapterSpec(frame=12, title="Two"))
    job = ExportJob(
        job_id="trial",
        segments=(Segment(path=str(master), stop=len(frames)),),
        output=str(output),
        rate=frame_rate(RATE),
        format=ExportFormatSpec(name=row.name),
        timecode=TIMECODE,
        chapters=chapters,
        mark=MarkSpec(project="{}"),
        overwrite=True,
    )
    export(job)
    size = frames[0].shape[1], frames[0].shape[0]
    source = output / f"{output.name}.%06d{_picture_suffix(output)}" if row.is_sequence else output
    shown = probe(next(output.glob("*.0*"))) if row.is_sequence else probe(output)
    ours = _worst(_decoded(output, row), frames)
    options = ("-framerate", str(RATE)) if row.is_sequence else ()
    theirs = (0, float("nan"))
    if row.name != "webp":  # FFmpeg 5.1 does not decode animated WebP
        linear = row.name == "exr"
        found = decode_by_ffmpeg(source, size, options, floats=linear)
        theirs = _worst((to_levels(f) if linear else f for f in found), frames)
    stream = shown["streams"][0]
    every = [{**s, **s.get("tags", {})} for s in shown["streams"]]
    codes = {str(s.get("timecode") or s.get("TIMECODE")) for s in every} - {"None"}
    tags = "/".join(str(stream.get(tag, "–")) for tag in _TAGS)
    return FormatTrial(
        *(row.name, container, ours[1], theirs[1], (ours[0], theirs[0])),
        "–" if row.is_sequence else stream["r_frame_rate"],
        "–" if set(tags) <= set("–/") else tags,
        *(", ".join(sorted(codes)) or "–", len(shown.get("chapters", ())), _bytes(output)),
    )


def _worst(found: Iterable[NDArray[Any]], frames: list[NDArray[np.uint16]]) -> tuple[int, float]:
    count, worst = 0, float("inf")
    for made in found:
        if count < len(frames):
            worst = min(worst, psnr(made, frames[count]))
        count += 1
    return count, worst


def _decoded(output: Path, row: ExportFormat) -> Iterator[NDArray[np.uint16]]:
    """Yield RGB levels of 16 bits as PyAV decodes them."""
    if row.name == "webp":
        from PIL import Image, ImageSequence

        with Image.open(output) as image:
            for picture in ImageSequence.Iterator(image):
                yield np.asarray(picture.convert("RGB"), np.uint16) * 257
        return
    paths = sorted(output.glob("*.0*")) if row.is_sequence else [output]
    for path in paths:
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                if row.name == "exr":
                    light = frame.reformat(format="gbrpf32le").to_ndarray()
                    yield to_levels(np.asarray(light, np.float32))
                elif frame.format.name in {"rgb24", "bgra", "pal8", "rgba", "bgr8"}:
                    yield frame.to_ndarray(format="rgb24").astype(np.uint16) * 257
                elif frame.format.name.startswith("rgb48"):
                    yield np.asarray(frame.to_ndarray(format="rgb48le"), np.uint16)
                else:
                    break
            else:
                continue
        yield from read_frames(path)


def _picture_suffix(folder: Path) -> str:
    return next(folder.glob("*.0*")).suffix


def _bytes(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.iterdir())
