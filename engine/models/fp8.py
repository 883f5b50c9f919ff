"""Linear layers whose weights are kept in 8 bits, and multiplied in 8 bits where hardware can.

Weights are scaled per output channel, activations per token at run time (rowwise scaling of
OCP's e4m3 format). Where the device has no such product, weights are widened for each use.

Shape legend: T rows, I input features, O output features.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

_FORMAT = torch.float8_e4m3fn
_LARGEST = torch.finfo(_FORMAT).max

_ROWS = 4096
"""Rows that are scaled at a time."""


class Float8Linear(nn.Module):
    """A linear layer with e4m3 weights and one fp32 scale for each output channel."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.in_features, self.out_features = linear.in_features, linear.out_features
        weight = linear.weight.detach()
        scale_O1 = _scale_of(weight)
        # Parameters, not buffers: offloading moves only those away from the device again.
        self.weight = _frozen((weight.float() / scale_O1).to(_FORMAT))
        self.scale = _frozen(scale_O1.T.contiguous())
        # nn.Linear's annotation forgets that the bias may be absent.
        bias = cast("Tensor | None", linear.bias)
        self.bias = None if bias is None else _frozen(bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        """Return (…, O) for (…, I), in the dtype of ``x``."""
        if not multiplies_fp8(x.device):
            wide = (self.weight.float() * self.scale.T).to(x.dtype)
            return functional.linear(x, wide, self.bias)
        rows_TI = x.flatten(0, -2)
        scale_T1 = _scale_of(rows_TI)
        product = torch._scaled_mm(
            _narrowed(rows_TI, scale_T1),
            self.weight.t(),
            scale_a=scale_T1,
            scale_b=self.scale,
            bias=self.bias,
            out_dtype=x.dtype,
            use_fast_accum=True,
        )
        return product.view(*x.shape[:-1], self.out_features)


def multiplies_fp8(device: torch.device) -> bool:
    """Return whether a device multiplies e4m3 with a scale for each row: Ada, Hopper and later."""
    return device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 9)


def quantize_linears(module: nn.Module) -> int:
    """Replace every linear layer inside ``module``; return how many.

    Sides must be multiples of 16, as the hardware's product asks; others stay as they are.
    """
    count = 0
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            if child.in_features % 16 == 0 and child.out_features % 16 == 0:
                setattr(module, name, Float8Linear(child))
                count += 1
        else:
            count += quantize_linears(child)
    return count


def _narrowed(rows_TI: Tensor, scale_T1: Tensor) -> Tensor:
    """Return the scaled rows in 8 bits; not all at once in fp32, which would be the larger part."""
    if torch.compiler.is_compiling():  # the compiler fuses it all into one pass
        return (rows_TI.float() / scale_T1).to(_FORMAT)
    narrow = torch.empty_like(rows_TI, dtype=_FORMAT)
    for start in range(0, len(rows_TI), _ROWS):
        part = slice(start, start + _ROWS)
        narrow[part] = (rows_TI[part].float() / scale_T1[part]).to(_FORMAT)
    return narrow


def _frozen(value: Tensor) -> nn.Parameter:
    return nn.Parameter(value, requires_grad=False)


def _scale_of(x: Tensor) -> Tensor:
    """Return (T, 1) scales that bring each row's largest magnitude to the format's largest."""
    largest = x.abs().amax(dim=1, keepdim=True).float()
    return largest.clamp(min=1e-12) / _LARGEST
