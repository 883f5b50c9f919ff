"""Long films joined of clips by a script, so that every cut, dissolve, fade and flash is known.

Pieces of one-shot clips follow each other, scaled to one size; pixels are made frame by frame, and
a clip is decoded when its turn comes. The same seed makes the same film.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.data.measures.transitions import Transition, TransitionKind
from engine.media.index import index_of
from engine.media.movie import read_frames

Picture = NDArray[np.uint8]

RATE = Fraction(24)
_WHITE = np.float32(0.92)


@dataclass(frozen=True, slots=True)
class Join:
    """How a piece goes over into the next.

    Attributes:
        kind: of transition.
        length: frames of it; of a fade, going, black and coming together. 0 for a cut.
    """

    kind: TransitionKind
    length: int


JOINS: tuple[Join, ...] = (
    Join("cut", 0),
    Join("dissolve", 8),
    Join("cut", 0),
    Join("dissolve", 16),
    Join("fade", 16),
    Join("cut", 0),
    Join("dissolve", 24),
    Join("fade", 30),
    Join("cut", 0),
    Join("dissolve", 40),
    Join("cut", 0),
    Join("fade", 48),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames ``[start, stop)`` of a movie, at :data:`RATE`, and white flashes in it.

    Attributes:
        flashes: first frame in the piece, and number of frames, of each.
    """

    path: Path
    start: int
    stop: int
    flashes: tuple[tuple[int, int], ...] = ()

    @property
    def length(self) -> int:
        """Frames of the piece."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class JoinedFilm:
    """Pieces, and between each two a join; both overlap in a dissolve.

    Attributes:
        size: width and height.
    """

    pieces: tuple[Piece, ...]
    joins: tuple[Join, ...]
    size: tuple[int, int] = (480, 270)
    truth: tuple[Transition, ...] = field(init=False)
    flashes: tuple[tuple[int, int], ...] = field(init=False)
    num_frames: int = field(init=False)

    def __post_init__(self) -> None:
        at = 0
        truth: list[Transition] = []
        flashes: list[tuple[int, int]] = []
        for piece, join in zip(self.pieces, (*self.joins, None), strict=True):
            flashes += [(at + first, at + first + count) for first, count in piece.flashes]
            at += piece.length
            match join:
                case None:
                    pass
                case Join(kind="dissolve", length=length):
                    truth.append(Transition("dissolve", at - length, at))
                    at -= length
                case Join(kind="fade", length=length):
                    going, _, coming = _fade_parts(length)
                    truth.append(Transition("fade", at - going, at - going + length))
                    at += length - going - coming
                case _:
                    truth.append(Transition("cut", at, at))
        object.__setattr__(self, "truth", tuple(truth))
        object.__setattr__(self, "flashes", tuple(flashes))
        object.__setattr__(self, "num_frames", at)

    def frames(self) -> Iterator[Picture]:
        """Yield the film's frames, (height, width, 3) uint8 RGB."""
        held: list[Picture] = []
        before: Join | None = None
        for piece, join in zip(self.pieces, (*self.joins, None), strict=True):
            kept = 0 if join is None else _overlap(join)
            tail: list[Picture] = []
            for index, frame in enumerate(_pictures(piece, self.size)):
                shown = frame
                if before is not None and before.kind == "dissolve" and index < len(held):
                    shown = _mixed(held[index], frame, (index + 1) / (len(held) + 1))
                elif before is not None and before.kind == "fade":
                    coming = _fade_parts(before.length)[2]
                    shown = _dimmed(frame, min(1.0, (index + 1) / (coming + 1)))
                if index >= piece.length - kept:
                    tail.append(shown)
                else:
                    yield shown
            if join is not None and join.kind == "fade":
                yield from _gone(tail, join, self.size)
                tail = []
            held, before = tail, join


def joined_film(paths: Sequence[Path], num_pieces: int, seed: int) -> JoinedFilm:
    """Return a film of pieces of clips that hold one shot each; no two neighbours are of one clip.

    Args:
        paths: the clips, at least two of three seconds.
        num_pieces: of the film.
        seed: of what comes where.
    """
    rng = np.random.default_rng(seed)
    lengths = {path: index_of(path).length_at(RATE) for path in paths}
    long_enough = [path for path in paths if lengths[path] >= 72]
    if len(long_enough) < 2:
        raise ValueError("There must be two clips of three seconds at least.")
    pieces: list[Piece] = []
    for number in range(num_pieces):
        choices = [path for path in long_enough if not pieces or path != pieces[-1].path]
        path = choices[int(rng.integers(len(choices)))]
        length = int(rng.integers(70, min(120, lengths[path]) + 1)) if lengths[path] > 70 else 70
        start = int(rng.integers(0, lengths[path] - length + 1))
        # In the middle, where no transition of 24 frames on either side reaches.
        flash = ((length // 2, int(rng.integers(1, 4))),) if number % 3 == 1 else ()
        pieces.append(Piece(path, start, start + length, flash))
    joins = tuple(JOINS[index % len(JOINS)] for index in range(num_pieces - 1))
    return JoinedFilm(tuple(pieces), joins)


def _pictures(piece: Piece, size: tuple[int, int]) -> Iterator[Picture]:
    lit = {first + index for first, count in piece.flashes for index in range(count)}
    frames = read_frames(piece.path, piece.start, piece.stop, RATE)
    for index, frame in enumerate(frames):
        small = covering((frame >> 8).astype(np.uint8), size)
        yield _mixed(small, np.full_like(small, 255), float(_WHITE)) if index in lit else small


def covering(frame: Picture, size: tuple[int, int]) -> Picture:
    """Return a picture of ``size`` (width, height), scaled to cover it and cut at the edges."""
    width, height = size
    scale = max(width / frame.shape[1], height / frame.shape[0])
    wide, high = round(frame.shape[1] * scale), round(frame.shape[0] * scale)
    scaled = cv2.resize(frame, (wide, high), interpolation=cv2.INTER_AREA)
    left, top = (wide - width) // 2, (high - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width], np.uint8)


def _overlap(join: Join) -> int:
    """Return how many frames of the piece before a join are part of it."""
    if join.kind == "fade":
        return _fade_parts(join.length)[0]
    return join.length


def _fade_parts(length: int) -> tuple[int, int, int]:
    """Return the frames that go, are black, and come."""
    black = max(2, length // 6)
    going = (length - black) // 2
    return going, black, length - black - going


def _gone(tail: list[Picture], join: Join, size: tuple[int, int]) -> Iterator[Picture]:
    going, black, _ = _fade_parts(join.length)
    for index, frame in enumerate(tail):
        yield _dimmed(frame, 1 - (index + 1) / (going + 1))
    for _ in range(black):
        yield np.zeros((size[1], size[0], 3), np.uint8)


def _mixed(first: Picture, second: Picture, share: float) -> Picture:
    return np.asarray(cv2.addWeighted(first, 1 - share, second, share, 0), np.uint8)


def _dimmed(frame: Picture, light: float) -> Picture:
    return np.asarray(cv2.convertScaleAbs(frame, alpha=light), np.uint8)
