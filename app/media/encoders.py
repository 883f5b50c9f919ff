"""Which encoders this machine has: each is opened, and encodes a frame, before it is offered."""

from __future__ import annotations

import os
from typing import Any

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError

from engine.protocol.formats import FORMATS, EncoderName, FormatName

_SIDE = 256
os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 tells its settings on stderr unless asked not to


def encoders_of(name: FormatName) -> tuple[EncoderName, ...]:
    """Return the encoders that do a format here, software first; empty where there is none."""
    row = FORMATS[name]
    ways: dict[EncoderName, tuple[str, str]] = {
        "software": (row.encoder, row.pixel_format),
        **row.hardware,
    }
    return tuple(kind for kind, (codec, pixels) in ways.items() if opens(codec, pixels))


def opens(codec: str, pixel_format: str) -> bool:
    """Whether an encoder exists, opens, and takes a frame."""
    before = av.logging.get_level()
    av.logging.set_level(av.logging.PANIC)  # what does not open is no news
    try:
        context: Any = av.CodecContext.create(codec, "w")
        context.width = context.height = _SIDE
        context.pix_fmt = "pal8" if codec == "gif" else pixel_format
        context.framerate = 24
        context.time_base = 1 / context.framerate
        context.options = _options(codec, pixel_format)
        context.open()
        if context.pix_fmt != "pal8":
            black = av.VideoFrame.from_ndarray(np.zeros((_SIDE, _SIDE, 3), np.uint8), "rgb24")
            frame = black.reformat(format=pixel_format)
            frame.pts = 0
            context.encode(frame)
            context.encode(None)
    except (UnknownCodecError, FFmpegError, ValueError, OSError):
        return False
    finally:
        av.logging.set_level(before)
    return True


def _options(codec: str, pixel_format: str) -> dict[str, str]:
    match codec:
        case "dnxhd":
            return {"profile": "dnxhr_hqx" if "10" in pixel_format else "dnxhr_hq"}
        case "libx265":
            return {"x265-params": "log-level=none"}
        case _:
            return {}
