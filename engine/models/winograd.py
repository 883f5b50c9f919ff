"""Winograd's minimal filtering over height and width, F(m×m, 3×3), for channels-last images.

Knows the transforms, their numerical scaling and what follows a convolution in a residual net
(bias, residual, RMS norm, SiLU, ×2 interleaving). Multiplying is the caller's: one batched product
per frame. On CUDA the transforms are the fused kernels of :mod:`engine.models.winograd_triton`;
here is the same in plain torch, for the CPU and as their reference. Knows no autoencoder.

Sources: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016), eq. 8–13; the
points of F(4×4) are chosen for half precision as in Barabasz et al. (2020): 0, ±0.65, ±1.5, ∞ give
2.3 times less error than the customary 0, ±1, ±2, ∞.

Shape legend: F T frames, H W height and width, C O channels in and out, P products of a tile,
R tiles of a strip (row-major), N columns of a product.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

HALF_LIMIT = 65504.0
_MIN_NORM = 1e-12  # functional.normalize's floor


@dataclass(frozen=True)
class Tile:
    """F(outputs×outputs, 3×3): the interpolation points are 0, ±each of ``points`` and ∞."""

    outputs: int
    points: tuple[float, ...]

    @property
    def window(self) -> int:
        """Inputs a tile reads along an axis."""
        return self.outputs + 2

    @property
    def products(self) -> int:
        """Multiplications a tile costs per pair of channels."""
        return self.window**2


F2 = Tile(2, (1.0,))
F4 = Tile(4, (0.65, 1.5))


@dataclass(frozen=True)
class Strip:
    """Tile rows ``[first, first + rows)`` of an image that is ``columns`` tiles wide."""

    first: int
    rows: int
    columns: int

    @property
    def tiles(self) -> int:
        return self.rows * self.columns


def strips(
    height: int, width: int, tile: Tile, bytes_per_tile: int, max_bytes: int
) -> Iterator[Strip]:
    """Even strips of whole tile rows whose working set stays under ``max_bytes`` (or one row)."""
    num_rows = -(-height // tile.outputs)
    columns = -(-width // tile.outputs)
    most = max(1, min(num_rows, max_bytes // (columns * bytes_per_tile)))
    rows = -(-num_rows // -(-num_rows // most))
    for first in range(0, num_rows, rows):
        yield Strip(first, min(rows, num_rows - first), columns)


@functools.lru_cache
def _matrices(tile: Tile) -> tuple[Tensor, Tensor, Tensor]:
    """(Bᵀ, G, Aᵀ) in float64: an output is Aᵀ[(G g) ⊙ (Bᵀ d)] along each axis."""
    points = [0.0] + [sign * point for point in tile.points for sign in (1.0, -1.0)]
    analysis = torch.zeros(tile.window, tile.window, dtype=torch.float64)
    filters = torch.zeros(tile.window, 3, dtype=torch.float64)
    synthesis = torch.zeros(tile.outputs, tile.window, dtype=torch.float64)
    for row, point in enumerate(points):
        others = points[:row] + points[row + 1 :]
        analysis[row, :-1] = torch.tensor(_polynomial(others), dtype=torch.float64)
        divisor = math.prod(point - other for other in others)
        filters[row] = torch.tensor([1.0, point, point**2], dtype=torch.float64) / divisor
        for power in range(tile.outputs):
            synthesis[power, row] = point**power
    analysis[-1] = torch.tensor(_polynomial(points), dtype=torch.float64)
    filters[-1, 2] = 1.0
    synthesis[-1, -1] = 1.0
    return analysis, filters, synthesis


@functools.lru_cache
def _planar(tile: Tile) -> tuple[Tensor, Tensor]:
    """Bᵀ and Aᵀ for both axes at once, (P, P) and (outputs², P), in fp32."""
    analysis, _, synthesis = _matrices(tile)
    planar = torch.kron(analysis, analysis), torch.kron(synthesis, synthesis)
    return planar[0].float(), planar[1].float()


def _polynomial(roots: list[float]) -> list[float]:
    """Coefficients of ∏(x − root), lowest power first."""
    coefficients = [1.0]
    for root in roots:
        shifted = [0.0, *coefficients]
        coefficients = [
            high - root * low for high, low in zip(shifted, [*coefficients, 0.0], strict=True)
        ]
    return coefficients


@dataclass(frozen=True)
class Filters:
    """Transformed kernels and the powers of two that keep half precision centred.

    Attributes:
        u: (P, O, N) matrices; the products of V, (P, R, N), are V @ uᵀ.
        input_scale: what the inputs are multiplied by before they are rounded.
        output_scale: what undoes both scales.
    """

    tile: Tile
    u: Tensor
    input_scale: float
    output_scale: float


def transform_filters(
    kernel_ONKK: Tensor, tile: Tile, dtype: torch.dtype, input_scale: float = 1.0
) -> Filters:
    """G g Gᵀ of (O, N, 3, 3) kernels, rounded once to ``dtype``.

    The kernels are scaled by a power of two such that inputs of unit variance would give products
    of about unit variance: neither side comes near half precision's ends.
    """
    analysis, filters, _ = (m.to(kernel_ONKK.device, torch.float32) for m in _matrices(tile))
    u_PQON = torch.einsum("pi,qj,onij->pqon", filters, filters, kernel_ONKK.float())
    gain = analysis.norm(dim=1)
    spread = u_PQON.pow(2).mean(dim=(2, 3)).sqrt() * gain[:, None] * gain
    spread = float(spread.max()) * math.sqrt(kernel_ONKK.shape[1])
    scale = 2.0 ** -round(math.log2(spread)) if math.isfinite(spread) and spread > 0 else 1.0
    u = (u_PQON.mul_(scale)).flatten(0, 1).to(dtype).contiguous()
    return Filters(tile, u, input_scale, 1.0 / (scale * input_scale))


def doubled_kernel(kernel_OCKK: Tensor) -> Tensor:
    """3×3 kernels after a nearest ×2 upsample, as 3×3 kernels on the small image.

    Each of the four output phases (row, column) sums the taps that read the same small pixel.

    Returns:
        (4·O, C, 3, 3), phase-major.
    """
    taps = kernel_OCKK.new_tensor(
        [[[1, 0, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 0], [0, 0, 1]]]
    )
    return torch.einsum("yik,xjl,ockl->yxocij", taps, taps, kernel_OCKK).flatten(0, 2)


@dataclass(frozen=True)
class Duplicate:
    """Wan's parameter-free shortcut (DupUp3D), read in place.

    Attributes:
        source: the frames before upsampling, (T, H, W, C).
        factor_t: output frames for each of its frames.
        first: the output frame that the sink's frame 0 is.
    """

    source: Tensor
    factor_t: int
    first: int

    def repeats(self, channels: int) -> int:
        return channels * self.factor_t * 4 // self.source.shape[-1]

    def frame(self, index: int) -> tuple[Tensor, int]:
        """The source frame (H, W, C) of an output frame, and which of its repeats that is."""
        source, repeat = divmod(self.first + index, self.factor_t)
        return self.source[source], repeat

    def image(self, index: int, channels: int) -> Tensor:
        """One output frame, (2H, 2W, ``channels``)."""
        frame_HWC, repeat = self.frame(index)
        device = frame_HWC.device
        phases = []
        for phase in range(4):
            index_O = torch.arange(channels, device=device) * (self.factor_t * 4)
            index_O = (index_O + repeat * 4 + phase) // self.repeats(channels)
            phases.append(frame_HWC.index_select(-1, index_O))
        return _interleave(torch.stack(phases, dim=2))


def _interleave(image_HW4C: Tensor) -> Tensor:
    height, width, _, channels = image_HW4C.shape
    grid = image_HW4C.view(height, width, 2, 2, channels).permute(0, 2, 1, 3, 4)
    return grid.reshape(2 * height, 2 * width, channels)


@dataclass(frozen=True)
class Sink:
    """Where a convolution's frames, (T, H, W, C), go and what happens on the way, all in fp32.

    sum = value + bias + residual (or duplicate) → ``raw``;
    SiLU(sum / ‖sum‖ · gamma) over channels → ``active``. Either target may be None. ``raw``
    may be the residual's own memory. ``gamma`` includes √C, as in Wan's RMS norm.
    """

    raw: Tensor | None = None
    active: Tensor | None = None
    gamma: Tensor | None = None
    bias: Tensor | None = None
    residual: Tensor | None = None
    duplicate: Duplicate | None = None

    def put(self, frame: int, rows: slice, value_HWC: Tensor) -> None:
        """Finish the given rows of one frame (the plain version)."""
        value = value_HWC
        channels = value.shape[-1]
        if self.bias is not None:
            value = value + self.bias
        if self.residual is not None:
            value = value + self.residual[frame, rows].to(value.dtype)
        if self.duplicate is not None:
            value = value + self.duplicate.image(frame, channels)[rows].to(value.dtype)
        if self.raw is not None:
            self.raw[frame, rows] = _rounded(value, self.raw.dtype)
        if self.active is not None and self.gamma is not None:
            norm = value.norm(dim=-1, keepdim=True).clamp_min(_MIN_NORM)
            active = functional.silu(value / norm * self.gamma)
            self.active[frame, rows] = active.to(self.active.dtype)


def _rounded(value: Tensor, dtype: torch.dtype) -> Tensor:
    return value.clamp(-HALF_LIMIT, HALF_LIMIT).to(dtype) if dtype == torch.float16 else value


def _fused(tensor: Tensor) -> bool:
    # TRITON_INTERPRET runs the kernels on the CPU, which is how they are tested without a GPU.
    return tensor.is_cuda or os.environ.get("TRITON_INTERPRET") == "1"


def analyse(x_FHWC: Tensor, filters: Filters, strip: Strip, v_PRFC: Tensor, first: int) -> None:
    """Bᵀ d B of a strip's tiles of each frame, into ``v_PRFC[:, :, first : first + F]``.

    Outside the image the input is zero.
    """
    if _fused(x_FHWC):
        from engine.models import winograd_triton

        winograd_triton.analyse(x_FHWC, filters, strip, v_PRFC, first)
        return
    tile = filters.tile
    frames, height, width, _ = x_FHWC.shape
    top = strip.first * tile.outputs - 1
    bottom = top + strip.rows * tile.outputs + 2
    right = strip.columns * tile.outputs + 1 - width
    inside = x_FHWC[:, max(top, 0) : min(bottom, height)].float()
    padding = (0, 0, 1, right, max(-top, 0), max(bottom - height, 0))
    tiles = functional.pad(inside, padding)
    tiles = tiles.unfold(1, tile.window, tile.outputs).unfold(2, tile.window, tile.outputs)
    pixels = tiles.permute(4, 5, 1, 2, 0, 3).reshape(tile.products, -1)
    v = (_planar(tile)[0] @ pixels) * filters.input_scale
    v_PRFC[:, :, first : first + frames] = _rounded(
        v.view(tile.products, strip.tiles, frames, -1), v_PRFC.dtype
    )


def synthesise(
    m_PRN: Tensor,
    column: int,
    channels: int,
    filters: Filters,
    strip: Strip,
    size: tuple[int, int],
    sink: Sink,
    frame: int,
    *,
    doubled: bool = False,
) -> None:
    """Aᵀ m A of a strip's products, columns from ``column`` on, finished into a frame of ``sink``.

    Args:
        size: height and width of the convolved image.
        doubled: the columns hold four phases of ``channels`` each; the sink is twice the size.
    """
    if _fused(m_PRN):
        from engine.models import winograd_triton

        winograd_triton.synthesise(
            m_PRN, column, channels, filters, strip, size, sink, frame, doubled=doubled
        )
        return
    tile = filters.tile
    height, width = size
    wanted = channels * (4 if doubled else 1)
    m = m_PRN[:, :, column : column + wanted].float().reshape(tile.products, -1)
    value = (_planar(tile)[1] @ m) * filters.output_scale
    value = value.view(tile.outputs, tile.outputs, strip.rows, strip.columns, wanted)
    value = value.permute(2, 0, 3, 1, 4).flatten(0, 1).flatten(1, 2)
    top = strip.first * tile.outputs
    value = value[: height - top, :width]
    rows = slice(top, top + value.shape[0])
    if doubled:
        rows = slice(2 * rows.start, 2 * rows.stop)
        value = _interleave(value.unflatten(-1, (4, channels)))
    sink.put(frame, rows, value)


def finish(value_THWC: Tensor, sink: Sink) -> None:
    """What follows a convolution that was computed directly, for all frames."""
    if _fused(value_THWC):
        from engine.models import winograd_triton

        winograd_triton.finish(value_THWC, sink)
        return
    for frame, value in enumerate(value_THWC):
        sink.put(frame, slice(0, value.shape[0]), value.float())
