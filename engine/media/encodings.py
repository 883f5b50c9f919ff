"""How FFmpeg's encoders are set up for each format of an export.

Which formats there are, and what they are called, is :mod:`engine.protocol.formats`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from engine.media.picture import BT709_VIDEO, Colour
from engine.protocol.errors import BadInput
from engine.protocol.export import ExportFormatSpec

os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 tells its settings on stderr unless asked not to

REPEATABLE = "mbtree=0"
"""x264's macroblock tree gave other bytes at every run (25 encodes of 60 small frames: 25 different
files, two of them a quarter level off in the mean), and a take must come out the same twice."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec with its settings.

    Attributes:
        tag: four characters by which an MP4 or MOV names the codec; None leaves it to FFmpeg.
        colour: of what is written as YUV.
    """

    codec: str
    pixel_format: str
    options: dict[str, str] = field(default_factory=dict[str, str])
    tag: str | None = None
    colour: Colour = BT709_VIDEO


INTERMEDIATE = Encoding(
    "libx264",
    "yuv444p10le",
    {
        "crf": "8",
        "preset": "veryfast",
        "tune": "fastdecode",
        "g": "12",
        "bf": "0",
        "x264-params": REPEATABLE,
    },
)
"""Drafts and masters: visually lossless, 10 bit, full chroma, quick to seek and to play.

FFV1 was measured first: at 1080p two cores decode it at 5 to 11 frames a second, this at 50.
Without the macroblock tree, crf 8 is 1 dB better than crf 6 was with it, 20 % larger, and quicker.
"""

_PROFILES = {
    "prores_422": {"profile": "standard", "vendor": "apl0"},
    "prores_hq": {"profile": "hq", "vendor": "apl0"},
    "prores_4444": {"profile": "4444", "vendor": "apl0"},
    "dnxhr_hq": {"profile": "dnxhr_hq"},
    "dnxhr_hqx": {"profile": "dnxhr_hqx"},
    # Slices decode side by side and carry checksums; version 3 is the standardised one (RFC 9043).
    "ffv1": {"level": "3", "g": "1", "slices": "16", "slicecrc": "1"},
    "exr": {"format": "half", "compression": "zip16"},
    "webp": {"quality": "85", "compression_level": "4"},
}


def delivery_h264(quality: int) -> Encoding:
    """Return the encoding that every player and NLE reads."""
    return encoding_for(ExportFormatSpec(name="h264", quality=quality))


def encoding_for(spec: ExportFormatSpec) -> Encoding:
    """Return the encoder of a format, with its settings.

    Raises:
        BadInput: the hardware does not do this format.
    """
    row = spec.row
    quality = spec.quality
    if quality is None and row.quality is not None:
        quality = row.quality.default
    tag = "hvc1" if spec.name in {"h265", "h265_10"} else None  # what Apple's players look for
    if spec.encoder != "software":
        if spec.encoder not in row.hardware:
            raise BadInput(f"{row.label} is not encoded by {spec.encoder}; choose software.")
        codec, pixel_format = row.hardware[spec.encoder]
        return Encoding(codec, pixel_format, _hardware_options(spec.encoder, quality or 0), tag)
    return Encoding(row.encoder, row.pixel_format, _options(spec, quality), tag)


def _options(spec: ExportFormatSpec, quality: int | None) -> dict[str, str]:
    crf = {"crf": str(quality)}
    match spec.name:
        case "h264":
            return {**crf, "preset": "medium", "x264-params": REPEATABLE}
        case "h265" | "h265_10":
            return {**crf, "preset": "medium", "x265-params": "log-level=error"}
        case "av1":
            return {**crf, "preset": "8"}
        case _:
            return dict(_PROFILES.get(spec.name, {}))


def _hardware_options(encoder: str, quality: int) -> dict[str, str]:
    match encoder:
        case "nvenc":
            return {"preset": "p5", "rc": "vbr", "cq": str(quality), "b": "0"}
        case "qsv":
            return {"global_quality": str(max(1, quality))}
        case "amf":
            return {"rc": "cqp", "qp_i": str(quality), "qp_p": str(quality)}
        case _:
            # VideoToolbox counts the other way round, from 1 to 100.
            return {"q:v": str(max(1, 100 - 2 * quality)), "allow_sw": "0"}
