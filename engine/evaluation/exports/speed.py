"""An export against ``ffmpeg`` alone on the same frames and settings, in pairs; peak memory.

Each run is a process of its own. ``ffmpeg`` reads the same master, converts by the same scaler and
encodes with the same encoder, settings and number of threads. The master is a few seconds, read
over and over, and what was written is removed after each run: the disk holds one master and one
movie, however long the film.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from engine.evaluation.exports.material import export, frame_rate
from engine.media.encodings import encoding_for
from engine.protocol.export import ExportFormatSpec, ExportJob, Segment
from engine.protocol.formats import FormatName

RATE = Fraction(24)


@dataclass(frozen=True, slots=True)
class SpeedPair:
    """One run of each: seconds, and the peak of resident memory in MiB."""

    ours_s: float
    theirs_s: float
    ours_mib: float
    theirs_mib: float
    num_bytes: int


def try_speed(
    master: Path, num_frames: int, times: int, name: FormatName, folder: Path, pairs: int
) -> Iterator[SpeedPair]:
    """Run both, turn and turn about, which one begins changing from pair to pair.

    Args:
        master: of ``num_frames``, which is read ``times`` times over.
        folder: for what is written.
    """
    output = folder / f"written{_suffix(name)}"
    ours = [sys.executable, "-m", "engine.evaluation.exports", "one", str(master), str(num_frames)]
    ours += [str(times), name, str(output)]
    theirs = _ffmpeg(master, times, name, output)
    for pair in range(pairs):
        first, second = (ours, theirs) if pair % 2 == 0 else (theirs, ours)
        one, other = _timed(first, output), _timed(second, output)
        mine, its = (one, other) if pair % 2 == 0 else (other, one)
        yield SpeedPair(mine[0], its[0], mine[1], its[1], mine[2])


def export_one(master: Path, num_frames: int, times: int, name: FormatName, output: Path) -> None:
    """Export a master several times over: what runs in a process of its own."""
    export(
        ExportJob(
            job_id="speed",
            segments=(Segment(path=str(master), stop=num_frames),) * times,
            output=str(output),
            rate=frame_rate(RATE),
            format=ExportFormatSpec(name=name),
            overwrite=True,
        )
    )


def _ffmpeg(master: Path, times: int, name: FormatName, output: Path) -> list[str]:
    encoding = encoding_for(ExportFormatSpec(name=name))
    options = [word for key, value in encoding.options.items() for word in (f"-{key}", value)]
    command = ["ffmpeg", "-y", "-v", "error", "-stream_loop", str(times - 1), "-i", str(master)]
    command += ["-c:v", encoding.codec, *options]
    scaler = ["-sws_flags", "lanczos+accurate_rnd+full_chroma_int", "-pix_fmt"]
    return [*command, *scaler, encoding.pixel_format, "-movflags", "+faststart", str(output)]


def _suffix(name: FormatName) -> str:
    row = ExportFormatSpec(name=name).row
    return row.extension(row.containers[0])


def _timed(command: list[str], output: Path) -> tuple[float, float, int]:
    """Run a command and remove what it wrote; return seconds, MiB at the peak, bytes written."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise RuntimeError(f"{command[0]} ended with {status}")
    seconds = time.perf_counter() - began
    files = [path for path in output.rglob("*") if path.is_file()] if output.is_dir() else [output]
    num_bytes = sum(path.stat().st_size for path in files)
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink()
    return seconds, _mib(usage), num_bytes


def _mib(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def ffmpeg_version() -> str:
    """Return the first words of ``ffmpeg -version``."""
    told = subprocess.run(["ffmpeg", "-version"], capture_output=True, check=True, text=True)
    return " ".join(told.stdout.split()[:3])
