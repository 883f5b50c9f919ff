"""The folder of nasty media: what is in each file, and what an import must make of it.

A maker writes one file. A :class:`Right` says which frames come out at a film's rate, and how they
look; a string is what the one sentence of a refusal must say.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.engine.media.coded import HEIGHT, WIDTH, Recipe, coded_frame, picture_of, write_coded
from tests.sounds import add_sound, noise, write_wav

FAST = {"preset": "ultrafast", "crf": "12"}
X265 = {"preset": "ultrafast", "x265-params": "log-level=none:crf=12"}
MPEG2 = {"qmax": "3", "b": "8000000"}
JITTER = [0, 3, 90, 130, 160, 215, 250, 300, 330, 370, 420, 455, 540, 541, 600, 620]
"""Milliseconds at which a camera of uneven temper took its pictures."""
N30 = tuple(range(30))
FILM_FRAMES = 800


@dataclass(frozen=True)
class Right:
    """What comes out.

    Attributes:
        numbers: the coded frames in order, at ``rate``.
        rate: of the film; None is the movie's own.
        size: of finished pictures.
        dims: corners that are half as bright, having been half transparent.
        tolerance: of the corners' colours, in shares of white; None leaves them unchecked.
        own_rate: what the file must be found to run at.
        is_variable: what must be found, too.
    """

    numbers: Sequence[int] = N30
    rate: Fraction | None = None
    size: tuple[int, int] = (WIDTH, HEIGHT)
    dims: bool = False
    tolerance: float | None = 0.03
    own_rate: Fraction | None = None
    is_variable: bool = False
    at_least: int | None = None


@dataclass(frozen=True)
class Nasty:
    """One file."""

    name: str
    make: Callable[[Path], object]
    expected: Right | str
    needs_ffmpeg: bool = field(default=False)


def shown(stamps_s: Sequence[Fraction], end_s: Fraction, rate: Fraction) -> list[int]:
    """Return the numbers that a film of ``rate`` shows: the last begun by each frame's middle."""
    found: list[int] = []
    frame = 0
    while (frame + Fraction(1, 2)) / rate < end_s:
        middle = (frame + Fraction(1, 2)) / rate
        found.append(max([n for n, at in enumerate(stamps_s) if at <= middle], default=0))
        frame += 1
    return found


def coded(**changes: object) -> Callable[[Path], Path]:
    recipe = Recipe(**{"options": FAST, **changes})  # type: ignore[arg-type]
    return lambda path: write_coded(path, recipe)


def ffmpeg(*arguments: str) -> Callable[[Path], None]:
    """Make a file with the ffmpeg binary: ``{}`` is its name, ``{dir}`` its folder."""

    def make(path: Path) -> None:
        words = [word.replace("{}", str(path)).replace("{dir}", str(path.parent))
                 for word in arguments]  # fmt: skip
        subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True, capture_output=True)

    return make


def written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def cut(share: float, **changes: object) -> Callable[[Path], None]:
    """A file of which only the first part arrived."""

    def make(path: Path) -> None:
        coded(**changes)(path)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])

    return make


def scratched(path: Path) -> None:
    """A transport stream with nonsense written over some of its middle."""
    coded(rate=Fraction(25), numbers=range(60), options={**FAST, "g": "5"})(path)
    content = bytearray(path.read_bytes())
    random = np.random.default_rng(5)
    middle = len(content) // 2
    content[middle : middle + 700] = random.integers(0, 256, 700, dtype=np.uint8).tobytes()
    path.write_bytes(bytes(content))


