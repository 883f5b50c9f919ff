"""Makes a material folder from folders of pictures and clips that the user has.

``python -m engine.data.procedural.pack --backgrounds DIR --sprites DIR --footage DIR --out DIR``.
Stills become JPEGs no wider than 1600 pixels, drawings with transparency are trimmed and become
WebP, clips are re-encoded small; every n-th still, drawing and clip is held out for evaluation. The
layout is :mod:`engine.data.procedural.library`'s. It asks for no licence: keep a list of what you
put in.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from engine.data.procedural.atlas import Picture
from engine.data.procedural.library import read_frames, read_picture
from engine.media.encodings import delivery_h264
from engine.media.writer import MovieWriter

PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
CLIPS = {".mp4", ".mkv", ".webm", ".mov", ".mpg"}
MIN_COVER = 0.2
"""Drawings that fill less of their frame than this are left out: mostly outlines."""


def pack_backgrounds(source: Path, out: Path, hold_out: int, max_width: int = 1600) -> int:
    """Write stills to ``backgrounds`` and ``eval_backgrounds``; return how many."""
    count = 0
    for path in _files(source, PICTURES):
        picture = read_picture(path)
        if picture.shape[1] < 600 or picture.shape[0] < 400:
            continue
        small = _shrunk(picture, max_width)
        folder = _folder(out, "backgrounds", count, hold_out)
        bgr = cv2.cvtColor(small, cv2.COLOR_RGBA2BGR)
        cv2.imwrite(str(folder / f"{count:04d}.jpg"), bgr, [cv2.IMWRITE_JPEG_QUALITY, 86])
        count += 1
    return count


def pack_sprites(source: Path, out: Path, hold_out: int, max_side: int = 320) -> int:
    """Write trimmed drawings to ``sprites`` and ``eval_sprites``; return how many."""
    count = 0
    for path in _files(source, PICTURES):
        trimmed = trim(read_picture(path))
        if trimmed is None:
            continue
        folder = _folder(out, "sprites", count, hold_out)
        word = next((w for w in re.split(r"[^a-z]+", path.stem.lower()) if len(w) > 2), "thing")
        bgra = cv2.cvtColor(_shrunk(trimmed, max_side), cv2.COLOR_RGBA2BGRA)
        target = folder / f"{count:04d}_{word}.webp"
        cv2.imwrite(str(target), bgra, [cv2.IMWRITE_WEBP_QUALITY, 80])
        count += 1
    return count


def pack_footage(source: Path, out: Path, hold_out: int, name: str, max_width: int) -> int:
    """Write clips to the folder ``name`` and its held-out twin; return how many."""
    count = 0
    for path in _files(source, CLIPS):
        frames = read_frames(path)
        first = next(frames, None)
        if first is None:
            continue
        scale = min(1.0, max_width / first.shape[1])
        size = (int(first.shape[1] * scale) // 2 * 2, int(first.shape[0] * scale) // 2 * 2)
        folder = _folder(out, name, count, hold_out)
        target = folder / f"{path.stem}.mp4"
        with MovieWriter(target, *size, Fraction(24), delivery_h264(18)) as movie:
            for frame in (first, *frames):
                resized = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
                movie.write(np.asarray(resized, dtype=np.uint8))
        count += 1
    return count


def trim(picture: Picture) -> Picture | None:
    """Return a drawing cut to its opaque part, or None if it is no usable cut-out."""
    opaque = picture[..., 3] > 8
    if not opaque.any():
        return None
    rows, columns = np.flatnonzero(opaque.any(1)), np.flatnonzero(opaque.any(0))
    cut = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cut.shape[:2]
    cover = float((cut[..., 3] > 128).mean())
    if min(height, width) < 90 or max(height, width) > 3.5 * min(height, width):
        return None
    return cut if MIN_COVER < cover < 0.97 else None


def main(argv: list[str] | None = None) -> None:
    """Pack what is given and say how much there is of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backgrounds", type=Path)
    parser.add_argument("--sprites", type=Path)
    parser.add_argument("--footage", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hold-out", type=int, default=12, help="every n-th is for evaluation")
    args = parser.parse_args(argv)
    if args.backgrounds:
        print("stills:", pack_backgrounds(args.backgrounds, args.out, args.hold_out))
    if args.sprites:
        print("drawings:", pack_sprites(args.sprites, args.out, args.hold_out))
    if args.footage:
        for name, width in (("footage", 360), ("footage_hd", 1920)):
            print(f"{name}:", pack_footage(args.footage, args.out, args.hold_out, name, width))


def _files(source: Path, suffixes: set[str]) -> Iterator[Path]:
    return (path for path in sorted(source.rglob("*")) if path.suffix.lower() in suffixes)


def _folder(out: Path, name: str, count: int, hold_out: int) -> Path:
    held = hold_out > 0 and count % hold_out == hold_out - 1
    folder = out / (f"eval_{name}" if held else name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _shrunk(picture: Picture, side: int) -> Picture:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    # Premultiplied, so that what is transparent does not bleed its colour into the edge.
    alpha = picture[..., 3:].astype(np.float32) / 255
    weighted = np.concatenate([picture[..., :3] * alpha, alpha * 255], axis=-1)
    small = np.asarray(cv2.resize(weighted, size, interpolation=cv2.INTER_AREA))
    cover = np.maximum(small[..., 3:] / 255, 1 / 255)
    straight = np.concatenate([small[..., :3] / cover, small[..., 3:]], axis=-1)
    return (straight + 0.5).clip(0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
