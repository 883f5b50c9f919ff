"""The transforms of :mod:`engine.models.winograd` as fused CUDA kernels.

Imports Triton, which CUDA builds of torch bring along, so nothing imports this module until a CUDA
tensor asks for it. One program handles one tile: reading (``analyse``) a block of its channels,
writing (``synthesise``) all of them, since the norm that follows runs over channels. All arithmetic
is fp32; what is stored in half precision is clamped to its range.

The one-dimensional transforms use that the points come in pairs ±a: each pair shares its even and
odd part.
"""

# Triton's language is Python in syntax only, and Triton is absent where there is no CUDA.
# pyright: basic, reportMissingImports=false, reportIndexIssue=false

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from engine.models.winograd import HALF_LIMIT, Filters, Sink, Strip

# Channels that one thread handles; more means wider loads and more registers.
ANALYSE_CHANNELS = {2: 8, 4: 4}
SYNTHESISE_CHANNELS = {2: 8, 4: 4}
MAX_ANALYSE_BLOCK = 256


@triton.jit
def _analyse4(d0, d1, d2, d3, a: tl.constexpr):
    odd = a * d1
    return d2 - a * a * d0, d2 + odd, d2 - odd, d3 - a * a * d1


@triton.jit
def _analyse6(d0, d1, d2, d3, d4, d5, a: tl.constexpr, b: tl.constexpr):
    even_a = d4 - b * b * d2
    odd_a = a * (d3 - b * b * d1)
    even_b = d4 - a * a * d2
    odd_b = b * (d3 - a * a * d1)
    low = a * a * b * b * d0 - (a * a + b * b) * d2 + d4
    high = a * a * b * b * d1 - (a * a + b * b) * d3 + d5
    return low, even_a + odd_a, even_a - odd_a, even_b + odd_b, even_b - odd_b, high


@triton.jit
def _synthesise4(m0, m1, m2, m3, a: tl.constexpr):
    return m0 + m1 + m2, a * (m1 - m2) + m3


@triton.jit
def _synthesise6(m0, m1, m2, m3, m4, m5, a: tl.constexpr, b: tl.constexpr):
    even_a = m1 + m2
    odd_a = a * (m1 - m2)
    even_b = m3 + m4
    odd_b = b * (m3 - m4)
    y0 = m0 + even_a + even_b
    y1 = odd_a + odd_b
    y2 = a * a * even_a + b * b * even_b
    y3 = a * a * odd_a + b * b * odd_b + m5
    return y0, y1, y2, y3


@triton.jit
def _pixel(x_ptr, y, x, height, width, channels, mask):
    inside = mask & (y >= 0) & (y < height) & (x >= 0) & (x < width)
    return tl.load(x_ptr + (y * width + x) * channels, mask=inside, other=0.0).to(tl.float32)


@triton.jit
def _column4(x_ptr, y, x, height, width, channels, mask, a: tl.constexpr):
    return _analyse4(
        _pixel(x_ptr, y, x, height, width, channels, mask),
        _pixel(x_ptr, y + 1, x, height, width, channels, mask),
        _pixel(x_ptr, y + 2, x, height, width, channels, mask),
        _pixel(x_ptr, y + 3, x, height, width, channels, mask),
        a,
    )


@triton.jit
def _column6(x_ptr, y, x, height, width, channels, mask, a: tl.constexpr, b: tl.constexpr):
    return _analyse6(
        _pixel(x_ptr, y, x, height, width, channels, mask),
        _pixel(x_ptr, y + 1, x, height, width, channels, mask),
        _pixel(x_ptr, y + 2, x, height, width, channels, mask),
        _pixel(x_ptr, y + 3, x, height, width, channels, mask),
        _pixel(x_ptr, y + 4, x, height, width, channels, mask),
        _pixel(x_ptr, y + 5, x, height, width, channels, mask),
        a,
        b,
    )


@triton.jit
def _store(ptr, value, mask, limit: tl.constexpr):
    value = tl.minimum(tl.maximum(value, -limit), limit)
    tl.store(ptr, value.to(ptr.dtype.element_ty), mask=mask)


