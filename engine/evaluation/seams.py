"""Looks for seams: steps where windows, chunks or tiles meet, against what the picture does anyway.

``python -m engine.evaluation.seams TAKE [MOVIE]`` measures a take's master, whose manifest says
where its borders are; ``--json`` prints the numbers.

In time, three curves are followed, the frame's mean luma, mean chroma and sharpness (mean absolute
gradient); a border is a seam where one of them bends harder than it does away from borders. In
space, the same is asked of the mean luma and sharpness of columns and rows, over all frames.
Knows no model; frames are taken one by one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media.movie import RgbFrame, read_frames
from engine.pipelines.take import MASTER, TakeFolder
from engine.protocol.errors import EngineError

Curve = NDArray[np.float64]

VISIBLE: Mapping[str, float] = {"luma": 0.75, "chroma": 0.75, "sharpness": 6.0}
"""Smallest bend that is called a seam: levels of 255, levels, percent."""
TIMES = 2.0
"""How much harder than 95 of 100 other places a border must bend."""
_ZONE = 24
"""Pixels behind a tile's border in which it blends with its neighbour."""
_AROUND = 3


@dataclass(frozen=True, slots=True)
class Borders:
    """Where things meet.

    Attributes:
        frames: first frame behind a border, by kind (windows, heads, …).
        cuts: frames on which the picture changes anyway; nothing is measured there.
        columns, rows: where a tile begins inside the frame, in pixels.
    """

    frames: Mapping[str, Sequence[int]]
    cuts: Sequence[int] = ()
    columns: Sequence[int] = ()
    rows: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Seam:
    """One curve at the borders of one kind.

    Attributes:
        kind: of border. curve: what was followed.
        at_borders, elsewhere: mean bend there and at other places; levels, or percent.
        usual: the 95th percentile elsewhere.
        seen: borders that are seams.
    """

    kind: str
    curve: str
    at_borders: float
    elsewhere: float
    usual: float
    seen: tuple[int, ...]


