"""Low-resolution material for Director-SR, made from high-resolution frames on the device.

In the spirit of DOVE and Real-ESRGAN, fitted to what drafts of the starter models suffer from:
strong downsampling, blur, noise, the codec's own losses, ghosts of neighbouring frames, and
patchy errors in the coefficients. Optionally the lift has carried detail from a keyframe along
the motion already (:func:`carry_detail`), imperfectly, as optical flow does. Knows no net and
no loss.

Shape legend: B clips, F frames, Y X pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from engine.models.klt import AutoencoderKLT


@dataclass(frozen=True)
class DegradeMix:
    """How low-resolution clips are made.

    Attributes:
        sides: side of the square tile at low resolution, drawn evenly; the tile is 240 wide, so 32
            is a draft (÷ 7.5) and 104 is 832×480 (÷ 2.3).
        ghost: chance that neighbouring frames show through.
        coefficient_noise: standard deviation range of errors in the latents.
        carry: chance that detail was carried from the clip's first frame or last frame.
    """

    sides: tuple[int, ...] = (32, 32, 32, 32, 32, 32, 48, 104)
    ghost: float = 0.25
    coefficient_noise: tuple[float, float] = (0.0, 0.12)
    carry: float = 0.65


def degrade(frames_BCFYX: Tensor, codec: AutoencoderKLT, mix: DegradeMix, seed: int) -> Tensor:
    """Return frames of the same size that look like a lifted draft of ``frames``."""
    cpu = torch.Generator("cpu").manual_seed(seed)
    b, _, f, height, width = frames_BCFYX.shape

    def chance() -> float:
        return float(torch.rand((), generator=cpu))

    side = mix.sides[int(torch.randint(len(mix.sides), (), generator=cpu))]
    low = functional.interpolate(
        frames_BCFYX.float().transpose(1, 2).flatten(0, 1), (side, side), mode="area"
    )
    if chance() < 0.4:
        low = _blur(low, 0.4 + 0.8 * chance())
    low = low.unflatten(0, (b, f)).transpose(1, 2)
    if chance() < mix.ghost:
        low = _ghosts(low, 0.5 * chance(), cpu)
    first, last = mix.coefficient_noise
    low = _through_codec(low, codec, first + (last - first) * chance() ** 2)
    lifted = lift(low, (height, width))
    if chance() < mix.carry:
        lifted = carry_detail(frames_BCFYX.float(), lifted, cpu)
    return lifted.clamp(-1, 1)


def lift(low_BCFYX: Tensor, size: tuple[int, int]) -> Tensor:
    """Upsample frames in pixel space, bicubically: how a draft reaches the master's size."""
    b, _, f, _, _ = low_BCFYX.shape
    flat = low_BCFYX.transpose(1, 2).flatten(0, 1)
    high = functional.interpolate(flat, size, mode="bicubic", align_corners=False)
    return high.unflatten(0, (b, f)).transpose(1, 2)


def carry_detail(sharp_BCFYX: Tensor, lifted_BCFYX: Tensor, generator: torch.Generator) -> Tensor:
    """Mix in detail as a flow-guided lift would: a little displaced, in patches, fading."""
    b, _, f, height, width = sharp_BCFYX.shape
    device = sharp_BCFYX.device

    def smooth_noise(channels: int, grid: int) -> Tensor:
        coarse = torch.randn(b * channels, 1, max(2, f // 6), grid, grid, generator=generator)
        fine = functional.interpolate(
            coarse.to(device), (f, height, width), mode="trilinear", align_corners=True
        )
        return fine.view(b, channels, f, height, width)

    time = torch.linspace(0, 1, f, device=device).view(1, 1, f, 1, 1)
    from_last = torch.rand(b, 1, 1, 1, 1, generator=generator).to(device) < 0.5
    distance = torch.where(from_last, 1 - time, time)
    error = smooth_noise(2, 5) * (0.2 + 2.5 * distance)  # pixels
    base_y = torch.linspace(-1, 1, height, device=device).view(1, 1, height, 1)
    base_x = torch.linspace(-1, 1, width, device=device).view(1, 1, 1, width)
    grid = torch.stack(
        [base_x + error[:, 0] * (2 / width), base_y + error[:, 1] * (2 / height)], dim=-1
    )
    moved = functional.grid_sample(
        sharp_BCFYX.transpose(1, 2).flatten(0, 1),
        grid.flatten(0, 1),
        mode="bilinear",
        padding_mode="border",
        align_corners=True,
    )
    moved = moved.unflatten(0, (b, f)).transpose(1, 2)
    trust = torch.sigmoid(4 * (smooth_noise(1, 6) + 1.2 - 2.2 * distance))
    return lifted_BCFYX + trust * (moved - lifted_BCFYX)


def _blur(frames_NCYX: Tensor, sigma: float) -> Tensor:
    x = torch.arange(-2, 3, device=frames_NCYX.device, dtype=frames_NCYX.dtype)
    kernel = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1).expand(3, 1, 1, -1)
    padded = functional.pad(frames_NCYX, (2, 2, 2, 2), mode="replicate")
    rows = functional.conv2d(padded, kernel, groups=3)
    return functional.conv2d(rows, kernel.transpose(2, 3), groups=3)


def _ghosts(frames_BCFYX: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Blend in frames a few steps away, more or less by place and time, as a cross-fade would."""
    b, _, f, _, _ = frames_BCFYX.shape
    shift = int(torch.randint(2, 9, (), generator=generator))
    coarse = torch.rand(b, 1, max(2, f // 8), 4, 4, generator=generator).to(frames_BCFYX)
    weight = functional.interpolate(coarse, frames_BCFYX.shape[2:], mode="trilinear")
    index = (torch.arange(f) + shift).clamp(max=f - 1).to(frames_BCFYX.device)
    back = (torch.arange(f) - shift).clamp(min=0).to(frames_BCFYX.device)
    other = (frames_BCFYX[:, :, index] + frames_BCFYX[:, :, back]) / 2
    return frames_BCFYX + strength * weight * (other - frames_BCFYX)


def _through_codec(low_BCFYX: Tensor, codec: AutoencoderKLT, noise: float) -> Tensor:
    """Encode and decode groups of four with noisy coefficients; odd frames at the end stay."""
    f = low_BCFYX.shape[2] // 4 * 4
    if f == 0:
        return low_BCFYX
    z = codec.encode_groups(low_BCFYX[:, :, :f].unflatten(2, (-1, 4)))
    z = z + noise * torch.randn_like(z) * z.abs().mean(dim=(0, 2, 3, 4), keepdim=True)
    coded = codec.decode_groups(z).flatten(2, 3)
    return torch.cat([coded, low_BCFYX[:, :, f:]], dim=2)
