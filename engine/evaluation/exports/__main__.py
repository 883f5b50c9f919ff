"""``python -m engine.evaluation.exports formats | timing | speed``: tables for docs/export.md."""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import cast

import av

from engine.evaluation.exports.formats import try_formats
from engine.evaluation.exports.material import make_master
from engine.evaluation.exports.speed import RATE, export_one, ffmpeg_version, try_speed
from engine.evaluation.exports.timing import RATES, try_timing
from engine.protocol.formats import FORMAT_NAMES, FormatName


def main() -> None:
    """Answer one command."""
    parser = argparse.ArgumentParser(prog="python -m engine.evaluation.exports")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("formats", help="every format against its master, by two decoders")
    timing = commands.add_parser("timing", help="flashes and clicks over ten minutes")
    timing.add_argument("--minutes", type=int, default=10)
    speed = commands.add_parser("speed", help="against ffmpeg alone, in pairs")
    speed.add_argument("--seconds", type=int, default=60)
    speed.add_argument("--master-seconds", type=int, default=5, help="read over and over")
    speed.add_argument("--pairs", type=int, default=3)
    speed.add_argument("--size", default="1920x1080")
    speed.add_argument("--format", default="h264", choices=FORMAT_NAMES)
    one = commands.add_parser("one")
    one.add_argument("words", nargs=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smartdirector-exports-") as name:
        folder = Path(name)
        match options.command:
            case "formats":
                _formats(folder)
            case "timing":
                _timing(folder, options.minutes)
            case "speed":
                _speed(folder, options)
            case _:
                master, count, times, wanted, output = options.words
                kind = cast("FormatName", wanted)
                export_one(Path(master), int(count), int(times), kind, Path(output))


def _formats(folder: Path) -> None:
    print(
        "| format | container | PyAV, dB | ffmpeg, dB | frames | rate | tags | timecode |", end=""
    )
    print(" chapters | MB |\n|" + " --- |" * 10)
    for t in try_formats(folder):
        print(
            f"| {t.name} | {t.container} | {_db(t.psnr_db)} | {_db(t.other_db)} | "
            f"{t.num_frames[0]}, {t.num_frames[1]} | {t.rate} | {t.tags} | {t.timecode} | "
            f"{t.num_chapters} | {t.num_bytes / 1e6:.2f} |",
            flush=True,
        )


def _db(value: float) -> str:
    return "equal" if value == float("inf") else "–" if value != value else f"{value:.1f}"


def _timing(folder: Path, minutes: int) -> None:
    print("| rate | container | frames | largest error of a stamp, ms | ", end="")
    print("click after flash, ms | drift, ms |\n|" + " --- |" * 6)
    for t in try_timing(folder, minutes=minutes, rates=RATES):
        low, high = min(t.sound_offset_s) * 1e3, max(t.sound_offset_s) * 1e3
        print(
            f"| {t.rate} | {t.container} | {t.num_frames} | {t.stamp_error_s * 1e3:.3f} | "
            f"{low:.3f} to {high:.3f} | {t.drift_s * 1e3:.3f} |",
            flush=True,
        )


def _speed(folder: Path, options: argparse.Namespace) -> None:
    width, _, height = options.size.partition("x")
    times = max(1, round(options.seconds / options.master_seconds))
    num_frames = int(options.master_seconds * RATE)
    master = folder / "master.mkv"
    make_master(master, (int(width), int(height)), num_frames, Fraction(RATE))
    ratios: list[float] = []
    print(
        f"{num_frames * times} frames of {options.size}, {options.format}; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}\n{ffmpeg_version()}, PyAV {av.__version__}\n"
        f"master: {num_frames} frames read {times} times, {master.stat().st_size / 1e6:.0f} MB"
    )
    columns = ("ours, s", "ffmpeg, s", "speed", "ours, fps", "ours, MiB", "ffmpeg, MiB", "MB")
    print(f"| {' | '.join(columns)} |\n|" + " --- |" * len(columns))
    peaks: list[float] = []
    for p in try_speed(master, num_frames, times, options.format, folder, options.pairs):
        ratios.append(p.theirs_s / p.ours_s)
        peaks.append(p.ours_mib)
        print(
            f"| {p.ours_s:.1f} | {p.theirs_s:.1f} | {ratios[-1]:.0%} | "
            f"{num_frames * times / p.ours_s:.1f} | {p.ours_mib:.0f} | {p.theirs_mib:.0f} | "
            f"{p.num_bytes / 1e6:.1f} |",
            flush=True,
        )
    print(
        f"Median speed {statistics.median(ratios):.0%}, {min(ratios):.0%} to {max(ratios):.0%}; "
        f"peak memory {max(peaks):.0f} MiB; load {os.getloadavg()[0]:.1f}."
    )


if __name__ == "__main__":
    main()
