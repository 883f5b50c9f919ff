"""The material of procedural clips: folders of wallpapers, cut-outs and footage, read into an
atlas.

Layout of a material folder: ``backgrounds/*.jpg``, ``sprites/*_name.webp`` (RGBA),
``footage/*.mp4``, with an optional ``captions.json`` that maps a footage file's stem to what it
shows. Knows nothing of motion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.procedural.atlas import Picture, TextureAtlas, build_atlas

CUT_CORRELATION = 0.6
"""Two neighbouring frames of footage whose histograms correlate less belong to different shots."""


@dataclass(frozen=True)
class FootageShot:
    """Consecutive textures of an atlas that show one shot of real footage."""

    first: int
    num_frames: int
    caption: str


@dataclass(frozen=True)
class Library:
    """What an atlas holds.

    Attributes:
        sides: (textures, 2) width and height of every texture.
        backgrounds: texture indices of stills.
        sprites: texture indices of cut-outs.
        names: what each sprite shows, in the order of ``sprites``.
        shots: real footage.
    """

    sides: NDArray[np.int64]
    backgrounds: tuple[int, ...]
    sprites: tuple[int, ...]
    names: tuple[str, ...]
    shots: tuple[FootageShot, ...]


def load_library(
    root: Path,
    prefix: str = "",
    footage: str = "footage",
    max_footage_frames: int = 100_000,
    min_shot: int = 24,
) -> tuple[TextureAtlas, Library]:
    """Read a material folder.

    Args:
        root: the folder.
        prefix: put before the names of the sub-folders ("eval_" for held-out material).
        footage: sub-folder of the clips.
        max_footage_frames: stop reading footage past this many frames.
        min_shot: shots of footage shorter than this are left out.
    """
    background_files = sorted((root / f"{prefix}backgrounds").glob("*.*"))
    sprite_files = sorted((root / f"{prefix}sprites").glob("*.*"))
    clip_files = sorted((root / f"{prefix}{footage}").glob("*.mp4"))
    captions = _read_captions(root / "captions.json")
    with ThreadPoolExecutor(8) as pool:
        stills = list(pool.map(read_picture, background_files))
        cutouts = list(pool.map(read_picture, sprite_files))
        clips = list(pool.map(_read_clip, clip_files))
    pictures: list[Picture] = [*stills, *cutouts]
    shots: list[FootageShot] = []
    for path, frames in zip(clip_files, clips, strict=True):
        if len(pictures) > max_footage_frames:
            break
        for start, stop in find_shots(frames):
            if stop - start >= min_shot:
                caption = captions.get(path.stem, "")
                shots.append(FootageShot(len(pictures), stop - start, caption))
                pictures.extend(_opaque(frame) for frame in frames[start:stop])
    atlas = build_atlas(pictures)
    first_sprite = len(stills)
    return atlas, Library(
        atlas.sides(),
        tuple(range(first_sprite)),
        tuple(range(first_sprite, first_sprite + len(cutouts))),
        tuple(sprite_name(path) for path in sprite_files),
        tuple(shots),
    )


def sprite_name(path: Path) -> str:
    """Return the word after the number in ``0012_rabbit.webp``."""
    words = re.split(r"[_\-\d.]+", path.stem.lower())
    return next((word for word in words if len(word) > 2), "thing")


def read_picture(path: Path) -> Picture:
    """Return a still as RGBA.

    Raises:
        ValueError: the file is no picture that OpenCV can read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise ValueError(f"{path.name} is no picture that can be read; remove it from the folder.")
    if image.ndim == 2:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    code = cv2.COLOR_BGRA2RGBA if image.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return np.asarray(cv2.cvtColor(image, code), dtype=np.uint8)


def read_frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Yield the RGB frames of a clip."""
    capture = cv2.VideoCapture(str(path))
    try:
        while True:
            found, frame = capture.read()
            if not found:
                return
            yield np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB), dtype=np.uint8)
    finally:
        capture.release()


def find_shots(frames: Sequence[NDArray[np.uint8]]) -> list[tuple[int, int]]:
    """Return half-open ranges of frames between hard cuts, found by colour histograms."""
    cuts = [0]
    previous: NDArray[np.float32] | None = None
    for index, frame in enumerate(frames):
        small = cv2.resize(frame, (64, 36), interpolation=cv2.INTER_AREA)
        counts = cv2.calcHist([small], [0, 1, 2], None, [8, 8, 8], [0, 256] * 3)
        histogram = np.asarray(counts, dtype=np.float32).reshape(-1)
        if previous is not None:
            correlation = cv2.compareHist(previous, histogram, cv2.HISTCMP_CORREL)
            if correlation < CUT_CORRELATION:
                cuts.append(index)
        previous = histogram
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], len(frames)], strict=True) if b > a]


def _read_clip(path: Path) -> list[NDArray[np.uint8]]:
    return list(read_frames(path))


def _opaque(frame: NDArray[np.uint8]) -> Picture:
    return np.dstack([frame, np.full(frame.shape[:2], 255, np.uint8)])


def _read_captions(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return {str(k): str(v) for k, v in json.loads(path.read_text(encoding="utf-8")).items()}
