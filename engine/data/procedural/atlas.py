"""All pictures that procedural clips are made of, in one tensor, with mip levels.

Wallpapers, cut-out drawings and frames of footage become textures of one flat array of packed RGBA
texels, so that a single gather renders any mixture of them. Knows nothing of scenes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

NUM_LEVELS = 6
"""Mip levels per texture; level k has sides of 1 / 2^k."""

Picture = NDArray[np.uint8]
"""(height, width, 4) RGBA with straight alpha."""


@dataclass(frozen=True)
class TextureAtlas:
    """Packed textures.

    Attributes:
        texels: (T,) int32, RGBA with alpha premultiplied, red in the lowest byte.
        offset: (textures, NUM_LEVELS) int64, where each level begins.
        width, height: (textures, NUM_LEVELS) int64 sides in texels.
    """

    texels: Tensor
    offset: Tensor
    width: Tensor
    height: Tensor

    def to(self, device: torch.device | str) -> TextureAtlas:
        """Return the same atlas on another device."""
        return TextureAtlas(*(t.to(device) for t in vars(self).values()))

    @property
    def num_textures(self) -> int:
        """How many pictures there are."""
        return self.offset.shape[0]

    def sides(self) -> NDArray[np.int64]:
        """Return (textures, 2) widths and heights at level 0."""
        return torch.stack([self.width[:, 0], self.height[:, 0]], 1).cpu().numpy()


def build_atlas(pictures: Iterable[Picture]) -> TextureAtlas:
    """Pack pictures in order; a picture's index in the atlas is its place in the sequence."""
    parts: list[NDArray[np.int32]] = []
    sides: list[list[tuple[int, int]]] = []
    for picture in pictures:
        levels = list(_mip_levels(picture))
        sides.append([(level.shape[1], level.shape[0]) for level in levels])
        parts.extend(_pack(level) for level in levels)
    shape = np.asarray(sides, dtype=np.int64)
    areas = shape.prod(-1).reshape(-1)
    offset = np.concatenate([[0], np.cumsum(areas)[:-1]]).reshape(shape.shape[:2])
    return TextureAtlas(
        torch.from_numpy(np.concatenate(parts)),
        torch.from_numpy(offset),
        torch.from_numpy(shape[..., 0].copy()),
        torch.from_numpy(shape[..., 1].copy()),
    )


def _mip_levels(picture: Picture) -> Iterable[Picture]:
    level = picture
    if picture[..., 3].min() < 255:
        alpha = picture[..., 3:].astype(np.uint16)
        colour = (picture[..., :3] * alpha + 127) // 255
        level = np.concatenate([colour, alpha], axis=-1).astype(np.uint8)
    for _ in range(NUM_LEVELS):
        yield level
        side = (max(1, level.shape[1] // 2), max(1, level.shape[0] // 2))
        level = np.asarray(cv2.resize(level, side, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _pack(level: Picture) -> NDArray[np.int32]:
    return np.ascontiguousarray(level).reshape(-1, 4).view(np.int32).reshape(-1)
