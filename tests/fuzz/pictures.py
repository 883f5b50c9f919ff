"""Everything that native code decodes: pictures, movies and sound, in the editor and the engine.

Small files of every container that can be written here, and of what a camera or an agency sends.
"""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageCms

from app.media.carried import carried_text, take_sound
from app.media.movie import MovieReader
from app.media.sounds import decode_to
from app.media.stills import load, verify
from app.state.reopening import rebuild
from app.timeline.provenance import carried_film, carried_json
from app.timeline.storage import create_project
from app.timeline.takes import film_passes
from engine.media.footage import frames_of
from engine.media.sound import has_sound, read_sound
from engine.media.stills import load_still
from tests import bombs
from tests.engine.media.coded import Recipe, write_coded
from tests.fuzz.documents import FOLDER, RATE, sample_film
from tests.fuzz.kinds import Kind
from tests.sounds import add_sound, noise, write_wav

_NUM_FRAMES = 6


def _stills(_: Path) -> Sequence[bytes]:
    grey = np.linspace(0, 255, 24 * 16).reshape(16, 24).astype(np.uint8)
    rgb = Image.fromarray(np.stack([grey, grey.T.reshape(16, 24), 255 - grey], axis=2))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112] = 6
    ways: tuple[tuple[Image.Image, str, dict[str, object]], ...] = (
        (rgb, "PNG", {"icc_profile": profile}),
        (rgb, "PNG", {}),
        (rgb.convert("P"), "PNG", {"transparency": 3}),
        (rgb.convert("RGBA"), "PNG", {}),
        (rgb.convert("I;16"), "PNG", {}),
        (rgb, "JPEG", {"exif": exif, "icc_profile": profile}),
        (rgb, "JPEG", {"progressive": True}),
        (rgb.convert("CMYK"), "JPEG", {}),
        (rgb, "WEBP", {}),
        (rgb.convert("RGBA"), "WEBP", {"lossless": True}),
        (rgb, "TIFF", {"compression": "tiff_lzw"}),
        (rgb.convert("F"), "TIFF", {}),
        (rgb, "TIFF", {"compression": "jpeg"}),
        (rgb, "BMP", {}),
        (rgb, "GIF", {}),
        (rgb, "AVIF", {}),
        (rgb, "TGA", {}),
        (rgb, "PPM", {}),
        (rgb, "JPEG2000", {}),
        (rgb, "ICO", {}),
        (rgb, "EPS", {}),
        (rgb, "PDF", {}),
    )
    made: list[bytes] = []
    for image, kind, options in ways:
        buffer = io.BytesIO()
        with suppress(OSError, KeyError):  # an optional codec of Pillow's
            image.save(buffer, kind, **options)
            made.append(buffer.getvalue())
    return made


def _show_still(content: bytes, place: Path) -> None:
    path = place / "board.png"
    path.write_bytes(content)
    verify(path)
    load(path, 64, 36)


def _fit_still(content: bytes, place: Path) -> None:
    path = place / "board.png"
    path.write_bytes(content)
    load_still(path)


def _bombs(_: Path) -> Sequence[bytes]:
    """Return pictures that would take all time or memory, where they are no larger than a seed."""
    slow_to_make = {"webp_that_moves", "jpeg_with_endless_exif", "gif_with_endless_comment"}
    return [make() for name, make in bombs.PICTURES.items() if name not in slow_to_make]


def _movies(place: Path) -> Sequence[bytes]:
    """Write a movie of each container, and read them all back as bytes."""
    small = {"numbers": tuple(range(_NUM_FRAMES)), "size": (32, 32)}
    fast = {"preset": "ultrafast"}
    ways: dict[str, Recipe] = {
        "a.mp4": Recipe(options=fast, **small),
        "b.mov": Recipe("prores_ks", "yuv422p10le", **small),
        "c.mkv": Recipe("ffv1", "gbrp", **small),
        "d.webm": Recipe("libvpx-vp9", "yuv420p", options={"deadline": "realtime"}, **small),
        "e.avi": Recipe("mpeg4", **small),
        "f.ts": Recipe("mpeg2video", **small),
        "g.mxf": Recipe("mpeg2video", rate=Fraction(25), **small),
        "h.mp4": Recipe("libx265", options={**fast, "x265-params": "log-level=none"}, **small),
        "i.mkv": Recipe(options=fast, stamps=(0, 3, 90, 130, 160, 215), **small),
        "j.mov": Recipe("qtrle", "argb", alpha=True, **small),
        "k.mp4": Recipe(options=fast, rotation=90, **small),
        "l.mpg": Recipe("mpeg2video", rate=Fraction(25), **small),
        "m.gif": Recipe("gif", "rgb8", **small),
        "n.mov": Recipe("mjpeg", "yuvj420p", **small),
    }
    made: list[bytes] = []
    for name, recipe in ways.items():
        path = place / name
        with suppress(av.error.FFmpegError, ValueError):  # an encoder that this build lacks
            write_coded(path, recipe)
            made.append(path.read_bytes())
    add_sound(place / "a.mp4", noise(0.3))
    made.append((place / "a.mp4").read_bytes())
    assert len(made) > 8, "hardly an encoder is there"
    return made


