"""The sound of a movie that is being written: a mix that is encoded, or packets that go along.

Both give out their sound as far as the picture has come, so that a container holds them side by
side and memory stays small. What is heard is not decided here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from av.error import FFmpegError

from engine.media.sound import Mix, Samples, picture_start
from engine.planning.sound import SAMPLE_RATE

AAC_BITS = 256_000
"""Bits a second: transparent for stereo."""

_MP4_CODECS = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus"})
_KEPT_CODECS = {
    ".mp4": _MP4_CODECS,
    ".mov": _MP4_CODECS - {"opus"} | {"pcm_s16le", "pcm_s24le", "pcm_s16be", "pcm_s24be"},
    ".mkv": _MP4_CODECS | {"flac", "vorbis", "pcm_s16le", "pcm_s24le", "dts"},
}

_MIXED_CODECS = {".mp4": "aac", ".mov": "pcm_s24le", ".mkv": "flac", ".wav": "pcm_s24le"}


def mixed_codec(output: Path) -> str:
    """Return what a mix is encoded as: AAC in an MP4, uncompressed in a MOV, FLAC in Matroska."""
    return _MIXED_CODECS.get(output.suffix.lower(), "aac")


class Soundtrack(Protocol):
    """What a movie's writer asks of its sound."""

    def begin(self, container: Any) -> None:
        """Add a stream to a container whose header is not written yet."""
        ...

    def advance(self, until_s: Fraction) -> None:
        """Give out all sound before a moment of the movie."""
        ...

    def finish(self, end_s: Fraction) -> None:
        """Give out what is left of a movie of this length."""
        ...

    def close(self) -> None:
        """Let go of every file."""
        ...


class MixedSound:
    """A mix, encoded: as AAC unless another codec is named."""

    def __init__(self, mix: Mix, codec: str = "aac") -> None:
        self._codec = codec
        self._blocks = mix.blocks()
        self._position = 0

    def begin(self, container: Any) -> None:
        """Add the stream."""
        self._container = container
        self._stream = container.add_stream(self._codec, rate=SAMPLE_RATE, layout="stereo")
        if self._codec == "aac":
            self._stream.bit_rate = AAC_BITS
        self._stream.time_base = Fraction(1, SAMPLE_RATE)

    def advance(self, until_s: Fraction) -> None:
        """Encode up to a moment."""
        while self._position < until_s * SAMPLE_RATE:
            block = next(self._blocks, None)
            if block is None:
                return
            self._encode(block)

    def finish(self, end_s: Fraction) -> None:
        """Encode the rest."""
        for block in self._blocks:
            self._encode(block)
        self._mux(self._stream.encode(None))

    def close(self) -> None:
        """Let go of the mix."""
        self._blocks.close()

    def _encode(self, block: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(block.T), format="fltp", layout="stereo"
        )
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._position
        frame.time_base = Fraction(1, SAMPLE_RATE)
        self._position += len(block)
        self._mux(self._stream.encode(frame))

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            self._container.mux(packet)


class KeptSound:
    """The sound of a movie as it was encoded there, packet by packet.

    Args:
        source: the movie.
        output: what is written; its suffix says which codecs it can hold.
        stop: sample (at 48 kHz) before which the packets begin that go along.
        at: sample of the movie on which the source's beginning is heard.
        track: which of the source's sound tracks, from 0.

    Raises:
        ValueError: the file has no sound, or sound that a movie of this kind cannot hold.
    """

    def __init__(self, source: Path, output: Path, stop: int, at: int = 0, track: int = 0) -> None:
        self._at_s = Fraction(at, SAMPLE_RATE)
        self._stop_s = Fraction(stop, SAMPLE_RATE) + self._at_s
        self._track = track
        try:
            self._input = av.open(str(source), options={"protocol_whitelist": "file"})
        except (FFmpegError, OSError) as error:
            raise ValueError(f"{source.name} cannot be read.") from error
        streams = self._input.streams.audio
        known = _KEPT_CODECS.get(output.suffix.lower(), frozenset[str]())
        name = streams[track].codec_context.name if track < len(streams) else ""
        if name.removesuffix("float") not in known:
            self._input.close()
            raise ValueError(f"The sound of {source.name} cannot go along as it is.")
        self._packets = self._read()
        self._next: Any = None

    def begin(self, container: Any) -> None:
        """Add the stream."""
        self._container = container
        self._stream = container.add_stream_from_template(self._input.streams.audio[self._track])
        self._next = next(self._packets, None)

    def advance(self, until_s: Fraction) -> None:
        """Hand on the packets before a moment."""
        until_s = min(until_s, self._stop_s)
        while self._next is not None and self._next.pts * self._next.time_base < until_s:
            packet, self._next = self._next, next(self._packets, None)
            packet.stream = self._stream
            self._container.mux(packet)

    def finish(self, end_s: Fraction) -> None:
        """Hand on what is heard before the movie's end; what would come later is left out."""
        self.advance(end_s)

    def close(self) -> None:
        """Let go of the source."""
        self._packets.close()
        self._input.close()

    def _read(self) -> Generator[Any]:
        begin = picture_start(self._input) or Fraction(0)
        with contextlib.suppress(FFmpegError):  # damaged from here on: silence
            for packet in self._input.demux(self._input.streams.audio[self._track]):
                if packet.pts is None or packet.dts is None:
                    continue
                shift = round((begin - self._at_s) / packet.time_base)
                packet.pts -= shift
                packet.dts -= shift
                yield packet
