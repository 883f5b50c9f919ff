"""What a frame most likely looks like before any net is asked: the picture its keyframes agree on.

Used by transformers that predict the clean sample at starter size (``DirectorTransformer`` with
``channel_std`` set). Two closed forms around the net's output:

- **Agreement.** Where the given latents before and after a frame show the same thing, that thing is
  the guess, weighted by its distance in time; past the last given latent the guess fades with
  distance. Only the channels that mean the same in heads and groups take part.
- **Linear denoising.** Around that guess, the Wiener estimate from z_t = (1 − t) z_0 + t ·
noise, channel by
  channel, so that the net has only the rest to predict and its errors vanish as t goes to 0 (the
  preconditioning of T. Karras et al., "Elucidating the design space of diffusion models", §5).

Holds no weights. Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

import torch
from torch import Tensor

AGREEMENT_SCALE = 0.02
"""Mean squared difference, relative to the signal's power, at which agreement has fallen to 1/e."""
REACH = 6.0
"""MC-RoPE distance over which a guess from one side fades to 1/e."""
CERTAINTY = 0.9
"""How much of the spread goes away where keyframes agree fully."""
NET_SHARE_TAKEN = 0.7
"""How much of the net's say goes away there."""


def keyframe_guess(
    z_BCNHW: Tensor, clean_BN: Tensor, positions_N: Tensor, std_C: Tensor, num_shared: int
) -> tuple[Tensor, Tensor]:
    """Return the guess (B, C, N, H, W) and how far to trust it (B, 1, N, H, W), 0 to 1."""
    b, c, n, _, _ = z_BCNHW.shape
    u = positions_N.to(z_BCNHW.device, torch.float32)
    index = torch.arange(n, device=z_BCNHW.device)
    before = torch.where(clean_BN, index, -1).cummax(dim=1).values
    after = torch.where(clean_BN, index, n).flip(1).cummin(dim=1).values.flip(1)
    has_before, has_after = before >= 0, after < n
    first = torch.where(has_before, before, after.clamp(max=n - 1))
    last = torch.where(has_after, after, before.clamp(min=0))

    def take(index_BN: Tensor) -> Tensor:
        shape = (b, c, n, *z_BCNHW.shape[3:])
        return z_BCNHW.gather(2, index_BN.view(b, 1, n, 1, 1).expand(shape))

    a, z = take(first), take(last)
    span = (u[last] - u[first]).clamp(min=1e-6)
    weight = ((u[None] - u[first]) / span).clamp(0, 1).view(b, 1, n, 1, 1)
    difference = (a - z)[:, :num_shared].square().sum(dim=1, keepdim=True)
    power = std_C[:num_shared].square().sum()
    agreement = torch.exp(-difference / (AGREEMENT_SCALE * power))
    alone = has_before != has_after
    fade = torch.exp(-torch.minimum((u[None] - u[first]).abs(), (u[None] - u[last]).abs()) / REACH)
    trust_BN = torch.where(alone, fade * 0.8, (has_before & has_after).float())
    trust = agreement * trust_BN.view(b, 1, n, 1, 1)
    guess = torch.lerp(a, z, weight)
    shared = (torch.arange(c, device=z_BCNHW.device) < num_shared).view(1, c, 1, 1, 1)
    return torch.where(shared, guess * trust, 0.0), trust


def posterior_sample(
    net_BCNHW: Tensor,
    z_BCNHW: Tensor,
    t_BN: Tensor,
    positions_N: Tensor,
    std_C: Tensor,
    num_shared: int,
) -> Tensor:
    """Return the estimate of z_0 from a net's output, the noisy latent and its given frames.

    Args:
        net_BCNHW: the net's output, in units of the latent.
        z_BCNHW: z_t, given frames clean at t = 0.
        t_BN: time of each latent frame, 0 to 1.
        positions_N: MC-RoPE.
        std_C: standard deviation of each latent channel.
        num_shared: leading channels that mean the same in heads and groups.
    """
    z = z_BCNHW.float()
    guess, trust = keyframe_guess(z, t_BN == 0, positions_N, std_C, num_shared)
    t = t_BN.float()[:, None, :, None, None]
    shared = (torch.arange(z.shape[1], device=z.device) < num_shared).view(1, -1, 1, 1, 1)
    certainty = torch.where(shared, trust, 0.0)
    variance = (std_C.view(1, -1, 1, 1, 1) * (1 - CERTAINTY * certainty)).square()
    spread = ((1 - t).square() * variance + t.square()).clamp(min=1e-8)
    linear = guess + (1 - t) * variance / spread * (z - (1 - t) * guess)
    return linear + t * spread.rsqrt() * (1 - NET_SHARE_TAKEN * certainty) * net_BCNHW.float()
