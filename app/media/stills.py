"""Storyboard pictures for the screen: the header before any pixel, then an upright sRGB array.

Knows image files and says in one sentence why one cannot be used. Knows nothing of Qt, of the
project, or of how the engine crops: what it returns is the whole picture, scaled down at most.
"""

from __future__ import annotations

import io
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin, UnidentifiedImageError

from engine.protocol.bombs import is_jpeg_bomb, is_tile_bomb
from engine.protocol.media import STILL_FORMATS

MAX_PIXELS = 100_000_000
"""Larger pictures are refused before they are decoded."""

RgbImage = NDArray[np.uint8]
"""(height, width, 3), sRGB."""

# Pillow's own limit would hide the size that is refused; ours is checked right after the header.
Image.MAX_IMAGE_PIXELS = None

_TILE_SIDES = (322, 323)
_EXIF_ORIENTATION = 0x0112
MOVIE_SUFFIXES = frozenset({".mov", ".mp4", ".mkv", ".mxf", ".avi", ".m4v", ".webm"})
_TURNED_ORIENTATIONS = {5, 6, 7, 8}


class StillError(ValueError):
    """A file that cannot be used as a picture; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class StillInfo:
    """Size of a picture in pixels, upright."""

    width: int
    height: int


def probe(path: Path) -> StillInfo:
    """Return a picture's size from its header alone.

    Raises:
        StillError: the file is missing, empty, no picture, or larger than ``MAX_PIXELS``.
    """
    with opened(path) as image:
        return _upright_size(image)


def verify(path: Path) -> StillInfo:
    """Return a picture's size once every pixel of it was decoded.

    Raises:
        StillError: see ``probe``; also when the file is cut short or damaged.
    """
    with opened(path) as image:
        info = _upright_size(image)
        image.draft("RGB", (256, 256))  # a JPEG is read to its end all the same, only faster
        image.load()
        return info


def load(path: Path, max_width: int, max_height: int) -> RgbImage:
    """Decode a picture upright, scaled down to cover at least ``max_width`` × ``max_height``.

    Raises:
        StillError: see ``verify``.
    """
    with opened(path) as image:
        image.draft("RGB", (max_width, max_height))
        upright = ImageOps.exif_transpose(image)
        scale = max(max_width / upright.width, max_height / upright.height)
        if scale < 1:
            size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
            if upright.mode in {"P", "1"}:
                upright = upright.convert("RGBA")
            if not upright.mode.startswith("I"):
                upright = upright.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
        return np.ascontiguousarray(np.asarray(_to_srgb(upright)))


@contextmanager
def opened(path: Path) -> Generator[Image.Image]:
    """Open a picture whose header is sane; nothing of it is decoded yet.

    Raises:
        StillError: see ``probe``; whatever goes wrong inside the ``with`` becomes one, too.
    """
    name = path.name
    try:
        if not path.is_file():
            raise StillError(f"{name} is not there any more, or is no file.")
        if path.stat().st_size == 0:
            raise StillError(f"{name} is an empty file; choose another image.")
        with path.open("rb") as stream:
            if is_jpeg_bomb(stream):
                raise StillError(_bomb(name))
        with Image.open(path, formats=known_formats()) as image:
            if image.width * image.height > MAX_PIXELS:
                raise StillError(_too_large(name, image.width, image.height))
            if _is_tiled_absurdly(image):
                raise StillError(_bomb(name))
            yield image
    except UnidentifiedImageError as error:
        if path.suffix.lower() in MOVIE_SUFFIXES:
            raise StillError(
                f"{name} is a movie, not an image; save the frame you want as a picture."
            ) from error
        raise StillError(f"{name} is not an image that can be read.") from error
    except PermissionError as error:
        raise StillError(f"{name} may not be read; check its permissions.") from error
    except StillError:
        raise
    except MemoryError as error:
        raise StillError(f"{name} needs more memory than there is; scale it down.") from error
    except Exception as error:  # whatever a damaged file makes Pillow's readers stumble on
        raise StillError(f"{name} is damaged or cut short and cannot be read.") from error


def known_formats() -> tuple[str, ...]:
    """Return what Pillow may take a picture for, as far as this build of it can."""
    Image.init()
    return tuple(name for name in STILL_FORMATS if name in Image.OPEN)


def _is_tiled_absurdly(image: Image.Image) -> bool:
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    return is_tile_bomb(*image.size, *(int(image.tag_v2.get(tag, 0)) for tag in _TILE_SIDES))


def _bomb(name: str) -> str:
    return f"{name} would take all time or memory to decode; save it anew in an image editor."


def _too_large(name: str, width: int, height: int) -> str:
    limit = MAX_PIXELS // 1_000_000
    return (
        f"{name} ({width} × {height} pixels) has more than {limit} megapixels; scale it down and "
        "add it again."
    )


def _upright_size(image: Image.Image) -> StillInfo:
    if image.getexif().get(_EXIF_ORIENTATION) in _TURNED_ORIENTATIONS:
        return StillInfo(image.height, image.width)
    return StillInfo(image.width, image.height)


def _to_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode in {"P", "LA", "RGBA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, (0, 0, 0, 255))
        image = Image.alpha_composite(ground, rgba)
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return _from_deep_grey(image)
    if isinstance(profile, bytes) and profile:
        try:
            return _with_profile(image, profile)
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert("RGB")  # the profile does not fit the pixels: read them as sRGB
    return image.convert("RGB")


def _with_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    rgb = image if image.mode == "CMYK" else image.convert("RGB")
    target = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(rgb, source, target, outputMode="RGB")
    return converted if converted is not None else rgb.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float64)
    peak = 65535.0 if values.max(initial=0.0) > 255 else 255.0
    return Image.fromarray(np.clip(values / peak * 255 + 0.5, 0, 255).astype(np.uint8)).convert(
        "RGB"
    )