def _lists(_: Path) -> Sequence[bytes]:
    """What FFmpeg would follow to other places, and what it takes for a movie of text."""
    return [
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\nfile 'http://127.0.0.1:9/a'\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
        b'<?xml version="1.0"?><MPD><Period><BaseURL>http://127.0.0.1:9/</BaseURL></Period></MPD>',
        b"[playlist]\nFile1=http://127.0.0.1:9/a.mp4\nNumberOfEntries=1\n",
        b"RIFF\x00\x00\x00\x00AVI LIST",
    ]


def _footage(content: bytes, place: Path) -> None:
    path = place / "movie.mkv"
    path.write_bytes(content)
    for frame in islice(frames_of(path, 0, 3, RATE.fraction), 3):
        frame.rgb()
    has_sound(path)


def _play(content: bytes, place: Path) -> None:
    """As the editor plays a take; it takes whatever PyAV raises for a movie that is not there."""
    path = place / "draft.mkv"
    path.write_bytes(content)
    with suppress(OSError):
        reader = MovieReader(path)
        try:
            for frame in (0, 3, 1):
                reader.frame(frame, 64, 36)
        finally:
            reader.close()


def _sounds(place: Path) -> Sequence[bytes]:
    samples = noise(0.2)
    made = [write_wav(place / "a.wav", samples).read_bytes()]
    codecs = {"b.mp3": "libmp3lame", "c.flac": "flac", "d.ogg": "libvorbis", "e.m4a": "aac",
              "f.opus": "libopus", "g.aiff": "pcm_s16be"}  # fmt: skip
    for name, codec in codecs.items():
        path = place / name
        with suppress(av.error.FFmpegError, ValueError), av.open(str(path), "w") as out:
            stream = out.add_stream(codec, rate=48_000, layout="stereo")
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples.T[:, :4800].astype(np.float32)), "fltp", "stereo"
            )
            frame.rate, frame.pts = 48_000, 0
            for packet in (*stream.encode(frame), *stream.encode(None)):
                out.mux(packet)
        if path.is_file() and path.stat().st_size > 100:
            made.append(path.read_bytes())
    return made


def _hear(content: bytes, place: Path) -> None:
    path = place / "sound.wav"
    path.write_bytes(content)
    decode_to(path, place / "sound.pcm")


def _hear_in_engine(content: bytes, place: Path) -> None:
    path = place / "sound.wav"
    path.write_bytes(content)
    for _ in islice(read_sound(path, 0, 96_000), 100):
        pass


def _carriers(place: Path) -> Sequence[bytes]:
    """Movies with the film's document in them, as an export writes it."""
    film = sample_film()
    text = carried_json(carried_film(film), film_passes(film, FOLDER), {}, 0, film.num_frames)
    folded = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    bomb = base64.b64encode(zlib.compress(b"[" * 40_000_000, 9)).decode()
    made: list[bytes] = []
    for number, tag in enumerate((folded, folded[:-9], bomb, base64.b64encode(b"x").decode())):
        path = place / f"{number}.mkv"
        plain = Recipe(options={"preset": "ultrafast"}, numbers=range(_NUM_FRAMES), size=(32, 32))
        write_coded(place / "plain.mp4", plain)
        with av.open(str(place / "plain.mp4")) as source, av.open(str(path), "w") as out:
            out.metadata["smartdirector"] = tag
            stream = out.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(source.streams.video[0]):
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        made.append(path.read_bytes())
    return made


def _reopen(content: bytes, place: Path) -> None:
    path = place / "film.mkv"
    path.write_bytes(content)
    take_sound(path, place / "film.mka")
    carried_text(path)
    project = place / "film.sdproj"
    if not project.exists():
        create_project(project, sample_film().model_copy(update={"shots": ()}))
    rebuild(path, project)


PICTURES = (
    Kind("still in the editor", _stills, _show_still, share=6, limit_s=20, heavy=True),
    Kind("still in the engine", _stills, _fit_still, share=6, limit_s=20, heavy=True),
    Kind("bomb in the editor", _bombs, _show_still, share=2, limit_s=20, heavy=True),
    Kind("bomb in the engine", _bombs, _fit_still, share=2, limit_s=20, heavy=True),
    Kind("movie as footage", _movies, _footage, share=3, limit_s=20, heavy=True),
    Kind("movie in the editor", _movies, _play, share=3, limit_s=20, heavy=True),
    Kind("list as footage", _lists, _footage, share=2, limit_s=20, heavy=True),
    Kind("list in the editor", _lists, _play, share=2, limit_s=20, heavy=True),
    Kind("movie with a film", _carriers, _reopen, share=2, limit_s=20, heavy=True),
    Kind("sound in the editor", _sounds, _hear, share=3, limit_s=20, heavy=True),
    Kind("sound in the engine", _sounds, _hear_in_engine, share=3, limit_s=20, heavy=True),
)
