"""What the trials of exports work on: masters that are made here, and FFmpeg's own programs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from engine.media.encodings import INTERMEDIATE
from engine.media.writer import MovieWriter
from engine.pipelines.export import run_export
from engine.pipelines.steps import JobResult
from engine.protocol.export import ExportJob
from engine.protocol.jobs import FrameRate


def frame_rate(rate: Fraction) -> FrameRate:
    """Return a rate as jobs have it."""
    return FrameRate(num=rate.numerator, den=rate.denominator)


def make_master(path: Path, size: tuple[int, int], num_frames: int, rate: Fraction) -> None:
    """Write a master of saturated slopes, sharp bars and grain in motion."""
    width, height = size
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:height, 0:width] * (2 * np.pi / np.array([height, width]))[:, None, None]
    waves = np.stack([np.sin(3 * x + y), np.cos(y - 2 * x), np.sin(x + 2 * y)], axis=2)
    still = 0.5 + 0.3 * waves + rng.normal(0, 0.012, (height, width, 1))
    still[height // 4 : height // 3, ::7] *= 0.4
    whole = (np.clip(still, 0.02, 0.98) * 65535).astype(np.uint16)
    with MovieWriter(path, width, height, rate, INTERMEDIATE) as movie:
        for number in range(num_frames):
            movie.write(np.roll(whole, 3 * number, axis=1))


def export(job: ExportJob) -> JobResult:
    """Run an export to its end."""
    running = run_export(job)
    try:
        while True:
            next(running)
    except StopIteration as stopped:
        return cast("JobResult", stopped.value)


def probe(path: Path) -> dict[str, Any]:
    """Return what ``ffprobe`` says of a file."""
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_chapters"]
    command += ["-show_format", str(path)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def decode_by_ffmpeg(
    source: Path, size: tuple[int, int], options: tuple[str, ...] = (), floats: bool = False
) -> Iterator[NDArray[Any]]:
    """Yield what ``ffmpeg`` decodes: RGB, (height, width, 3), uint16 or linear float32."""
    width, height = size
    pixels = "gbrpf32le" if floats else "rgb48le"
    command = ["ffmpeg", "-v", "error", *options, "-i", str(source), "-map", "0:v:0", "-vsync", "0"]
    command += ["-sws_flags", "bicubic+accurate_rnd+full_chroma_int", "-pix_fmt", pixels]
    kind = np.dtype(np.float32 if floats else np.uint16)
    num_bytes = width * height * 3 * kind.itemsize
    with subprocess.Popen([*command, "-f", "rawvideo", "-"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while len(content := process.stdout.read(num_bytes)) == num_bytes:
            values = np.frombuffer(content, kind)
            if floats:
                green, blue, red = values.reshape(3, height, width)
                yield np.stack([red, green, blue], axis=2)
            else:
                yield values.reshape(height, width, 3)


def to_levels(light: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return linear light as 16-bit levels of BT.709's transfer."""
    light = np.clip(light, 0, 1)
    curve = np.where(light < 0.018, 4.5 * light, 1.099 * light**0.45 - 0.099)
    return np.round(curve * 65535).astype(np.uint16)


def psnr(made: NDArray[np.uint16], master: NDArray[np.uint16]) -> float:
    """Return the peak signal-to-noise ratio of 16-bit frames in dB; infinite where equal."""
    error = float(np.mean((made.astype(np.float64) - master) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(65535**2 / error))
