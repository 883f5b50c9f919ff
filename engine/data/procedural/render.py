"""Renders layered scenes from a texture atlas: one gather per tap, no intermediates to speak of.

Every frame has a background and a few cut-outs, each placed by an affine map from the screen to
texture pixels. A scene picks one mip level per layer, so that nothing aliases and nothing pops
while the camera moves. Device-agnostic; on a GPU compile :func:`composite` and it becomes one
kernel.

Shape legend: B clips, F frames, L layers (0 is the background, later ones lie above), Y X pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.data.procedural.atlas import NUM_LEVELS, TextureAtlas

CompositeFn = Callable[..., tuple[Tensor, Tensor, Tensor]]


@dataclass(frozen=True)
class LayeredClip:
    """Where every layer of every frame lies. The frame is 1 wide, its centre is the origin, y down.

    Attributes:
        texture: (B, F, L) index in the atlas, −1 for no layer.
        affine: (B, F, L, 2, 3) from screen (x, y, 1) to texture pixels at level 0.
        density: (B, F, L) texture pixels per frame width at their densest in the scene; picks
        the level.
        grade: (B, F, 2) gain and offset of brightness.
    """

    texture: Tensor
    affine: Tensor
    density: Tensor
    grade: Tensor

    def to(self, device: torch.device | str) -> LayeredClip:
        """Return the same clip on another device."""
        return LayeredClip(*(t.to(device, non_blocking=True) for t in vars(self).values()))


@dataclass(frozen=True)
class Viewport:
    """What part of the frame is rendered, and how finely.

    Attributes:
        width, height: of the picture, in pixels.
        frame_width: pixels that the whole frame would be wide; a tile has width < frame_width.
        frame_height: likewise.
    """

    width: int
    height: int
    frame_width: int
    frame_height: int


def full_view(width: int, height: int) -> Viewport:
    """Return the viewport of a whole frame."""
    return Viewport(width, height, width, height)


def render(
    atlas: TextureAtlas,
    clip: LayeredClip,
    view: Viewport,
    corner_B2: Tensor | None = None,
    composite_fn: CompositeFn | None = None,
) -> Tensor:
    """Render (B, 3, F, Y, X) frames in [−1, 1], half precision on a GPU.

    Args:
        atlas: the textures, on the clip's device.
        clip: the layers.
        view: size and scale of the picture.
        corner_B2: (B, 2) left and top of the picture in pixels of the whole frame; None means 0.
        composite_fn: a compiled :func:`composite`.
    """
    device = clip.texture.device
    pixels_per_width = torch.log2(clip.density / view.frame_width)
    # Half a level towards sharp: bilinear taps blur by themselves.
    level = (pixels_per_width + 0.25).round().clamp(0, NUM_LEVELS - 1).long()
    known = clip.texture.clamp(min=0)
    width = torch.where(clip.texture >= 0, atlas.width[known, level], 0)
    to_level = torch.exp2(-level.float())[..., None, None]
    affine = clip.affine * to_level
    corner = torch.zeros(clip.texture.shape[0], 2, device=device)
    if corner_B2 is not None:
        corner = corner_B2
    fn = composite_fn or composite
    red, green, blue = fn(
        atlas.texels,
        atlas.offset[known, level].to(torch.int32),
        width.to(torch.int32),
        atlas.height[known, level].to(torch.int32),
        affine,
        clip.grade,
        corner,
        view.width,
        view.height,
        view.frame_width,
        view.frame_height,
    )
    return torch.stack([red, green, blue], dim=1)


def composite(
    texels: Tensor,
    offset_BFL: Tensor,
    width_BFL: Tensor,
    height_BFL: Tensor,
    affine_BFL23: Tensor,
    grade_BF2: Tensor,
    corner_B2: Tensor,
    view_width: int,
    view_height: int,
    frame_width: int,
    frame_height: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """Return red, green and blue planes (B, F, Y, X). A width of 0 marks an absent layer."""
    device = texels.device
    column = torch.arange(view_width, device=device).view(1, 1, 1, -1) + 0.5
    row = torch.arange(view_height, device=device).view(1, 1, -1, 1) + 0.5
    x = (column + corner_B2[:, 0].view(-1, 1, 1, 1) - 0.5 * frame_width) / frame_width
    y = (row + corner_B2[:, 1].view(-1, 1, 1, 1) - 0.5 * frame_height) / frame_width
    colour: list[Tensor] = []
    for layer in range(offset_BFL.shape[2]):
        matrix = affine_BFL23[:, :, layer, :, :, None, None]
        u = matrix[:, :, 0, 0] * x + matrix[:, :, 0, 1] * y + matrix[:, :, 0, 2] - 0.5
        v = matrix[:, :, 1, 0] * x + matrix[:, :, 1, 1] * y + matrix[:, :, 1, 2] - 0.5
        sides = (offset_BFL, width_BFL, height_BFL)
        offset, width, height = (side[:, :, layer, None, None] for side in sides)
        tap = _bilinear(texels, u, v, offset, width, height, mirrored=layer == 0)
        if layer == 0:
            colour = tap[:3]
        else:
            cover = tap[3] / 255.0
            colour = [
                above + below * (1.0 - cover) for above, below in zip(tap, colour, strict=False)
            ]
    gain = grade_BF2[:, :, 0, None, None] * (2.0 / 255.0)
    lift = grade_BF2[:, :, 1, None, None] - 1.0
    dtype = torch.float16 if texels.is_cuda else torch.float32
    graded = [(plane * gain + lift).clamp(-1.0, 1.0).to(dtype) for plane in colour]
    return graded[0], graded[1], graded[2]


def _bilinear(
    texels: Tensor,
    u: Tensor,
    v: Tensor,
    offset: Tensor,
    width: Tensor,
    height: Tensor,
    mirrored: bool,
) -> list[Tensor]:
    """Return four channels in 0…255 at texture coordinates u, v."""
    u0, v0 = torch.floor(u), torch.floor(v)
    fu, fv = u - u0, v - v0
    column, row = u0.to(torch.int32), v0.to(torch.int32)
    channels: list[Tensor] = []
    for dv in (0, 1):
        for du in (0, 1):
            i, j = column + du, row + dv
            weight = (fu if du else 1.0 - fu) * (fv if dv else 1.0 - fv)
            if mirrored:
                i, j = _mirror(i, width), _mirror(j, height)
            inside = (i >= 0) & (i < width) & (j >= 0) & (j < height)
            weight = torch.where(inside, weight, 0.0)
            index = torch.where(inside, offset + j * width + i, 0)
            packed = texels[index]
            values = [((packed >> shift) & 255).float() * weight for shift in (0, 8, 16, 24)]
            if channels:
                channels = [a + b for a, b in zip(channels, values, strict=True)]
            else:
                channels = values
    return channels


def _mirror(index: Tensor, length: Tensor) -> Tensor:
    period = torch.clamp(2 * length, min=1)
    folded = torch.remainder(index, period)
    return torch.where(folded < length, folded, period - 1 - folded)
