"""What is known of where a movie's frames stand in time. Arithmetic only: opens no file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.media.picture import Look

Ticks = NDArray[np.int64]


@dataclass(frozen=True)
class MovieIndex:
    """The frames of a movie in the order in which they are shown.

    Attributes:
        stream: the picture's number in the file.
        tick_s: seconds of one tick.
        first: the time stamp of frame 0.
        stamps: ticks from frame 0, ascending.
        keys: which frames can be decoded without those before them, ascending.
        end: ticks from frame 0 to the end of the last one.
        rate: frames a second; of a variable rate, the standard one that most frames keep to.
        is_variable: whether frames stand anywhere else than ``rate`` says.
        is_timed: whether time stamps are believed.
        can_seek: whether the container leads to a keyframe and tells true time stamps from there
            on. MPEG program streams do not: after a seek their frames are told two too early.
        look: what the pictures are.
    """

    path: Path
    stream: int
    tick_s: Fraction
    first: int
    stamps: Ticks
    keys: Ticks
    end: int
    rate: Fraction
    is_variable: bool
    is_timed: bool
    can_seek: bool
    look: Look

    @property
    def num_frames(self) -> int:
        """Frames in the file."""
        return len(self.stamps)

    def length_at(self, rate: Fraction) -> int:
        """Return how many film frames of ``rate`` have their middle before the movie's end."""
        return max(1, math.ceil(self.end * self.tick_s * rate - Fraction(1, 2)))

    def shown_at(self, frame: int, rate: Fraction) -> int:
        """Return which of the movie's frames is seen on a film frame.

        The rule: a film frame shows what is on the screen in the middle of its time, that is the
        last frame that began by then. So rounded time stamps do no harm, and a movie of the
        film's own rate goes in frame by frame.
        """
        middle = Fraction(2 * frame + 1, 2) / rate
        return self.at_tick(int(middle / self.tick_s))

    def at_tick(self, tick: int) -> int:
        """Return the last frame that begins no later than ``tick``."""
        return max(0, int(np.searchsorted(self.stamps, tick, side="right")) - 1)

    def key_before(self, number: int) -> int:
        """Return the last frame up to ``number`` from which decoding can begin."""
        place = int(np.searchsorted(self.keys, number, side="right")) - 1
        return int(self.keys[place]) if place >= 0 else 0
