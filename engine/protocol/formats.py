"""What a film can be exported as: one table that the engine, the command line and the editor share.

Pure facts: names, containers, pixel formats, depth, who it is for. How an encoder is set up is
:mod:`engine.media.encodings`; whether this machine has it only opening it can tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

FormatName = Literal[
    "h264",
    "h265",
    "h265_10",
    "av1",
    "prores_422",
    "prores_hq",
    "prores_4444",
    "dnxhr_hq",
    "dnxhr_hqx",
    "ffv1",
    "png8",
    "png16",
    "exr",
    "gif",
    "webp",
]
Container = Literal["mp4", "mov", "mkv", "gif", "webp", "folder"]
EncoderName = Literal["software", "nvenc", "videotoolbox", "qsv", "amf"]
"""``software`` runs everywhere; the others are parts of graphics hardware. VA-API is not among
them: PyAV's builds of FFmpeg have none of its encoders."""

CaptionMode = Literal["none", "srt", "vtt", "burn"]
SourceType = Literal[
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "compositeCapture",
    "algorithmicallyEnhanced",
]
"""IPTC's digital source types that fit here: made by a model, made with footage in it, footage
alone, enlarged."""


@dataclass(frozen=True, slots=True)
class QualityRange:
    """A constant rate factor: lower is better and larger."""

    best: int
    default: int
    worst: int


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One row of the table.

    Attributes:
        label: what the user reads.
        purpose: who it is for, in half a sentence.
        containers: the first is the usual one.
        encoder: FFmpeg's name of the software encoder.
        pixel_format: FFmpeg's name of what is encoded.
        bit_depth: per channel; 16 is half float for EXR.
        quality: None where there is nothing to choose.
        hardware: FFmpeg's encoder and pixel format for each kind of hardware that may do it.
    """

    name: FormatName
    label: str
    purpose: str
    containers: tuple[Container, ...]
    encoder: str
    pixel_format: str
    bit_depth: int
    quality: QualityRange | None = None
    hardware: Mapping[EncoderName, tuple[str, str]] = field(
        default_factory=dict["EncoderName", tuple[str, str]]
    )

    @property
    def is_sequence(self) -> bool:
        """Whether it is a folder of pictures."""
        return self.containers == ("folder",)

    @property
    def has_sound(self) -> bool:
        """Whether sound goes along."""
        return self.name not in {"gif", "webp"}

    @property
    def keeps_project(self) -> bool:
        """Whether the movie can carry the project that made it."""
        return bool({"mp4", "mov", "mkv"} & set(self.containers))

    @property
    def side_steps(self) -> tuple[int, int]:
        """What width and height must be multiples of."""
        if "420" in self.pixel_format:
            return 2, 2
        return (2, 1) if "422" in self.pixel_format else (1, 1)

    def extension(self, container: Container) -> str:
        """Return the end of the file's name; empty for a folder."""
        return "" if container == "folder" else f".{container}"


_ANY: tuple[Container, ...] = ("mp4", "mov", "mkv")
_FREE: tuple[Container, ...] = ("mp4", "mkv")
_CUTTING: tuple[Container, ...] = ("mov", "mkv")


def _hardware(codec: str, pixel_format: str, packed: str) -> dict[EncoderName, tuple[str, str]]:
    made: dict[EncoderName, tuple[str, str]] = {
        "nvenc": (f"{codec}_nvenc", "p010le" if packed == "p010le" else pixel_format),
        "qsv": (f"{codec}_qsv", packed),
        "amf": (f"{codec}_amf", packed),
    }
    if codec != "av1":
        made["videotoolbox"] = (f"{codec}_videotoolbox", packed)
    return made


_Q51 = {16: QualityRange(0, 16, 51), 18: QualityRange(0, 18, 51)}

