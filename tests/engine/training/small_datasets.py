"""Small datasets of moving pictures in the product's own form: real shards, real movies."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.schema import (
    Character,
    ClipRecord,
    Quality,
    ShotCaption,
    ShotRecord,
    StructuredCaption,
)
from engine.data.shards import Sample, write_index, write_shard
from engine.media.encodings import Encoding
from engine.media.writer import MovieWriter

_ENCODING = Encoding("libx264", "yuv420p", {"crf": "12", "preset": "veryfast"})


def make_dataset(
    folder: Path,
    num_train: int = 3,
    num_val: int = 2,
    num_frames: int = 24,
    size: tuple[int, int] = (96, 64),
    cuts: Sequence[int] = (),
) -> Path:
    """Write a dataset of textures that slide, one way in each shot."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = []
    for split, count in (("train", num_train), ("val", num_val)):
        samples = [
            make_sample(folder, f"{split}-{n:03d}", n, split, num_frames, size, cuts)
            for n in range(count)
        ]
        facts.append(write_shard(folder, split, 0, samples))
    write_index(folder, facts)
    return folder


def make_sample(
    folder: Path,
    name: str,
    seed: int,
    split: str,
    num_frames: int,
    size: tuple[int, int],
    cuts: Sequence[int],
) -> Sample:
    """Return one clip with its movie."""
    edges = [0, *cuts, num_frames]
    shots = [ShotRecord(start=a, stop=b) for a, b in itertools.pairwise(edges)]
    caption = StructuredCaption(
        narrative="Patterns slide.",
        characters=(Character(name="the square", appearance="red"),),
        shots=tuple(
            ShotCaption(content=f"Pattern {n}.", camera="pan left", characters=("the square",))
            for n in range(len(shots))
        ),
    )
    record = ClipRecord(
        id=name,
        film="film.mp4",
        fingerprint="ab" * 16,
        start=0,
        stop=num_frames,
        rate="24/1",
        width=size[0],
        height=size[1],
        crop=(0, 0, *size),
        shots=tuple(shots),
        quality=Quality(motion=1.0, sharpness=0.5, text=0.0, black=0.0),
        caption=caption,
        split="train" if split == "train" else "val",
    )
    path = folder / f"{name}.mp4"
    with MovieWriter(path, *size, Fraction(24), _ENCODING) as movie:
        for frame in sliding_frames(seed, num_frames, size, cuts):
            movie.write(frame)
    movie_bytes = path.read_bytes()
    path.unlink()
    return Sample(record, movie_bytes, b"\xff\xd8\xff\xd9")


def sliding_frames(
    seed: int, num_frames: int, size: tuple[int, int], cuts: Sequence[int]
) -> list[NDArray[np.uint8]]:
    """Return the frames of a clip: smooth noise that moves one pixel a frame."""
    frames: list[NDArray[np.uint8]] = []
    texture = np.zeros((size[1], size[0], 3), np.uint8)
    for frame in range(num_frames):
        if frame == 0 or frame in cuts:
            rng = np.random.default_rng([seed, frame])
            coarse = rng.integers(0, 256, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
            texture = np.kron(coarse, np.ones((8, 8, 1), np.uint8))
        frames.append(np.roll(texture, frame, axis=1))
    return frames
