"""Muon: momentum whose matrix updates are orthogonalised, for the hidden matrices of a transformer.

All matrices of one shape are orthogonalised together, so that a small net does not spend its
time on kernel launches. The update's size is matched to AdamW's, so both share one learning rate.

Sources: K. Jordan et al., "Muon" (2024); J. Liu et al., "Muon is scalable for LLM training" (2025),
for the factor 0.2 · √max(rows, columns).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of the quintic iteration."""


class BatchedMuon(torch.optim.Optimizer):
    """Muon over 2-D parameters.

    Args:
        parameters: matrices; any other shape is refused.
        lr: learning rate, on AdamW's scale.
        momentum: of the gradient's average, Nesterov style.
        weight_decay: decoupled.
        num_iterations: Newton–Schulz steps.

    Raises:
        ValueError: a parameter is no matrix.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        num_iterations: int = 5,
    ) -> None:
        matrices = list(parameters)
        if any(p.ndim != 2 for p in matrices):
            raise ValueError("Muon is for matrices; give other parameters to AdamW.")
        by_shape: dict[tuple[int, ...], list[Tensor]] = {}
        for p in matrices:
            by_shape.setdefault(tuple(p.shape), []).append(p)
        super().__init__(
            [{"params": group} for group in by_shape.values()],
            {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "steps": num_iterations},
        )

    @torch.no_grad()
    def step(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, closure: Callable[[], Any] | None = None
    ) -> None:
        """Update every matrix that has a gradient."""
        assert closure is None
        for group in self.param_groups:
            parameters: list[Tensor] = [p for p in group["params"] if p.grad is not None]
            if not parameters:
                continue
            gradients = [p.grad for p in parameters if p.grad is not None]
            buffers = [self._buffer(p) for p in parameters]
            torch._foreach_lerp_(buffers, gradients, 1 - group["momentum"])
            looked_ahead = torch._foreach_lerp(gradients, buffers, group["momentum"])
            updates = orthogonalised(torch.stack(looked_ahead), group["steps"])
            rows, columns = parameters[0].shape
            size = 0.2 * max(rows, columns) ** 0.5
            torch._foreach_mul_(parameters, 1 - group["lr"] * group["weight_decay"])
            torch._foreach_add_(
                parameters,
                list(updates.to(parameters[0].dtype).unbind()),
                alpha=-group["lr"] * size,
            )

    def _buffer(self, parameter: Tensor) -> Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        return state["momentum"]


def orthogonalised(matrices_GRC: Tensor, num_iterations: int) -> Tensor:
    """Return each matrix with its singular values pushed to about one, in bf16."""
    a, b, c = NEWTON_SCHULZ
    x = matrices_GRC.bfloat16()
    tall = x.shape[1] > x.shape[2]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(num_iterations):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x
