"""Holds a finished take against its boards: fidelity, motion, flicker; against the truth if known.

``python -m engine.evaluation.film TAKE MOVIE [--truth MOVIE]`` prints a table and, with ``--json``,
the numbers. TAKE is a take's folder, MOVIE shows that pass alone.

What it answers: does each keyframe's frame show its board; does the picture between keyframes move
on its own, or is it a frozen board or a cross-fade; does the picture step or pulse at chunk heads.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.media.movie import movie_size, read_frames
from engine.media.stills import RgbImage
from engine.pipelines.boards import load_boards
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize

Clip = NDArray[np.uint8]
"""(frames, height, width, 3) RGB."""


_MEASURED_WIDTH = 960


def psnr(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Return the peak signal-to-noise ratio of 8-bit pictures in dB, 100 when they are equal."""
    mse = float(np.mean((a.astype(np.float32) - b.astype(np.float32)) ** 2))
    return 100.0 if mse == 0 else 10 * float(np.log10(255.0**2 / mse))


def load_clip(path: Path, size: FrameSize | None = None) -> Clip:
    """Return a whole movie as uint8, at ``size`` if one is given. For takes, which are short."""
    frames: list[RgbImage] = []
    for frame in read_frames(path):
        levels = ((frame.astype(np.uint32) + 128) // 257).astype(np.uint8)
        if size is not None and levels.shape[:2] != (size.height, size.width):
            area = cv2.INTER_AREA
            levels = cv2.resize(levels, (size.width, size.height), interpolation=area)
        frames.append(levels.astype(np.uint8, copy=False))
    return np.stack(frames)


def baselines(clip_length: int, anchors: Sequence[int], boards: Clip) -> dict[str, Clip]:
    """Return what a keyframe tool without a model would show between the boards.

    Args:
        clip_length: frames of the clip.
        anchors: frame of each board, ascending.
        boards: (len(anchors), H, W, 3).

    Returns:
        ``hold`` (the board before stands still), ``crossfade``, and ``flow``: both boards warped
        along OpenCV's DIS optical flow and blended.
    """
    hold = np.empty((clip_length, *boards.shape[1:]), np.uint8)
    crossfade, flow = np.empty_like(hold), np.empty_like(hold)
    for index in range(clip_length):
        after = int(np.searchsorted(anchors, index, side="right"))
        before = max(after - 1, 0)
        after = min(after, len(anchors) - 1)
        hold[index] = boards[before]
        span = anchors[after] - anchors[before]
        share = (index - anchors[before]) / span if span > 0 else 0.0
        share = min(max(share, 0.0), 1.0)
        crossfade[index] = cv2.addWeighted(boards[before], 1 - share, boards[after], share, 0)
        flow[index] = _warped(boards[before], boards[after], share)
    return {"hold": hold, "crossfade": crossfade, "flow": flow}


def evaluate(plan: ChunkPlan, boards: Clip, clip: Clip, truth: Clip | None) -> dict[str, Any]:
    """Return the numbers for one pass.

    Args:
        plan: of the pass.
        boards: in the plan's order, at the clip's size.
        clip: what was made.
        truth: the real film, where there is one.
    """
    # A keyframe that the next pass begins on stands past this one's end.
    frames = {k: f for k, f in plan.keyframe_frames.items() if f < len(clip)}
    order = sorted(frames, key=lambda keyframe: frames[keyframe])
    anchors = [frames[keyframe] for keyframe in order]
    fidelity = [psnr(clip[frame], boards[keyframe]) for keyframe, frame in frames.items()]
    result: dict[str, Any] = {
        "num_frames": len(clip),
        "keyframe_psnr_db": [round(value, 2) for value in fidelity],
        "keyframe_psnr_min_db": round(min(fidelity), 2),
        "stretches": [],
        "heads": _head_steps(plan, clip),
    }
    for first, last in _stretches(plan, anchors):
        inner = list(range(first + 1, last))
        shown = boards[[order[anchors.index(first)], order[anchors.index(last)]]]
        plain = baselines(len(clip), [first, last], shown)
        row: dict[str, Any] = {
            "first": first,
            "last": last,
            "motion_px": _mean([_motion(clip[i - 1], clip[i]) for i in range(first + 1, last + 1)]),
            "crossfade_motion_px": _mean(
                [
                    _motion(plain["crossfade"][i - 1], plain["crossfade"][i])
                    for i in range(first + 1, last + 1)
                ]
            ),
            "psnr_to_hold_db": _mean([psnr(clip[i], plain["hold"][i]) for i in inner]),
            "psnr_to_crossfade_db": _mean([psnr(clip[i], plain["crossfade"][i]) for i in inner]),
        }
        if truth is not None:
            row["truth"] = {
                "ours": _mean([psnr(clip[i], truth[i]) for i in inner]),
                **{n: _mean([psnr(c[i], truth[i]) for i in inner]) for n, c in plain.items()},
            }
        result["stretches"].append(row)
    return result


def _stretches(plan: ChunkPlan, anchors: Sequence[int]) -> list[tuple[int, int]]:
    """Return neighbouring keyframes with frames between them and no cut."""
    return [
        (first, last)
        for first, last in itertools.pairwise(anchors)
        if last - first > 1 and not any(first < cut <= last for cut in plan.cut_frames)
    ]


def _head_steps(plan: ChunkPlan, clip: Clip) -> dict[str, float]:
    """Compare what happens at heads inside a shot with what happens between other frames.

    Luma and chroma: mean absolute step of the frame's mean, in levels. Sharpness: how far a
    frame's mean gradient lies from the mean of its two neighbours', in percent.
    """
    luma, chroma, sharp = _curves(clip)
    cuts = set(plan.cut_frames)
    heads = {c.start for c in plan.chunks} - cuts - {0}
    touching = {f + d for f in cuts | {0} for d in (-1, 0, 1)}
    at = [f for f in sorted(heads) if 0 < f < len(clip) - 1 and f not in touching]
    off = [
        f for f in range(1, len(clip) - 1) if f not in touching and not {f - 1, f, f + 1} & heads
    ]

    def bump(values: NDArray[np.float64], frames: Sequence[int], relative: bool) -> float:
        middle = [(values[f - 1] + values[f + 1]) / 2 for f in frames]
        gaps = [
            abs(values[f] - m) / (m if relative else 1.0)
            for f, m in zip(frames, middle, strict=True)
        ]
        return round(float(np.mean(gaps)) * (100 if relative else 1), 3) if gaps else 0.0

    return {
        "luma_at_heads": bump(luma, at, False),
        "luma_elsewhere": bump(luma, off, False),
        "chroma_at_heads": bump(chroma, at, False),
        "chroma_elsewhere": bump(chroma, off, False),
        "sharpness_at_heads_pct": bump(sharp, at, True),
        "sharpness_elsewhere_pct": bump(sharp, off, True),
    }


def _curves(clip: Clip) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    luma, chroma, sharp = [], [], []
    for frame in clip:
        ycc = cv2.cvtColor(frame, cv2.COLOR_RGB2YCrCb)
        luma.append(float(ycc[..., 0].mean()))
        chroma.append(float(ycc[..., 1:].mean()))
        grey = ycc[..., 0].astype(np.float32)
        sharp.append(
            float(np.abs(np.diff(grey, axis=1)).mean() + np.abs(np.diff(grey, axis=0)).mean())
        )
    return np.array(luma), np.array(chroma), np.array(sharp)


def _motion(before: RgbImage, after: RgbImage) -> float:
    """Return the 90th percentile of DIS flow in pixels, at 480 pixels of width scaled back."""
    scale = 480 / before.shape[1]
    a, b = (
        cv2.resize(
            cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY),
            None,
            fx=scale,
            fy=scale,
            interpolation=cv2.INTER_AREA,
        )
        for frame in (before, after)
    )
    flow = _dis().calc(np.ascontiguousarray(a), np.ascontiguousarray(b), None)
    return float(np.percentile(np.hypot(flow[..., 0], flow[..., 1]), 90)) / scale


