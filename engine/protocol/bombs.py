"""Pictures that would take all time or all memory although they are small: how they are known.

A picture's size in pixels is its reader's matter. What is told here stands beside it in the file: a
JPEG may be drawn in any number of scans, each as long as a whole picture, and may repeat its EXIF
without end; a TIFF of few pixels may lie in one tile of a billion. Knows no library.
"""

from __future__ import annotations

from typing import BinaryIO

MAX_SCANS = 200
"""An encoder makes ten; each costs up to a twentieth of a second at 100 megapixels."""

MAX_JPEG_HEADER = 32 * 1024 * 1024
MAX_EXIF = 4 * 1024 * 1024

_LEAST_TILE = 4096 * 4096
_BLOCK = 1 << 20
_FILL = frozenset({0x00, 0xFF})
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})
"""Markers without a length."""
_FILL_COST = 1024
_SCANNED = frozenset({"mjpeg", "smvjpeg", "jpegls"})
"""FFmpeg decodes these until the packet ends, however many scans that are."""

_START, _SCAN, _APP1 = b"\xff\xd8", b"\xff\xda", 0xE1


def is_jpeg_bomb(stream: BinaryIO) -> bool:
    """Return whether a file is a JPEG with more scans or headers than any picture needs.

    Reads it from its beginning; what is no JPEG is none.
    """
    stream.seek(0)
    if stream.read(2) != _START:
        return False
    if _has_endless_header(stream):
        return True
    # Within a scan 0xFF is followed by 0 or a restart, so each of these begins another.
    num_scans, last = 0, b""
    while block := stream.read(_BLOCK):
        num_scans += (last + block).count(_SCAN)
        if num_scans > MAX_SCANS:
            return True
        last = block[-1:]
    return False


def is_scan_bomb(codec: str, packet: bytes) -> bool:
    """Return whether a movie's packet is a JPEG, by FFmpeg's name, with more scans than any needs.

    It may hold two fields, each a picture of its own.
    """
    return codec in _SCANNED and packet.count(_SCAN) > MAX_SCANS


def is_tile_bomb(width: int, height: int, tile_width: int, tile_height: int) -> bool:
    """Return whether a picture's tiles are far larger than the picture, all in pixels."""
    return tile_width * tile_height > max(_LEAST_TILE, 2 * width * height)


def _has_endless_header(stream: BinaryIO) -> bool:
    """Walk over the segments before the first scan, and leave the stream at it."""
    num_bytes, num_exif = 0, 0
    while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != _SCAN[1]:
        if num_bytes > MAX_JPEG_HEADER:
            break
        if head[1] in _FILL or head[1] in _ALONE:
            stream.seek(-3 if head[1] in _FILL else -2, 1)
            num_bytes += _FILL_COST
            continue
        size = int.from_bytes(head[2:], "big")
        num_bytes += size
        num_exif += size if head[1] == _APP1 else 0
        if num_exif > MAX_EXIF:
            return True
        stream.seek(max(0, size - 2), 1)
    stream.seek(-len(head), 1)
    return num_bytes > MAX_JPEG_HEADER