class Profile:
    """Collects the curves of a clip, frame by frame."""

    def __init__(self) -> None:
        self._curves: dict[str, list[Any]] = {"luma": [], "chroma": [], "sharpness": []}
        self._lines: dict[str, Curve] = {}
        self._count = 0

    def see(self, frame: RgbFrame) -> None:
        """Look at the next frame, (H, W, 3) uint8 or uint16."""
        scale = 257.0 if frame.dtype == np.uint16 else 1.0
        colours = cv2.cvtColor(frame.astype(np.float32) / np.float32(scale), cv2.COLOR_RGB2YCrCb)
        luma = np.asarray(colours[..., 0], dtype=np.float32)
        across, down = np.abs(np.diff(luma, axis=1)), np.abs(np.diff(luma, axis=0))
        self._curves["luma"].append(float(luma.mean()))
        # float32 YCrCb keeps chroma centred at 0.5; a constant does not bend.
        self._curves["chroma"].append(colours[..., 1:].reshape(-1, 2).mean(axis=0))
        self._curves["sharpness"].append(float(across.mean() + down.mean()))
        lines = {
            "columns luma": luma.mean(axis=0),
            "rows luma": luma.mean(axis=1),
            "columns sharpness": np.pad(across.mean(axis=0), (1, 0), mode="edge"),
            "rows sharpness": np.pad(down.mean(axis=1), (1, 0), mode="edge"),
        }
        for name, line in lines.items():
            self._lines[name] = self._lines.get(name, 0.0) + line.astype(np.float64)
        self._count += 1

    def seams(self, borders: Borders) -> list[Seam]:
        """Return what the curves do at the borders.

        Raises:
            ValueError: fewer than five frames were seen.
        """
        if self._count < 5:
            raise ValueError("Seams can be looked for in clips of five frames and more.")
        found: list[Seam] = []
        for name, values in self._curves.items():
            bends = _bends(np.asarray(values, dtype=np.float64), relative=name == "sharpness")
            found += self._in_time(name, bends, borders)
        for axis, places in (("columns", borders.columns), ("rows", borders.rows)):
            if places:
                found += self._in_space(axis, places)
        return found

    def _in_time(self, name: str, bends: Curve, borders: Borders) -> list[Seam]:
        every = {frame for frames in borders.frames.values() for frame in frames}
        near = {f + d for f in every | set(borders.cuts) for d in range(-_AROUND, _AROUND + 1)}
        spoilt = {cut + d for cut in borders.cuts for d in (-2, -1, 0, 1)}
        others = [bends[f] for f in range(1, self._count - 1) if f not in near]
        rows: list[Seam] = []
        for kind, frames in borders.frames.items():
            # A step between f − 1 and f bends the curve at both, a deviating frame at f alone.
            heights = {
                f: float(max(bends[f - 1], bends[f]))
                for f in frames
                if 1 < f < self._count - 1 and f not in spoilt
            }
            rows.append(_judge(kind, name, heights, others))
        return rows

    def _in_space(self, axis: str, places: Sequence[int]) -> list[Seam]:
        luma = np.abs(
            _detrended(np.diff(self._lines[f"{axis} luma"] / self._count, prepend=np.nan))
        )
        line = self._lines[f"{axis} sharpness"] / self._count
        sharp = np.abs(_detrended(line)) / max(float(line.mean()), 1e-6) * 100
        rows: list[Seam] = []
        for name, bends in (("luma", np.nan_to_num(luma)), ("sharpness", sharp)):
            zones = {p: bends[p : p + _ZONE] for p in places if p + _ZONE <= len(bends)}
            free = np.ones(len(bends), dtype=bool)
            for place in places:
                free[max(place - _ZONE, 0) : place + 2 * _ZONE] = False
            # Zones are compared with zones: the highest of so many lines is what is looked for.
            starts = range(1, len(bends) - _ZONE, _ZONE // 2)
            others = [
                float(bends[s : s + _ZONE].max()) for s in starts if free[s : s + _ZONE].all()
            ]
            heights = {place: float(zone.max()) for place, zone in zones.items()}
            rows.append(_judge(axis, name, heights, others))
        return rows


def measure(frames: Iterable[RgbFrame], borders: Borders) -> list[Seam]:
    """Return what a clip does at its borders; see :class:`Profile`."""
    profile = Profile()
    for frame in frames:
        profile.see(frame)
    return profile.seams(borders)


def _bends(values: Curve, *, relative: bool) -> Curve:
    """Return how far each value lies from the middle of its neighbours, doubled; (T,)."""
    if relative:
        values = values / max(float(values.mean()), 1e-6) * 100
    columns = values.reshape(len(values), -1)
    bends = np.zeros(len(columns))
    bends[1:-1] = np.abs(columns[2:] - 2 * columns[1:-1] + columns[:-2]).max(axis=1)
    return bends


def _detrended(line: Curve) -> Curve:
    """Return a line less its own course, the median of a neighbourhood."""
    half = _ZONE // 2
    padded = np.pad(line, half, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1)
    return line - np.nanmedian(windows, axis=1)


def _judge(kind: str, curve: str, heights: Mapping[int, float], others: Sequence[float]) -> Seam:
    usual = float(np.percentile(others, 95)) if others else 0.0
    least = max(VISIBLE[curve], TIMES * usual)
    return Seam(
        kind,
        curve,
        round(float(np.mean(list(heights.values()))), 3) if heights else 0.0,
        round(float(np.mean(others)), 3) if others else 0.0,
        round(usual, 3),
        tuple(place for place, height in heights.items() if height > least),
    )


def borders_of(facts: Mapping[str, Any]) -> Borders:
    """Return the borders that a master's facts name.

    Raises:
        ValueError: they name none.
    """
    named = facts.get("borders")
    if not isinstance(named, dict):
        raise ValueError("This take's master does not say where its borders are; make it again.")
    frames = {kind: tuple(named[kind]) for kind in ("windows", "heads")}
    return Borders(frames, tuple(named["cuts"]), tuple(named["columns"]), tuple(named["rows"]))


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Look for seams in a take's master.")
    parser.add_argument("take", help="the take's folder")
    parser.add_argument("movie", nargs="?", type=Path, help="another movie of the same pass")
    parser.add_argument("--json", action="store_true", help="print the numbers as JSON")
    options = parser.parse_args(argv)
    take = TakeFolder(options.take)
    try:
        borders = borders_of(take.read_manifest().get("master", {}))
        seams = measure(read_frames(options.movie or take.path / MASTER), borders)
    except (EngineError, ValueError) as error:
        parser.error(str(error))
    if options.json:
        print(json.dumps([asdict(seam) for seam in seams], indent=1))
        return 0
    print(f"{'border':<10}{'curve':<12}{'there':>9}{'elsewhere':>11}{'95 %':>9}  seams")
    for seam in seams:
        seen = ", ".join(map(str, seam.seen)) or "–"
        print(
            f"{seam.kind:<10}{seam.curve:<12}{seam.at_borders:>9.3f}{seam.elsewhere:>11.3f}"
            f"{seam.usual:>9.3f}  {seen}"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
