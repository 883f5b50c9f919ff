"""What the fake engine does with users' movies: looks, light copies, cuts, enlargements.

Real files come out of it. Frames are counted as the real engine does: a film frame shows what is on
the screen in the middle of its time.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from PIL import Image

from engine.protocol.errors import BadInput
from engine.protocol.jobs import FrameRate, UpscaleJob
from engine.protocol.media import FrameJob, ImportJob, MediaReport, SoundTrack
from tests.app.movies import read_movie, write_movie

PROXY_HEIGHT = 36


def look_at(job: ImportJob) -> MediaReport:
    """Return what a movie is."""
    path = Path(job.path)
    try:
        frames, own = read_movie(path)
        with av.open(str(path)) as container:
            num_sounds = len(container.streams.audio)
    except (FFmpegError, OSError, ValueError, IndexError) as error:
        raise BadInput(f"{path.name} is no movie that can be read; choose another one.") from error
    rate = own if job.rate is None else job.rate.fraction
    remarks: tuple[str, ...] = ()
    if own != rate:
        remarks = (f"It runs at {float(own):g} frames a second and the film at {float(rate):g}.",)
    height, width = frames.shape[1:3]
    return MediaReport(
        path=str(path),
        width=width,
        height=height,
        rate=_rate(rate),
        num_frames=len(_numbers(len(frames), own, rate)),
        own_rate=_rate(own),
        stored_frames=len(frames),
        sounds=tuple(
            SoundTrack(number=n, codec="aac", channels=2, sample_rate=48000)
            for n in range(num_sounds)
        ),
        remarks=remarks,
    )


def copy_light(job: ImportJob, report: MediaReport) -> MediaReport:
    """Write the light copy."""
    assert job.folder is not None
    folder = Path(job.folder)
    frames, own = read_movie(Path(job.path))
    rate = report.rate.fraction
    light = frames[_numbers(len(frames), own, rate)]
    step = max(1, light.shape[1] // PROXY_HEIGHT)
    light = light[:, ::step, ::step]
    height, width = (side // 2 * 2 for side in light.shape[1:3])
    write_movie(folder / "proxy.mp4", np.ascontiguousarray(light[:, :height, :width]), rate)
    found = report.model_copy(update={"proxy": str(folder / "proxy.mp4"), "is_read_through": True})
    text = json.dumps({"key": "fake", "report": found.model_dump(mode="json")})
    (folder / "import.json").write_text(text)
    return found


def grab(job: FrameJob) -> tuple[Path, int]:
    """Write one frame as a PNG."""
    frames, own = read_movie(Path(job.path))
    rate = own if job.rate is None else job.rate.fraction
    number = _numbers(len(frames), own, rate)[job.frame]
    output = Path(job.output)
    if output.exists() and not job.overwrite:
        raise BadInput(f"{output.name} is there already.")
    Image.fromarray(frames[number]).save(output)
    return output, 1


def enlarge(job: UpscaleJob) -> tuple[Path, int]:
    """Write the enlarged stretch, by repeating pixels."""
    frames, own = read_movie(Path(job.video))
    part = frames[job.start : job.stop]
    rows = np.arange(job.height) * part.shape[1] // job.height
    columns = np.arange(job.width) * part.shape[2] // job.width
    path = Path(job.folder) / "master.mkv"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_movie(path, np.ascontiguousarray(part[:, rows][:, :, columns]), own)
    return path, len(part)


def _numbers(count: int, own: Fraction, rate: Fraction) -> list[int]:
    length = math.ceil(Fraction(count) / own * rate)
    middles = [int(Fraction(2 * n + 1, 2) / rate * own) for n in range(length)]
    return [number for number in middles if number < count]


def _rate(rate: Fraction) -> FrameRate:
    return FrameRate(num=rate.numerator, den=rate.denominator)