def _warped(before: RgbImage, after: RgbImage, share: float) -> RgbImage:
    greys = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in (before, after)]
    forth = _dis().calc(greys[0], greys[1], None)
    back = _dis().calc(greys[1], greys[0], None)
    rows, columns = np.mgrid[0 : before.shape[0], 0 : before.shape[1]].astype(np.float32)

    def along(image: RgbImage, flow: NDArray[np.float32], amount: float) -> NDArray[Any]:
        x, y = columns - amount * flow[..., 0], rows - amount * flow[..., 1]
        return cv2.remap(image, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    a, b = along(before, forth, share), along(after, back, 1 - share)
    return cv2.addWeighted(a, 1 - share, b, share, 0).astype(np.uint8, copy=False)


def _dis() -> Any:
    return cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 2) if values else 0.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Hold a finished take against its boards.")
    parser.add_argument("take", type=Path)
    parser.add_argument("movie", type=Path)
    parser.add_argument("--truth", type=Path, help="the real film, frame for frame")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    options = parser.parse_args(argv)
    job = TakeFolder(str(options.take)).draft_job()
    width, height = movie_size(options.movie)
    # Motion and flicker show as well at half the size, in a quarter of the time.
    shrink = max(1.0, width / _MEASURED_WIDTH)
    size = FrameSize(round(width / shrink), round(height / shrink))
    boards = np.stack(load_boards(job, size))
    clip = load_clip(options.movie, size)
    truth = load_clip(options.truth, size) if options.truth else None
    result = evaluate(plan_job(job), boards, clip, truth)
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))
    _print(result)
    return 0


def _print(result: dict[str, Any]) -> None:
    print(f"{result['num_frames']} frames; keyframes (dB): {result['keyframe_psnr_db']}")
    for row in result["stretches"]:
        print(
            f"  {row['first']:4}–{row['last']:<4} motion {row['motion_px']:.2f} px/frame "
            f"(cross-fade {row['crossfade_motion_px']:.2f}); PSNR to hold "
            f"{row['psnr_to_hold_db']:.1f}, to cross-fade {row['psnr_to_crossfade_db']:.1f} dB"
        )
        if "truth" in row:
            named = ", ".join(f"{name} {value:.2f}" for name, value in row["truth"].items())
            print(f"             against the truth (dB): {named}")
    print("  heads:", ", ".join(f"{name} {value}" for name, value in result["heads"].items()))


if __name__ == "__main__":
    raise SystemExit(main())
