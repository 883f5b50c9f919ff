"""What is heard while a film plays: placed sounds summed for a stretch of the film.

Knows no device and no Qt. A programme is frozen; a newer one takes its place between two blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.media.sounds import PcmFile
from engine.planning.sound import factor_of
from engine.protocol.export import SoundSpec

Block = NDArray[np.float32]


@dataclass(frozen=True)
class PlacedSound:
    """Decoded samples, and how they stand in the film."""

    pcm: PcmFile
    spec: SoundSpec

    def add_to(self, out: Block, at: int) -> None:
        """Add what of it is heard in the film's samples ``[at, at + len(out))``."""
        spec = self.spec
        length = min(spec.stop, len(self.pcm)) - spec.start
        first, last = max(at, spec.at), min(at + len(out), spec.at + length)
        if last <= first:
            return
        inside = first - spec.at
        samples = self.pcm.read(spec.start + inside, spec.start + last - spec.at)
        if len(samples) < last - first:
            return  # the file was cut short meanwhile
        gain = factor_of(spec.gain_db) / 32767
        place = np.arange(inside, last - spec.at, dtype=np.float32)
        factors = np.full(len(place), gain, np.float32)
        if spec.fade_in:
            factors *= np.minimum(1.0, (place + spec.cut_before) / spec.fade_in)
        if spec.fade_out:
            left = spec.stop - spec.start + spec.cut_after - place
            factors *= np.clip(left / spec.fade_out, 0.0, 1.0)
        out[first - at : last - at] += samples * factors[:, None]


@dataclass(frozen=True)
class Programme:
    """Everything that is heard, and where playing goes round.

    Attributes:
        span: samples of the film ``[start, stop)`` that are played over and over.
    """

    sounds: tuple[PlacedSound, ...] = ()
    span: tuple[int, int] | None = None

    def place(self, position: int) -> int:
        """Return the film's sample for one that counts on and on."""
        if self.span is None or position < self.span[1]:
            return position
        start, stop = self.span
        return start + (position - start) % max(1, stop - start)

    def fill(self, out: Block, position: int) -> None:
        """Write the samples from ``position`` on, within full scale."""
        out[:] = 0
        done = 0
        while done < len(out):
            at = self.place(position + done)
            count = len(out) - done
            if self.span is not None and at < self.span[1]:
                count = min(count, self.span[1] - at)
            for sound in self.sounds:
                sound.add_to(out[done : done + count], at)
            done += count
        np.clip(out, -1.0, 1.0, out=out)