_ROWS = (
    ExportFormat(
        "h264",
        "H.264, 8 bit",
        "plays everywhere",
        _ANY,
        "libx264",
        "yuv420p",
        8,
        _Q51[16],
        _hardware("h264", "yuv420p", "nv12"),
    ),
    ExportFormat(
        "h265",
        "H.265, 8 bit",
        "smaller than H.264; newer devices",
        _ANY,
        "libx265",
        "yuv420p",
        8,
        _Q51[18],
        _hardware("hevc", "yuv420p", "nv12"),
    ),
    ExportFormat(
        "h265_10",
        "H.265, 10 bit",
        "smooth gradients; newer devices",
        _ANY,
        "libx265",
        "yuv420p10le",
        10,
        _Q51[18],
        _hardware("hevc", "yuv420p10le", "p010le"),
    ),
    ExportFormat(
        "av1",
        "AV1, 10 bit",
        "the smallest; for the web",
        _FREE,
        "libsvtav1",
        "yuv420p10le",
        10,
        QualityRange(0, 24, 63),
        _hardware("av1", "yuv420p10le", "p010le"),
    ),
    ExportFormat(
        "prores_422",
        "ProRes 422, 10 bit",
        "for cutting; smaller",
        _CUTTING,
        "prores_ks",
        "yuv422p10le",
        10,
    ),
    ExportFormat(
        "prores_hq",
        "ProRes 422 HQ, 10 bit",
        "for cutting and grading",
        _CUTTING,
        "prores_ks",
        "yuv422p10le",
        10,
    ),
    ExportFormat(
        "prores_4444",
        "ProRes 4444, 10 bit",
        "for grading; full chroma",
        _CUTTING,
        "prores_ks",
        "yuv444p10le",
        10,
    ),
    ExportFormat(
        "dnxhr_hq",
        "DNxHR HQ, 8 bit",
        "for cutting in Avid",
        ("mov",),
        "dnxhd",
        "yuv422p",
        8,
    ),
    ExportFormat(
        "dnxhr_hqx",
        "DNxHR HQX, 10 bit",
        "for cutting and grading in Avid",
        ("mov",),
        "dnxhd",
        "yuv422p10le",
        10,
    ),
    ExportFormat(
        "ffv1",
        "FFV1, 10 bit, lossless",
        "for the archive: the master bit for bit",
        ("mkv",),
        "ffv1",
        "yuv444p10le",
        10,
    ),
    ExportFormat(
        "png8",
        "PNG pictures, 8 bit",
        "one picture a frame, for any program",
        ("folder",),
        "png",
        "rgb24",
        8,
    ),
    ExportFormat(
        "png16",
        "PNG pictures, 16 bit",
        "one picture a frame, for compositing",
        ("folder",),
        "png",
        "rgb48be",
        16,
    ),
    ExportFormat(
        "exr",
        "OpenEXR pictures, half float",
        "linear light, for compositing",
        ("folder",),
        "exr",
        "gbrpf32le",
        16,
    ),
    ExportFormat(
        "gif",
        "GIF",
        "short loops in chats and pages",
        ("gif",),
        "gif",
        "rgb24",
        8,
    ),
    ExportFormat(
        "webp",
        "WebP",
        "short loops, smaller and cleaner than GIF",
        ("webp",),
        "libwebp_anim",
        "bgra",
        8,
    ),
)

FORMATS: Mapping[FormatName, ExportFormat] = {row.name: row for row in _ROWS}
FORMAT_NAMES: tuple[FormatName, ...] = get_args(FormatName)
assert tuple(FORMATS) == FORMAT_NAMES

_IN_SEQUENCE = re.compile(r".+\.\d{6,}\.(png|exr)|sound\.wav|[^.].*\.(xmp|srt|vtt)")


def container_of(name: FormatName, suffix: str) -> Container | None:
    """Return the container that a file's suffix names, None where the format cannot be in it."""
    row = FORMATS[name]
    if row.is_sequence:
        return "folder"
    return next((c for c in row.containers if suffix.lower() == row.extension(c)), None)


def endings(name: FormatName) -> str:
    """Return how the name of a file may end: ``.mp4, .mov or .mkv``."""
    found = [FORMATS[name].extension(container) for container in FORMATS[name].containers]
    return " or ".join(filter(None, (", ".join(found[:-1]), found[-1])))


def is_of_sequence(name: str) -> bool:
    """Whether a file of this name may be part of an exported sequence of pictures."""
    return _IN_SEQUENCE.fullmatch(name) is not None


def scaled_size(width: int, height: int, short_side: int) -> tuple[int, int]:
    """Return a size of the same shape with a shorter side of so many pixels; sides are even."""
    scale = short_side / min(width, height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
