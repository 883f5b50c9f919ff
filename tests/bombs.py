"""Small files that would take all memory or all time: pictures and movies, written by hand.

Each function returns a file's bytes, or writes one where a muxer is needed.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from PIL import Image


@cache
def zeros(num_mib: int) -> bytes:
    """Return zlib's form of so many MiB of zeros, a thousandth of their size."""
    packer = zlib.compressobj(9)
    block = b"\0" * 2**20
    return b"".join(packer.compress(block) for _ in range(num_mib)) + packer.flush()


def png(width: int, height: int, bits: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a grey PNG of these chunks."""
    head = struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0)
    rows = ((b"IHDR", head), *chunks, (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in rows
    )


def whole_gigapixel_png() -> bytes:
    """Return a picture of 44 721 × 44 721 pixels, all of them there."""
    side = 44_721
    return png(side, side, 1, (b"IDAT", zeros((side // 8 + 2) * side // 2**20 + 1)))


def png_with_more_than_it_says() -> bytes:
    """Return 16 × 16 pixels with half a gigabyte behind them."""
    return png(16, 16, 8, (b"IDAT", zeros(512)))


def png_with_endless_text() -> bytes:
    """Return a picture whose compressed note is half a gigabyte."""
    return png(16, 16, 8, (b"zTXt", b"note\0\0" + zeros(512)), (b"IDAT", zlib.compress(bytes(272))))


def png_with_endless_international_text() -> bytes:
    """Return a picture whose compressed note in UTF-8 is half a gigabyte."""
    text = b"note\0\1\0\0\0" + zeros(512)
    return png(16, 16, 8, (b"iTXt", text), (b"IDAT", zlib.compress(bytes(272))))


def png_with_endless_profile() -> bytes:
    """Return a picture whose colour profile is half a gigabyte."""
    profile = b"icc\0\0" + zeros(512)
    return png(16, 16, 8, (b"iCCP", profile), (b"IDAT", zlib.compress(bytes(272))))


def png_with_countless_notes() -> bytes:
    """Return a picture with a hundred notes of a megabyte each."""
    note = (b"zTXt", b"note\0\0" + zeros(1)[:-8])
    return png(16, 16, 8, *[note] * 100, (b"IDAT", zlib.compress(bytes(272))))


def tiff(entries: dict[int, tuple[int, int, int]], tail: bytes = b"", following: int = 0) -> bytes:
    """Return a little-endian TIFF of one directory: tag to (type, count, value)."""
    rows = b"".join(struct.pack("<HHII", tag, *entries[tag]) for tag in sorted(entries))
    directory = struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)
    return b"II*\0" + struct.pack("<I", 8) + directory + tail


def _tiled(side: int, tile: int) -> dict[int, tuple[int, int, int]]:
    return {
        256: (4, 1, side), 257: (4, 1, side), 258: (3, 1, 8), 259: (3, 1, 8), 262: (3, 1, 1),
        277: (3, 1, 1), 322: (4, 1, tile), 323: (4, 1, tile), 324: (4, 1, 200), 325: (4, 1, 100),
    }  # fmt: skip


def tiff_with_huge_tiles() -> bytes:
    """Return 64 × 64 pixels in one tile of a billion and more."""
    return tiff(_tiled(64, 40_000), zeros(1))


def tiff_with_tiles_beyond_any() -> bytes:
    """Return 64 × 64 pixels in a tile of 2**31 on each side."""
    return tiff(_tiled(64, 2**31 - 16), zeros(1))


def tiff_that_leads_to_itself() -> bytes:
    """Return a picture whose next directory is its own."""
    return tiff(_tiled(64, 64), zeros(1), following=8)


def tiff_with_endless_tag() -> bytes:
    """Return a picture with a tag of four billion values."""
    return tiff({**_tiled(64, 64), 700: (1, 2**32 - 1, 8)}, zeros(1))


def gif_of_countless_frames() -> bytes:
    """Return 100 000 frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\0\0\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    return head + (frame + b"\x02\x02\x44\x01\0") * 100_000 + b";"


def gif_with_endless_comment() -> bytes:
    """Return a picture before which a comment of 40 MB stands, 255 bytes at a time."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    comment = b"\x21\xfe" + (b"\xff" + b"x" * 255) * 160_000 + b"\0"
    return head + comment + b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0;"


def gif_of_huge_frame() -> bytes:
    """Return a frame of four billion pixels on a canvas of one."""
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + b"," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\x02\x02\x44\x01\0;"


def webp_that_moves() -> bytes:
    """Return 300 frames of 1024 × 1024."""
    frames = [Image.new("RGB", (1024, 1024), (n % 256, 0, 0)) for n in range(300)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], method=0, quality=1)
    return buffer.getvalue()


def jpeg_of_countless_scans() -> bytes:
    """Return a picture of 64 megapixels whose last scan comes 4000 times."""
    buffer = io.BytesIO()
    Image.new("L", (8000, 8000), 128).save(buffer, "JPEG", progressive=True)
    whole = buffer.getvalue()
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * 4000 + whole[-2:]


def jpeg_with_endless_exif() -> bytes:
    """Return a picture with 1500 blocks of EXIF, 64 KiB each."""
    buffer = io.BytesIO()
    Image.new("L", (16, 16)).save(buffer, "JPEG")
    whole = buffer.getvalue()
    block = b"\xff\xe1" + struct.pack(">H", 65_535) + b"Exif\0\0" + b"II*\0" + bytes(65_523)
    return whole[:2] + block * 1500 + whole[2:]


def svg_of_a_billion_laughs() -> bytes:
    """Return XML whose entities grow by themselves."""
    names = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    text = "".join(('<!ENTITY a0 "ha">', *names))
    return f'<?xml version="1.0"?><!DOCTYPE svg [{text}]><svg><text>&a9;</text></svg>'.encode()


PICTURES: dict[str, Callable[[], bytes]] = {
    maker.__name__: maker
    for maker in (
        whole_gigapixel_png, png_with_more_than_it_says, png_with_endless_text,
        png_with_endless_international_text, png_with_endless_profile, png_with_countless_notes,
        tiff_with_huge_tiles, tiff_with_tiles_beyond_any, tiff_that_leads_to_itself,
        tiff_with_endless_tag, gif_of_countless_frames, gif_with_endless_comment,
        gif_of_huge_frame, webp_that_moves, jpeg_of_countless_scans, jpeg_with_endless_exif,
        svg_of_a_billion_laughs,
    )
}  # fmt: skip


def movie(
    path: Path,
    codec: str = "png",
    size: tuple[int, int] = (32, 32),
    rate: Fraction = Fraction(24),
    num_frames: int = 6,
) -> Path:
    """Write a plain movie without sound."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate)
        stream.width, stream.height = size
        stream.pix_fmt = {"png": "rgb24"}.get(codec, "yuv420p")
        black = np.zeros((size[1], size[0], 3), np.uint8)
        for number in range(num_frames):
            frame = av.VideoFrame.from_ndarray(black)
            frame.pts, frame.time_base = number, 1 / rate
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def huge_movie(place: Path) -> Path:
    """Write one frame of 8200 × 8200 pixels, in less than a megabyte."""
    return movie(place / "huge.mov", size=(8_200, 8_200), num_frames=1)


def movie_that_grows(place: Path) -> Path:
    """Write a movie whose header says 32 × 32 and whose one frame is 8200 × 8200."""
    small, huge = movie(place / "small.mov", num_frames=1), huge_movie(place)
    path = place / "grows.mov"
    with (
        av.open(str(small)) as template,
        av.open(str(huge)) as source,
        av.open(str(path), "w") as out,
    ):
        stream = out.add_stream_from_template(template.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    return path


def _with_box(content: bytes, name: bytes, alter: Callable[[bytes], bytes]) -> bytes:
    """Return an MP4 in which the body of a box is another of the same length."""
    at = content.index(name) + 4
    size = struct.unpack(">I", content[at - 8 : at - 4])[0]
    body = content[at : at + size - 8]
    changed = alter(body)
    assert len(changed) == len(body)
    return content[:at] + changed + content[at + len(body) :]


def movie_of_countless_frames(place: Path, count: int = 170_000_000) -> Path:
    """Write an MP4 of six frames that claims so many."""
    path = movie(place / "plain.mp4", "mpeg4")
    content = path.read_bytes()
    # One run of frames of one tick, of one byte each, in one chunk.
    content = _with_box(content, b"stts", lambda b: b[:8] + struct.pack(">I", count) + b[12:])
    content = _with_box(content, b"stsz", lambda b: b[:4] + struct.pack(">II", 1, count) + b[12:])
    content = _with_box(content, b"stsc", lambda b: b[:12] + struct.pack(">I", count) + b[16:])
    out = place / "countless.mp4"
    out.write_bytes(content)
    return out


def fast_movie(place: Path) -> Path:
    """Write a movie of a million frames a second."""
    return movie(place / "fast.mov", rate=Fraction(1_000_000))


def slow_movie(place: Path) -> Path:
    """Write a movie of a frame in a million seconds."""
    return movie(place / "slow.avi", "ffv1", rate=Fraction(1, 1_000_000), num_frames=1)


def movie_of_countless_streams(place: Path) -> Path:
    """Write a movie with a thousand pictures side by side."""
    path = place / "streams.mkv"
    with av.open(str(path), "w") as out:
        streams = []
        for _ in range(1000):
            stream = out.add_stream("rawvideo", rate=24)
            stream.width, stream.height, stream.pix_fmt = 16, 16, "yuv420p"
            streams.append(stream)
        for stream in streams:
            frame = av.VideoFrame(16, 16, "yuv420p")
            frame.pts, frame.time_base = 0, Fraction(1, 24)
            out.mux(stream.encode(frame))
    return path


def movie_of_countless_scans(place: Path) -> Path:
    """Write a movie of JPEGs; in one of 2000 × 2000 the last scan comes 60 000 times."""
    buffer = io.BytesIO()
    Image.new("L", (2000, 2000), 128).save(buffer, "JPEG", progressive=True)
    whole = buffer.getvalue()
    last = whole.rindex(b"\xff\xda")
    path = place / "scans.avi"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mjpeg", rate=24)
        stream.width, stream.height, stream.pix_fmt = 2000, 2000, "yuvj420p"
        for number, count in enumerate((1, 60_000, 1)):
            packet = av.Packet(whole[:last] + whole[last:-2] * count + whole[-2:])
            packet.pts = packet.dts = number
            packet.time_base, packet.stream, packet.is_keyframe = Fraction(1, 24), stream, True
            out.mux(packet)
    return path


def movie_with_huge_cover(place: Path) -> Path:
    """Write a movie with an attached picture of two billion pixels."""
    path = place / "cover.mkv"
    with (
        av.open(str(movie(place / "plain.mp4", "mpeg4"))) as source,
        av.open(str(path), "w") as out,
    ):
        stream = out.add_stream_from_template(source.streams.video[0])
        out.add_attachment("cover.png", "image/png", whole_gigapixel_png())
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    with av.open(str(path)) as made:
        assert [stream.name for stream in made.streams.video] == ["mpeg4", "png"]
    return path


def movie_of_countless_subtitles(place: Path) -> Path:
    """Write a movie with 60 000 subtitles before its second frame."""
    plain, path = movie(place / "plain.mp4", "mpeg4"), place / "subtitles.mkv"
    text = place / "lines.srt"
    lines = (f"{n}\n00:00:00,001 --> 99:00:00,000\n{'<b>' * 20}{n}\n\n" for n in range(60_000))
    text.write_text("".join(lines))
    with av.open(str(plain)) as source, av.open(str(text)) as said, av.open(str(path), "w") as out:
        picture = out.add_stream_from_template(source.streams.video[0])
        words = out.add_stream_from_template(said.streams.subtitles[0])
        packets = [p for p in source.demux(source.streams.video[0]) if p.dts is not None]
        for packet in (packets[0], *said.demux(), *packets[1:]):
            if packet.dts is not None:
                packet.stream = picture if packet in packets else words
                out.mux_one(packet)
    return path


MOVIES: dict[str, Callable[[Path], Path]] = {
    maker.__name__: maker
    for maker in (
        huge_movie, movie_that_grows, movie_of_countless_frames, fast_movie, slow_movie,
        movie_of_countless_streams, movie_of_countless_scans, movie_with_huge_cover,
        movie_of_countless_subtitles,
    )
}  # fmt: skip