def with_sound(tracks: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        coded()(path)
        for seed in range(tracks):
            _add_track(path, seed)

    return make


def _add_track(path: Path, seed: int) -> None:
    """Add one more sound track to those that are there."""
    sound = write_wav(path.with_name("track.wav"), noise(1.25, seed))
    part = path.with_name(f"part-{path.name}")
    with av.open(str(path)) as source, av.open(str(sound)) as new, av.open(str(part), "w") as out:
        streams = {s.index: out.add_stream_from_template(s) for s in source.streams}
        extra = out.add_stream("aac", rate=48000, layout="stereo")
        packets = [p for p in source.demux() if p.size]
        for packet in sorted(packets, key=lambda p: p.dts * p.time_base):
            packet.stream = streams[packet.stream_index]
            out.mux(packet)
        for frame in new.decode(audio=0):
            out.mux(extra.encode(frame))
        out.mux(extra.encode(None))
    sound.unlink()
    part.replace(path)


def two_sizes(path: Path) -> None:
    parts = []
    for size in ((WIDTH, HEIGHT), (128, 80)):
        coded(rate=Fraction(25), size=size)(path)
        parts.append(path.read_bytes())
    path.write_bytes(b"".join(parts))


def restarted(path: Path) -> None:
    """Two recordings in one file: time begins anew in the middle."""
    coded(rate=Fraction(25), numbers=range(20), options={**FAST, "bf": "0"})(path)
    first = path.read_bytes()
    coded(rate=Fraction(25), numbers=range(20, 40), options={**FAST, "bf": "0"})(path)
    path.write_bytes(first + path.read_bytes())


def pulled_down(path: Path) -> None:
    """Film as discs hold it: 24 frames a second, told to be shown for two and three fields."""
    recipe = Recipe(codec="mpeg2video", format="mpeg2video", rate=NTSC, options=MPEG2,
                    numbers=[n % 64 for n in range(FILM_FRAMES)])  # fmt: skip
    bare = write_coded(path.with_name("bare.m2v"), recipe)
    content, place, count = bytearray(bare.read_bytes()), 0, 0
    # ISO/IEC 13818-2, 6.2.2.3 and 6.2.3.1: the extensions of sequence and picture.
    while (place := content.find(b"\0\0\1\xb5", place)) >= 0:
        if content[place + 4] >> 4 == 1:
            content[place + 5] &= ~0x08  # no progressive sequence
        elif content[place + 4] >> 4 == 8:
            top, repeats = ((1, 1), (0, 0), (0, 1), (1, 0))[count % 4]
            content[place + 7] = content[place + 7] & ~0x82 | top << 7 | repeats << 1
            content[place + 8] |= 0x80  # a progressive frame
            count += 1
        place += 4
    bare.write_bytes(bytes(content))
    ffmpeg("-fflags", "+genpts", "-i", str(bare), "-c", "copy", "{}")(path)


def sound_only(path: Path) -> None:
    write_wav(path, noise(0.5))


def record_cover(path: Path) -> None:
    """Music with a picture on its cover."""
    with av.open(str(path), "w") as out:
        music = out.add_stream("aac", rate=48000, layout="stereo")
        cover = out.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(
            (coded_frame(1) >> 8).astype(np.uint8), format="rgb24"
        ).reformat(format="yuvj420p")
        out.mux(cover.encode(picture))
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(noise(0.5).T), format="fltp", layout="stereo"
        )
        frame.sample_rate = 48000
        out.mux(music.encode(frame))
        out.mux(music.encode(None))


def still(path: Path) -> None:
    import cv2

    cv2.imwrite(str(path), (coded_frame(1) >> 8).astype(np.uint8))


def two_pictures(path: Path) -> None:
    """A movie with a second camera angle, smaller and another one."""
    with av.open(str(path), "w") as out:
        streams = []
        for size in ((WIDTH, HEIGHT), (64, 32)):
            stream = out.add_stream("libx264", rate=24, options=dict(FAST))
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            streams.append(stream)
        for number in N30:
            for stream in streams:
                shift = number if stream is streams[0] else 63 - number
                rgb = coded_frame(shift, stream.width, stream.height)
                out.mux(stream.encode(picture_of(rgb, Recipe())))
        for stream in streams:
            out.mux(stream.encode(None))


def late_picture(path: Path) -> None:
    coded(stamps=[2000 + 40 * n for n in N30], rate=Fraction(25))(path)
    add_sound(path, noise(3))


UNEVEN = [Fraction(ms, 1000) for ms in JITTER]
R24, R25, R30, R60 = (Fraction(rate) for rate in (24, 25, 30, 60))
NTSC_FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)


def uneven(rate: Fraction, last_s: Fraction = Fraction(20, 1000)) -> Right:
    numbers = shown(UNEVEN, UNEVEN[-1] + last_s, rate)
    return Right(numbers, rate, is_variable=True)


def _even(count: int, source: Fraction, film: Fraction) -> list[int]:
    return shown([n / source for n in range(count)], count / source, film)


def available() -> bool:
    """Whether the ffmpeg binary is there."""
    return shutil.which("ffmpeg") is not None
