"""A net that learns: its loss on a step's batches, its optimiser, its averaged weights.

Director-Gen (SmartDirector eqs. 1, 2) and Director-SR (eq. 5) differ in where the path begins,
which the batches carry; here they are one. Noise, loss and gradient are off the given latents,
which stand at timestep 0. Knows no files and no clock.

Shape legend: b clips, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from engine.models.transformer import NUM_TRAIN_TIMESTEPS, DirectorTransformer
from engine.training.batches import PassBatch
from engine.training.dataset_recipes import AdamRecipe, Comparison, DatasetRecipe
from engine.training.losses import clip_losses, interpolate
from engine.training.processes import (
    Team,
    average_gradients,
    own_part,
    part_of,
    share_weights,
    whole,
)


def learning_rate(step: int, num_steps: int, recipe: AdamRecipe) -> float:
    """Return the rate of a step, counted from 0: linear warm-up, then a cosine to a share of it."""
    if step < recipe.warmup_steps:
        return recipe.learning_rate * (step + 1) / recipe.warmup_steps
    share = (step - recipe.warmup_steps) / max(1, num_steps - recipe.warmup_steps)
    low = recipe.final_rate
    return recipe.learning_rate * (low + (1 - low) * 0.5 * (1 + math.cos(math.pi * share)))


def pass_losses(net: DirectorTransformer, batch: PassBatch, comparison: Comparison) -> Tensor:
    """Return (b,) losses of clips that go through the net together."""
    z_t, timestep_BN = interpolate(batch.z0, batch.z1, batch.t, batch.clean)
    if comparison.keyframe_timestep == "shared":
        timestep_BN = (batch.t[:, None] * NUM_TRAIN_TIMESTEPS).expand_as(timestep_BN)
    positions = batch.positions
    if comparison.positions == "continuous":
        positions = torch.arange(len(positions), device=positions.device, dtype=positions.dtype)
    prediction = net(z_t, timestep_BN, batch.captions.float(), positions=positions)
    kind = net.prediction_type
    return clip_losses(prediction, batch.z0, batch.z1, batch.t, batch.clean, kind)


class Learner:
    """A net with an optimiser.

    Args:
        net: on the team's device; what is to be trained requires a gradient and is fp32.
        recipe: of the run.
        team: this process among those that train together.

    Attributes:
        trained: the parameters that learn, by name.
    """

    def __init__(self, net: DirectorTransformer, recipe: DatasetRecipe, team: Team) -> None:
        self.net, self.recipe, self.team = net, recipe, team
        if recipe.checkpointing:
            net.enable_gradient_checkpointing()
        if recipe.lora is None:
            share_weights(net, team)
        self.trained = {name: p for name, p in net.named_parameters() if p.requires_grad}
        adam = recipe.optimiser
        plain = [p for p in self.trained.values() if p.ndim < 2]
        matrices = [p for p in self.trained.values() if p.ndim >= 2]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": matrices, "weight_decay": adam.weight_decay},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=adam.learning_rate,
            betas=adam.betas,
            fused=team.device.type == "cuda",
        )
        self._average: dict[str, Tensor] = {}
        if adam.ema_decay > 0:
            self._average = {n: own_part(p.detach()).clone() for n, p in self.trained.items()}

    def loss(self, batch: PassBatch) -> Tensor:
        """Return a pass's mean loss, without a gradient."""
        with torch.no_grad(), self.autocast():
            return pass_losses(self.net, batch, self.recipe.comparison).mean()

    def learn(self, batches: Sequence[PassBatch], step: int) -> tuple[float, float]:
        """Take one step; return its loss over all processes and the gradient's norm."""
        rate = learning_rate(step, self.recipe.num_steps, self.recipe.optimiser)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        total = torch.zeros((), device=self.team.device)
        for batch in batches:
            with self.autocast():
                losses = pass_losses(self.net, batch, self.recipe.comparison)
            loss = losses.sum() * batch.weight
            # Gradients are averaged over processes, and the loss is a sum over all clips.
            (loss * self.team.size).backward()
            total += loss.detach()
        if self.recipe.lora is not None:
            average_gradients(self.trained.values(), self.team)
        norm = torch.nn.utils.clip_grad_norm_(
            list(self.trained.values()), self.recipe.optimiser.clip_norm
        )
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self._update_average(step)
        full: Callable[[], Tensor] = getattr(norm, "full_tensor", lambda: norm)
        return self.team.total(float(total)), float(full())

    @contextmanager
    def averaged(self) -> Generator[None]:
        """Put the averaged weights in place for a while; without an average, the weights stay."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def tensors(self) -> Generator[tuple[str, Tensor]]:
        """Yield all that a resumed run needs, whole and on the CPU, in every process."""
        for name, parameter in self.trained.items():
            state = self.optimiser.state[parameter]
            yield f"weight.{name}", whole(own_part(parameter.detach()), parameter)
            for moment in ("exp_avg", "exp_avg_sq"):
                yield f"{moment}.{name}", whole(own_part(state[moment]), parameter)
            if name in self._average:
                yield f"average.{name}", whole(self._average[name], parameter)

    @torch.no_grad()
    def restore(self, read: Callable[[str], Tensor], step: int) -> None:
        """Take up a run after ``step`` steps.

        Args:
            read: returns a tensor by its name in :meth:`tensors`.
            step: steps done.
        """
        device = self.team.device if self.team.device.type == "cuda" else torch.device("cpu")
        for name, parameter in self.trained.items():
            own_part(parameter.data).copy_(part_of(read(f"weight.{name}"), parameter))
            state = self.optimiser.state[parameter]
            state["step"] = torch.tensor(float(step), device=device)
            for moment in ("exp_avg", "exp_avg_sq"):
                made = torch.zeros_like(parameter)
                own_part(made).copy_(part_of(read(f"{moment}.{name}"), parameter))
                state[moment] = made
            if name in self._average:
                self._average[name].copy_(part_of(read(f"average.{name}"), parameter))

    def autocast(self) -> torch.autocast:
        """Return the context of bf16 arithmetic on a GPU; nothing on a CPU."""
        # Cast weights are not kept: gathered ones would all stay in memory.
        return torch.autocast(
            self.team.device.type,
            torch.bfloat16,
            enabled=self.team.device.type == "cuda",
            cache_enabled=False,
        )

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        # A young average follows closely, so that short runs have one worth using.
        decay = min(self.recipe.optimiser.ema_decay, (1 + step) / (10 + step))
        for name, average in self._average.items():
            average.lerp_(own_part(self.trained[name].detach()), 1 - decay)

    @torch.no_grad()
    def _swap(self) -> None:
        for name, average in self._average.items():
            parameter = own_part(self.trained[name].data)
            kept = parameter.clone()
            parameter.copy_(average)
            average.copy_(kept)
