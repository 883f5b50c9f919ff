"""How a render looks in a terminal, in a log file, and to a script."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from app.application.render import RenderReport
from app.client.client import ClientEvent, EngineLost
from engine.protocol.messages import JobStarted, Progress
from engine.protocol.terminal import terminal_text

STAGE_NAMES: Mapping[str, str] = {
    "load": "Loading the model",
    "captions": "Reading captions",
    "keyframes": "Reading keyframes",
    "denoise": "Director-Gen",
    "decode": "Writing the draft",
    "refine": "Director-SR",
    "export": "Writing the movie",
    "import": "Reading the movie",
    "shots": "Looking for cuts",
    "clips": "Cutting footage",
    "encode": "Encoding clips",
    "train": "Training",
}

_BAR_WIDTH = 28


class Console:
    """Shows events: a moving bar in a terminal, a line a stage elsewhere, JSON lines for scripts.

    Args:
        as_json: print every event as one JSON line on stdout and nothing else there.
    """

    def __init__(self, as_json: bool = False, stream: TextIO | None = None) -> None:
        self._as_json = as_json
        self._stream = stream or sys.stderr
        self._moves = self._stream.isatty()
        self._stage = ""
        self._began = time.monotonic()
        self._start_s: float | None = None

    def show(self, event: ClientEvent) -> None:
        """Show one event."""
        if self._start_s is None and isinstance(event, Progress):
            self._start_s = time.monotonic() - self._began
        if self._as_json:
            if not isinstance(event, EngineLost):
                print(json.dumps(event.model_dump(mode="json")), flush=True)
            return
        match event:
            case JobStarted():
                self._stage = ""
            case Progress():
                self._progress(event)
            case _:
                pass

    def finished(self, report: RenderReport) -> None:
        """Say what came of it, with the time of each stage."""
        seconds = time.monotonic() - self._began
        if self._as_json:
            facts = {
                "kind": "rendered",
                "path": str(report.output.absolute()),
                "num_frames": report.num_frames,
                "seconds": round(seconds, 3),
                "stage_seconds": report.stage_seconds,
                "keyframes": report.keyframes,
                "seams": report.seams,
                "footage": report.footage,
            }
            print(json.dumps(facts), flush=True)
            return
        self._end_line()
        self._say(f"  {'Starting the engine':<22}{self._start_s or 0.0:8.1f} s")
        for stage, spent in report.stage_seconds.items():
            self._say(f"  {STAGE_NAMES.get(stage, stage):<22}{spent:8.1f} s")
        self._say(f"  {'Everything':<22}{seconds:8.1f} s")
        if report.keyframes:
            worst = min(row["psnr_db"] for row in report.keyframes)
            self._say(f"  {len(report.keyframes)} keyframes, the least faithful at {worst:.1f} dB")
        self._footage(report)
        self._say(f"{report.output} is finished: {report.num_frames} frames.")

    def _footage(self, report: RenderReport) -> None:
        for seam in report.seams:
            before = max(map(abs, seam["excess"]))
            done = "matched" if seam["corrected"] else "left as it is"
            said = f"  Seam at frame {seam['frame']}: {before:.1f} levels of colour, {done}"
            if "excess_left" in seam:
                said += f"; {max(map(abs, seam['excess_left'])):.1f} in the written movie"
            self._say(said)
        if report.footage:
            equal, total = report.footage["equal"], report.footage["source_frames"]
            said = f"  {equal} of {total} source frames are bit for bit the source's"
            least = report.footage["least_psnr_db"]
            self._say(said if least is None else f"{said}, the others at least {least:.1f} dB")
            sound = report.footage["sound"]
            if sound["kept"]:
                self._say(f"  {sound['equal']} of {sound['packets']} packets of sound are its own")

    def fail(self, sentence: str) -> None:
        """Say in one sentence why it could not be done."""
        if self._as_json:
            print(json.dumps({"kind": "error", "message": sentence}), flush=True)
        self._end_line()
        print(terminal_text(sentence), file=sys.stderr, flush=True)

    def note(self, sentence: str) -> None:
        """Say something in passing."""
        if not self._as_json:
            self._end_line()
            self._say(sentence)

    def _progress(self, event: Progress) -> None:
        name = STAGE_NAMES[event.stage]
        if not self._moves:
            if event.stage != self._stage:
                self._say(f"{name} …")
            self._stage = event.stage
            return
        if event.stage != self._stage:
            self._end_line()
            self._stage = event.stage
        share = event.step / max(event.num_steps, 1)
        filled = round(share * _BAR_WIDTH)
        bar = "█" * filled + "·" * (_BAR_WIDTH - filled)
        left = "" if event.remaining_s is None else f"  {event.remaining_s:.0f} s left"
        line = f"\r{name:<20}{bar} {event.step}/{event.num_steps}{left}\x1b[K"
        self._stream.write(line)
        self._stream.flush()

    def _end_line(self) -> None:
        if self._moves and self._stage:
            self._stream.write("\n")
        self._stage = ""

    def _say(self, line: str) -> None:
        print(terminal_text(line), file=self._stream, flush=True)


def free_name(path: Path) -> Path:
    """Return ``path``, or the first of ``name-2``, ``name-3`` … that no file has."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return candidate
