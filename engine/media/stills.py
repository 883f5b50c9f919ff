"""Read pictures that a user hands over.

The header is looked at before any pixel is decoded, so a bomb costs nothing. EXIF orientation and
embedded colour profiles are honoured; transparency goes over black.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin, UnidentifiedImageError

from engine.protocol.bombs import is_jpeg_bomb, is_tile_bomb
from engine.protocol.errors import BadInput
from engine.protocol.media import STILL_FORMATS

MAX_STILL_PIXELS = 100_000_000
"""Larger pictures are refused: a 10 000 × 10 000 board is beyond any storyboard."""

_TILE_SIDES = (322, 323)

RgbImage = NDArray[np.uint8]
"""(height, width, 3), sRGB."""


def load_still(path: Path) -> RgbImage:
    """Decode a picture to sRGB.

    Raises:
        BadInput: the file is missing, empty, no picture, damaged, or larger than
            ``MAX_STILL_PIXELS``.
    """
    name = path.name
    if not path.is_file():
        raise BadInput(f"The image {name} is not there any more; relink or replace it.")
    if path.stat().st_size == 0:
        raise BadInput(f"{name} is an empty file; choose another image.")
    try:
        with warnings.catch_warnings():
            # The limit below is ours; Pillow's warning about large pictures adds nothing.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with path.open("rb") as stream:
                if is_jpeg_bomb(stream):
                    raise BadInput(_bomb(name))
            with Image.open(path, formats=_known_formats()) as image:
                _check_size(name, *image.size)
                _check_tiles(name, image)
                return np.ascontiguousarray(np.asarray(_to_srgb(image)))
    except UnidentifiedImageError as error:
        raise BadInput(f"{name} is not an image that can be read.") from error
    except Image.DecompressionBombError as error:
        raise BadInput(_too_large(name)) from error
    except BadInput:
        raise
    except MemoryError as error:
        raise BadInput(f"{name} needs more memory than there is; scale it down.") from error
    except Exception as error:  # whatever a damaged file makes Pillow's readers stumble on
        raise BadInput(f"{name} is damaged and cannot be read as an image.") from error


def _known_formats() -> tuple[str, ...]:
    Image.init()
    return tuple(name for name in STILL_FORMATS if name in Image.OPEN)


def _check_size(name: str, width: int, height: int) -> None:
    if width * height > MAX_STILL_PIXELS:
        raise BadInput(_too_large(name, width, height))


def _check_tiles(name: str, image: Image.Image) -> None:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        sides = [int(image.tag_v2.get(tag, 0)) for tag in _TILE_SIDES]
        if is_tile_bomb(*image.size, *sides):
            raise BadInput(_bomb(name))


def _bomb(name: str) -> str:
    return f"{name} would take all time or memory to decode; save it anew in an image editor."


def _too_large(name: str, width: int = 0, height: int = 0) -> str:
    size = f" ({width}×{height})" if width else ""
    limit = MAX_STILL_PIXELS // 1_000_000
    return f"{name}{size} has more than {limit} megapixels; scale it down and add it again."


def _to_srgb(image: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(image)
    profile = turned.info.get("icc_profile")
    if turned.mode in {"P", "LA", "RGBA", "PA"} or "transparency" in turned.info:
        rgba = turned.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
        turned = Image.alpha_composite(ground, rgba)
    if turned.mode.startswith("I;16") or turned.mode in {"I", "F"}:
        return _from_deep_grey(turned)
    rgb = turned.convert("RGB") if turned.mode != "CMYK" or not profile else turned
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(rgb, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a profile that does not fit the pixels: read them as sRGB
        if converted is not None:
            return converted
    return rgb.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Bring 16-bit and float grey to 8 bits; Pillow's own conversion would clip it."""
    values = np.asarray(image, dtype=np.float64)
    peak = 65535.0 if values.max(initial=0.0) > 255 else 255.0
    grey = np.clip(values / peak * 255 + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(grey, mode="L").convert("RGB")