@triton.jit
def _row4(v_ptr, stride, d0, d1, d2, d3, mask, limit: tl.constexpr, a: tl.constexpr):
    v0, v1, v2, v3 = _analyse4(d0, d1, d2, d3, a)
    _store(v_ptr, v0, mask, limit)
    _store(v_ptr + stride, v1, mask, limit)
    _store(v_ptr + 2 * stride, v2, mask, limit)
    _store(v_ptr + 3 * stride, v3, mask, limit)


@triton.jit
def _row6(
    v_ptr, stride, d0, d1, d2, d3, d4, d5, mask, limit: tl.constexpr,
    a: tl.constexpr, b: tl.constexpr,
):  # fmt: skip
    v0, v1, v2, v3, v4, v5 = _analyse6(d0, d1, d2, d3, d4, d5, a, b)
    _store(v_ptr, v0, mask, limit)
    _store(v_ptr + stride, v1, mask, limit)
    _store(v_ptr + 2 * stride, v2, mask, limit)
    _store(v_ptr + 3 * stride, v3, mask, limit)
    _store(v_ptr + 4 * stride, v4, mask, limit)
    _store(v_ptr + 5 * stride, v5, mask, limit)


# Sizes change from strip to strip and must not each compile a kernel of their own; channels may,
# since vectorised loads need to know that they divide by 16.
@triton.jit(
    do_not_specialize=[
        "height", "width", "columns", "first_row", "frames", "first_frame", "tiles",
    ]
)  # fmt: skip
def _analyse_kernel(
    x_ptr, v_ptr, height, width, channels, columns, first_row, frames, first_frame, tiles, scale,
    limit: tl.constexpr, outputs: tl.constexpr, a: tl.constexpr, b: tl.constexpr,
    block: tl.constexpr,
):  # fmt: skip
    tile = tl.program_id(0)
    c = tl.program_id(1) * block + tl.arange(0, block)
    frame = tl.program_id(2)
    mask = c < channels
    y = (first_row + tile // columns) * outputs - 1
    x = (tile % columns) * outputs - 1
    x_ptr += frame.to(tl.int64) * height * width * channels + c
    row = tile.to(tl.int64) * frames + first_frame + frame
    v_ptr += row * channels + c
    s = tiles.to(tl.int64) * frames * channels
    if outputs == 2:
        a0, a1, a2, a3 = _column4(x_ptr, y, x, height, width, channels, mask, a)
        b0, b1, b2, b3 = _column4(x_ptr, y, x + 1, height, width, channels, mask, a)
        c0, c1, c2, c3 = _column4(x_ptr, y, x + 2, height, width, channels, mask, a)
        d0, d1, d2, d3 = _column4(x_ptr, y, x + 3, height, width, channels, mask, a)
        _row4(v_ptr, s, a0 * scale, b0 * scale, c0 * scale, d0 * scale, mask, limit, a)
        _row4(v_ptr + 4 * s, s, a1 * scale, b1 * scale, c1 * scale, d1 * scale, mask, limit, a)
        _row4(v_ptr + 8 * s, s, a2 * scale, b2 * scale, c2 * scale, d2 * scale, mask, limit, a)
        _row4(v_ptr + 12 * s, s, a3 * scale, b3 * scale, c3 * scale, d3 * scale, mask, limit, a)
    else:
        a0, a1, a2, a3, a4, a5 = _column6(x_ptr, y, x, height, width, channels, mask, a, b)
        b0, b1, b2, b3, b4, b5 = _column6(x_ptr, y, x + 1, height, width, channels, mask, a, b)
        c0, c1, c2, c3, c4, c5 = _column6(x_ptr, y, x + 2, height, width, channels, mask, a, b)
        d0, d1, d2, d3, d4, d5 = _column6(x_ptr, y, x + 3, height, width, channels, mask, a, b)
        e0, e1, e2, e3, e4, e5 = _column6(x_ptr, y, x + 4, height, width, channels, mask, a, b)
        f0, f1, f2, f3, f4, f5 = _column6(x_ptr, y, x + 5, height, width, channels, mask, a, b)
        _row6(v_ptr, s, a0 * scale, b0 * scale, c0 * scale, d0 * scale, e0 * scale, f0 * scale,
              mask, limit, a, b)  # fmt: skip
        _row6(v_ptr + 6 * s, s, a1 * scale, b1 * scale, c1 * scale, d1 * scale, e1 * scale,
              f1 * scale, mask, limit, a, b)  # fmt: skip
        _row6(v_ptr + 12 * s, s, a2 * scale, b2 * scale, c2 * scale, d2 * scale, e2 * scale,
              f2 * scale, mask, limit, a, b)  # fmt: skip
        _row6(v_ptr + 18 * s, s, a3 * scale, b3 * scale, c3 * scale, d3 * scale, e3 * scale,
              f3 * scale, mask, limit, a, b)  # fmt: skip
        _row6(v_ptr + 24 * s, s, a4 * scale, b4 * scale, c4 * scale, d4 * scale, e4 * scale,
              f4 * scale, mask, limit, a, b)  # fmt: skip
        _row6(v_ptr + 30 * s, s, a5 * scale, b5 * scale, c5 * scale, d5 * scale, e5 * scale,
              f5 * scale, mask, limit, a, b)  # fmt: skip


@triton.jit
def _emit(
    value, y, x, height, width, phase, c, mask, bias, gamma, residual_ptr, raw_ptr, active_ptr,
    source_channels, repeat, per_channel, repeats,
    limit: tl.constexpr, up: tl.constexpr, residual: tl.constexpr, raw: tl.constexpr,
    active: tl.constexpr, channels,
):  # fmt: skip
    """Finish one pixel of the convolved image: all its channels, in one output phase."""
    inside = mask & (y < height) & (x < width)
    out = ((y * up + phase // up) * (width * up) + x * up + phase % up) * channels + c
    value += bias
    if residual == 1:
        value += tl.load(residual_ptr + out, mask=inside, other=0.0).to(tl.float32)
    if residual == 2:
        source = (c * per_channel + repeat * up * up + phase) // repeats
        source += (y * width + x) * source_channels
        value += tl.load(residual_ptr + source, mask=inside, other=0.0).to(tl.float32)
    if raw:
        _store(raw_ptr + out, value, inside, limit)
    if active:
        square = tl.sum(tl.where(mask, value * value, 0.0), axis=0)
        value = value * (gamma / tl.maximum(tl.sqrt(square), 1e-12))
        value = value / (1.0 + tl.exp(-value))
        _store(active_ptr + out, value, inside, limit)


@triton.jit
def _products4(m_ptr, stride, mask, scale, a: tl.constexpr):
    m0 = tl.load(m_ptr, mask=mask, other=0.0).to(tl.float32)
    m1 = tl.load(m_ptr + 4 * stride, mask=mask, other=0.0).to(tl.float32)
    m2 = tl.load(m_ptr + 8 * stride, mask=mask, other=0.0).to(tl.float32)
    m3 = tl.load(m_ptr + 12 * stride, mask=mask, other=0.0).to(tl.float32)
    return _synthesise4(m0 * scale, m1 * scale, m2 * scale, m3 * scale, a)


@triton.jit
def _products6(m_ptr, stride, mask, scale, a: tl.constexpr, b: tl.constexpr):
    m0 = tl.load(m_ptr, mask=mask, other=0.0).to(tl.float32)
    m1 = tl.load(m_ptr + 6 * stride, mask=mask, other=0.0).to(tl.float32)
    m2 = tl.load(m_ptr + 12 * stride, mask=mask, other=0.0).to(tl.float32)
    m3 = tl.load(m_ptr + 18 * stride, mask=mask, other=0.0).to(tl.float32)
    m4 = tl.load(m_ptr + 24 * stride, mask=mask, other=0.0).to(tl.float32)
    m5 = tl.load(m_ptr + 30 * stride, mask=mask, other=0.0).to(tl.float32)
    return _synthesise6(
        m0 * scale, m1 * scale, m2 * scale, m3 * scale, m4 * scale, m5 * scale, a, b
    )


@triton.jit(
    do_not_specialize=[
        "height", "width", "columns", "first_row", "tiles", "source_channels", "repeat",
        "per_channel", "repeats",
    ]
)  # fmt: skip
def _synthesise_kernel(
    m_ptr, bias_ptr, gamma_ptr, residual_ptr, raw_ptr, active_ptr,
    height, width, channels, columns, first_row, tiles, row_length, scale,
    source_channels, repeat, per_channel, repeats,
    limit: tl.constexpr, outputs: tl.constexpr, a: tl.constexpr, b: tl.constexpr,
    up: tl.constexpr, biased: tl.constexpr, residual: tl.constexpr, raw: tl.constexpr,
    active: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    tile = tl.program_id(0)
    phase = tl.program_id(1)
    c = tl.arange(0, block)
    mask = c < channels
    s = tiles.to(tl.int64) * row_length
    m_ptr += tile.to(tl.int64) * row_length + phase * channels + c
    y = (first_row + tile // columns) * outputs
    x = (tile % columns) * outputs
    bias = tl.zeros((block,), tl.float32)
    gamma = bias
    if biased:
        bias = tl.load(bias_ptr + c, mask=mask, other=0.0)
    if active:
        gamma = tl.load(gamma_ptr + c, mask=mask, other=0.0)
    if outputs == 2:
        a0, a1 = _products4(m_ptr, s, mask, scale, a)
        b0, b1 = _products4(m_ptr + s, s, mask, scale, a)
        c0, c1 = _products4(m_ptr + 2 * s, s, mask, scale, a)
        d0, d1 = _products4(m_ptr + 3 * s, s, mask, scale, a)
        for i in tl.static_range(2):
            if i == 0:
                v0, v1 = _synthesise4(a0, b0, c0, d0, a)
            else:
                v0, v1 = _synthesise4(a1, b1, c1, d1, a)
            for j in tl.static_range(2):
                value = v0 if j == 0 else v1
                _emit(value, y + i, x + j, height, width, phase, c, mask, bias, gamma,
                      residual_ptr, raw_ptr, active_ptr, source_channels, repeat, per_channel,
                      repeats, limit, up, residual, raw, active, channels)  # fmt: skip
    else:
        a0, a1, a2, a3 = _products6(m_ptr, s, mask, scale, a, b)
        b0, b1, b2, b3 = _products6(m_ptr + s, s, mask, scale, a, b)
        c0, c1, c2, c3 = _products6(m_ptr + 2 * s, s, mask, scale, a, b)
        d0, d1, d2, d3 = _products6(m_ptr + 3 * s, s, mask, scale, a, b)
        e0, e1, e2, e3 = _products6(m_ptr + 4 * s, s, mask, scale, a, b)
        f0, f1, f2, f3 = _products6(m_ptr + 5 * s, s, mask, scale, a, b)
        for i in tl.static_range(4):
            if i == 0:
                v0, v1, v2, v3 = _synthesise6(a0, b0, c0, d0, e0, f0, a, b)
            elif i == 1:
                v0, v1, v2, v3 = _synthesise6(a1, b1, c1, d1, e1, f1, a, b)
            elif i == 2:
                v0, v1, v2, v3 = _synthesise6(a2, b2, c2, d2, e2, f2, a, b)
            else:
                v0, v1, v2, v3 = _synthesise6(a3, b3, c3, d3, e3, f3, a, b)
            for j in tl.static_range(4):
                if j == 0:
                    value = v0
                elif j == 1:
                    value = v1
                elif j == 2:
                    value = v2
                else:
                    value = v3
                _emit(value, y + i, x + j, height, width, phase, c, mask, bias, gamma,
                      residual_ptr, raw_ptr, active_ptr, source_channels, repeat, per_channel,
                      repeats, limit, up, residual, raw, active, channels)  # fmt: skip


@triton.jit
def _finish_kernel(
    value_ptr, bias_ptr, gamma_ptr, residual_ptr, raw_ptr, active_ptr, channels,
    limit: tl.constexpr, biased: tl.constexpr, residual: tl.constexpr, raw: tl.constexpr,
    active: tl.constexpr, block: tl.constexpr,
):  # fmt: skip
    c = tl.arange(0, block)
    mask = c < channels
    at = tl.program_id(0).to(tl.int64) * channels + c
    value = tl.load(value_ptr + at, mask=mask, other=0.0).to(tl.float32)
    bias = tl.zeros((block,), tl.float32)
    gamma = bias
    if biased:
        bias = tl.load(bias_ptr + c, mask=mask, other=0.0)
    if active:
        gamma = tl.load(gamma_ptr + c, mask=mask, other=0.0)
    value += bias
    if residual:
        value += tl.load(residual_ptr + at, mask=mask, other=0.0).to(tl.float32)
    if raw:
        _store(raw_ptr + at, value, mask, limit)
    if active:
        square = tl.sum(tl.where(mask, value * value, 0.0), axis=0)
        value = value * (gamma / tl.maximum(tl.sqrt(square), 1e-12))
        value = value / (1.0 + tl.exp(-value))
        _store(active_ptr + at, value, mask, limit)


def _limit(tensor: Tensor) -> float:
    return HALF_LIMIT if tensor.dtype == torch.float16 else 3.0e38


def _warps(block: int, per_thread: int) -> int:
    return max(1, min(16, block // (32 * per_thread)))


def analyse(x_FHWC: Tensor, filters: Filters, strip: Strip, v_PRFC: Tensor, first: int) -> None:
    """See :func:`engine.models.winograd.analyse`."""
    assert x_FHWC.is_contiguous() and v_PRFC.is_contiguous()
    num_frames, height, width, channels = x_FHWC.shape
    points = filters.tile.points
    block = min(MAX_ANALYSE_BLOCK, triton.next_power_of_2(channels))
    grid = (strip.tiles, triton.cdiv(channels, block), num_frames)
    _analyse_kernel[grid](
        x_FHWC, v_PRFC, height, width, channels, strip.columns, strip.first, v_PRFC.shape[2],
        first, strip.tiles, filters.input_scale, limit=_limit(v_PRFC),
        outputs=filters.tile.outputs, a=points[0], b=points[-1], block=block,
        num_warps=_warps(block, ANALYSE_CHANNELS[filters.tile.outputs]),
    )  # fmt: skip


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
    """See :func:`engine.models.winograd.synthesise`."""
    assert m_PRN.is_contiguous()
    points = filters.tile.points
    block = triton.next_power_of_2(channels)
    phases = 4 if doubled else 1
    residual, source, repeat, repeats, per_channel = 0, m_PRN, 0, 1, 1
    if sink.residual is not None:
        residual, source = 1, sink.residual[frame]
    elif sink.duplicate is not None:
        source, repeat = sink.duplicate.frame(frame)
        residual, repeats = 2, sink.duplicate.repeats(channels)
        per_channel = sink.duplicate.factor_t * 4
    raw = None if sink.raw is None else sink.raw[frame]
    active = None if sink.active is None else sink.active[frame]
    target = raw if raw is not None else active
    assert target is not None
    _synthesise_kernel[(strip.tiles, phases)](
        m_PRN[:, :, column:], m_PRN if sink.bias is None else sink.bias,
        m_PRN if sink.gamma is None else sink.gamma, source,
        target if raw is None else raw, target if active is None else active,
        *size, channels, strip.columns, strip.first, strip.tiles, m_PRN.shape[2],
        filters.output_scale, source.shape[-1], repeat, per_channel, repeats,
        limit=_limit(target), outputs=filters.tile.outputs, a=points[0], b=points[-1],
        up=2 if doubled else 1, biased=sink.bias is not None, residual=residual,
        raw=raw is not None, active=active is not None, block=block,
        num_warps=_warps(block, SYNTHESISE_CHANNELS[filters.tile.outputs]),
    )  # fmt: skip


def finish(value_THWC: Tensor, sink: Sink) -> None:
    """See :func:`engine.models.winograd.finish`."""
    assert value_THWC.is_contiguous()
    channels = value_THWC.shape[-1]
    block = triton.next_power_of_2(channels)
    residual = sink.residual
    if sink.duplicate is not None:
        frames = range(value_THWC.shape[0])
        residual = torch.stack([sink.duplicate.image(frame, channels) for frame in frames])
    raw, active = sink.raw, sink.active
    target = raw if raw is not None else active
    assert target is not None
    _finish_kernel[(value_THWC.numel() // channels,)](
        value_THWC, value_THWC if sink.bias is None else sink.bias,
        value_THWC if sink.gamma is None else sink.gamma,
        value_THWC if residual is None else residual,
        target if raw is None else raw, target if active is None else active, channels,
        limit=_limit(target), biased=sink.bias is not None, residual=residual is not None,
        raw=raw is not None, active=active is not None, block=block,
        num_warps=_warps(block, 8),
    )  # fmt: skip
