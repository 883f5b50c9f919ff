"""The training loop: a clock or a step count, Muon and AdamW, averaged weights, checkpoints,
several GPUs.

The learning rate follows the share of the budget that has passed, so a run that is given ten
minutes ends its cosine in ten minutes whatever the machine does. A checkpoint holds all that a
resumed run needs to go on as if it had never stopped. Long work is a generator of reports.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from engine.training.muon import BatchedMuon
from engine.training.nets import LatentBatch, TrainedNets, training_loss
from engine.training.recipes import OptimiserRecipe


@dataclass(frozen=True, slots=True)
class TrainReport:
    """Where a run stands.

    Attributes:
        step: steps done.
        samples: clips seen, on all GPUs.
        loss: mean since the last report.
        learning_rate: of the last step.
        elapsed_s: seconds of the budget used, earlier runs included.
        samples_per_s: since the last report.
    """

    step: int
    samples: int
    loss: float
    learning_rate: float
    elapsed_s: float
    samples_per_s: float


@dataclass
class Budget:
    """How long a run lasts: by the clock over all its resumptions, or by steps.

    Attributes:
        total_s: seconds of training in all; the cosine's length.
        total_steps: steps instead, if not 0.
        used_s: seconds that earlier calls used.
        stop_at_s: this call stops (to be resumed) when so many seconds of the total are used.
    """

    total_s: float = math.inf
    total_steps: int = 0
    used_s: float = 0.0
    stop_at_s: float = math.inf
    _since: float = field(default_factory=time.monotonic)

    def elapsed_s(self) -> float:
        """Return seconds used, earlier runs included."""
        return self.used_s + time.monotonic() - self._since

    def restart_clock(self) -> None:
        """Count from now on: what went before was getting ready."""
        self._since = time.monotonic()

    def share(self, step: int) -> float:
        """Return the share of the budget that is used, 0 to 1."""
        if self.total_steps:
            return min(1.0, step / self.total_steps)
        return min(1.0, self.elapsed_s() / self.total_s)


def learning_rate(share: float, recipe: OptimiserRecipe) -> float:
    """Return the rate at a share of the budget: linear warm-up, then a cosine."""
    if share < recipe.warmup:
        return recipe.learning_rate * max(share / recipe.warmup, 1e-3)
    angle = math.pi * (share - recipe.warmup) / (1 - recipe.warmup)
    low = recipe.final_rate
    return recipe.learning_rate * (low + (1 - low) * 0.5 * (1 + math.cos(angle)))


class Trainer:
    """Weights, their average, the optimiser and the clock of one run.

    Args:
        nets: on their device, in fp32.
        budget: when the run ends.
        autocast: compute in bf16.
    """

    def __init__(self, nets: TrainedNets, budget: Budget, autocast: bool = True) -> None:
        self.nets = nets
        self.recipe = nets.recipe.optimiser
        self.budget = budget
        self.autocast = autocast
        self.step = 0
        self.samples = 0
        self.parameters: list[Tensor] = [p for p in nets.parameters() if p.requires_grad]
        self.device = self.parameters[0].device
        self.average: list[Tensor] = [p.detach().clone() for p in self.parameters]
        blocks = nets.transformer.blocks.parameters() if self.recipe.muon else ()
        hidden = [p for p in blocks if p.ndim == 2]
        by_muon = {id(p) for p in hidden}
        decay = [p for p in self.parameters if p.ndim >= 2 and id(p) not in by_muon]
        plain = [p for p in self.parameters if p.ndim < 2]
        adamw = torch.optim.AdamW(
            [
                {"params": decay, "weight_decay": self.recipe.weight_decay},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=self.recipe.learning_rate,
            betas=self.recipe.betas,
            fused=self.device.type == "cuda",
        )
        self.optimisers: list[torch.optim.Optimizer] = [adamw]
        if hidden:
            self.optimisers.append(BatchedMuon(hidden, weight_decay=self.recipe.weight_decay))

    @property
    def world_size(self) -> int:
        """How many GPUs train together."""
        return dist.get_world_size() if dist.is_initialized() else 1

    def _clock(self, report_due: bool) -> tuple[float, bool, bool]:
        """Return the share used, whether to report and whether to stop: the same on all GPUs.

        Clocks differ between processes, so the first one decides everything that time decides;
        otherwise they would come to wait for each other in different places.
        """
        share = self.budget.share(self.step)
        over = share >= 1.0 or self.budget.elapsed_s() >= self.budget.stop_at_s
        if self.world_size == 1:
            return share, report_due, over
        agreed = torch.tensor([share, float(report_due), float(over)], device=self.device)
        dist.broadcast(agreed, 0)
        share, due, stop = agreed.tolist()
        return share, bool(due), bool(stop)

    def get_ready(self, batch: LatentBatch) -> None:
        """Run once forwards and backwards without learning, so that kernels are compiled."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.autocast):
            loss = training_loss(self.nets, batch)
        loss.backward()
        for parameter in self.parameters:
            parameter.grad = None
        if self.device.type == "cuda":
            torch.cuda.synchronize()
        self.budget.restart_clock()

    def train_step(self, batch: LatentBatch, share: float) -> Tensor:
        """Take one step and return the loss, still on the device."""
        rate = learning_rate(share, self.recipe)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.autocast):
            loss = training_loss(self.nets, batch)
        loss.backward()
        self._share_gradients()
        torch.nn.utils.clip_grad_norm_(self.parameters, self.recipe.clip_norm, foreach=True)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self.samples += len(batch.z0) * self.world_size
        self._update_average()
        return loss.detach()

    def train(
        self, batches: Iterator[LatentBatch], report_every_s: float = 10
    ) -> Iterator[TrainReport]:
        """Train until the budget is used, reporting now and then and once at the end."""
        losses: list[Tensor] = []
        since, seen = time.monotonic(), self.samples
        while True:
            share, due, stop = self._clock(time.monotonic() - since >= report_every_s)
            if stop:
                break
            losses.append(self.train_step(next(batches), share))
            if due:
                yield self._report(losses, share, since, seen)
                losses, since, seen = [], time.monotonic(), self.samples
        if losses:
            yield self._report(losses, self.budget.share(self.step), since, seen)

    def _report(self, losses: list[Tensor], share: float, since: float, seen: int) -> TrainReport:
        mean = float(torch.stack(losses).mean())
        now = time.monotonic()
        return TrainReport(
            self.step,
            self.samples,
            mean,
            learning_rate(share, self.recipe),
            self.budget.elapsed_s(),
            (self.samples - seen) / max(now - since, 1e-9),
        )

    def _share_gradients(self) -> None:
        if self.world_size == 1:
            return
        gradients = [p.grad for p in self.parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        dist.all_reduce(flat, op=dist.ReduceOp.AVG)
        parts = flat.split([g.numel() for g in gradients])
        torch._foreach_copy_(
            gradients, [p.view_as(g) for p, g in zip(parts, gradients, strict=True)]
        )

    @torch.no_grad()
    def _update_average(self) -> None:
        # A young average follows closely, so that short runs have one worth using.
        decay = min(self.recipe.ema_decay, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.average, self.parameters, 1 - decay)

    @torch.no_grad()
    def swap_average(self) -> None:
        """Exchange the weights with their average; call again to go back."""
        for parameter, average in zip(self.parameters, self.average, strict=True):
            kept = parameter.detach().clone()
            parameter.copy_(average)
            average.copy_(kept)

    def state_dict(self) -> dict[str, Any]:
        """Return all that :meth:`load_state_dict` needs to go on as if uninterrupted."""
        state: dict[str, Any] = {
            "nets": self.nets.state_dict(),
            "average": self.average,
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "step": self.step,
            "samples": self.samples,
            "used_s": self.budget.elapsed_s(),
            "rng": torch.get_rng_state(),
        }
        if self.device.type == "cuda":
            state["rng_device"] = torch.cuda.get_rng_state(self.device)
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up a run where :meth:`state_dict` left it."""
        self.nets.load_state_dict(state["nets"])
        torch._foreach_copy_(self.average, state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.step, self.samples = state["step"], state["samples"]
        self.budget.used_s = state["used_s"]
        torch.set_rng_state(state["rng"].cpu())
        if "rng_device" in state and self.device.type == "cuda":
            torch.cuda.set_rng_state(state["rng_device"].cpu(), self.device)

    def save(self, path: Path) -> None:
        """Write a checkpoint whole, then rename it into place."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        torch.save(self.state_dict(), draft)
        draft.replace(path)

    def load(self, path: Path) -> None:
        """Read a checkpoint that this program wrote."""
        self.load_state_dict(torch.load(path, map_location=self.device, weights_only=True))
