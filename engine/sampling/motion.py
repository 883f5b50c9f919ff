"""A first guess of a pass: optical flow between keyframes, the caption's camera beyond them.

Small nets paint motion better when they are not asked to invent it. Between two keyframes of a shot
that show the same things the guess follows them; before its first and after its last keyframe the
camera moves as the caption says. A run may then begin at a lower sigma from the guess instead
of from noise (C. Meng et al., "SDEdit", 2021). Beyond the paper, off unless a model folder asks
for it. Knows no net. Frames are (height, width, 3) in [0, 1].

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.models.codec import Codec, encode_chunks
from engine.planning.plan import ChunkPlan
from engine.protocol.stopping import heed
from engine.sampling.camera import moved, read_camera

Frames = NDArray[np.float32]

MISMATCH = 0.1
"""Mean difference after warping above which two keyframes do not show the same things."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Where a run may begin instead of pure noise.

    Attributes:
        latents: (B, C, N, H, W), read where the mask is set.
        mask: (N,) latents that are guessed.
        noise: (B, C, N, H, W), the run's own noise, from its seed.
        until: the guess leads the run down to this sigma; below, the net is on its own.
        levels: (N,) sigmas above ``until`` at which the guess already lets go of single latents,
            where it comes from keyframes that only guide; None means none.
    """

    latents: Tensor
    mask: Tensor
    noise: Tensor
    until: float
    levels: Tensor | None = None

    def led(self, sigma: float) -> Tensor | None:
        """Return (N,) which latents the guess leads in a step from ``sigma``; None for none."""
        if sigma <= self.until:
            return None
        return self.mask if self.levels is None else self.mask & (self.levels < sigma)

    def at(self, sigma: float) -> Tensor:
        """Return the guess with the noise of a sigma."""
        return (1 - sigma) * self.latents + sigma * self.noise

    def first_step(self, sigmas: Tensor, clean_mask: Tensor) -> int:
        """Return the step to begin at: 0 unless everything that is not given is guessed."""
        if not bool((self.mask.cpu() | clean_mask.cpu()).all()):
            return 0
        free = self.until if self.levels is None else max(self.until, float(self.levels.max()))
        return next(k for k, sigma in enumerate(sigmas.tolist()) if sigma <= free)


def guess_motion(
    codec: Codec,
    plan: ChunkPlan,
    keyframes: Mapping[int, Frames],
    noise: Tensor,
    until: float,
    captions: Mapping[int, str] | None = None,
    held: Mapping[int, float] | None = None,
) -> Guess | None:
    """Return the guess of a pass, or None where nothing can be guessed.

    Args:
        codec: encodes the guess.
        plan: of the pass.
        keyframes: pictures at the draft's size by the frame they stand on.
        noise: (1, C, N, H, W), the run's own.
        until: see :class:`Guess`.
        captions: each shot's caption by its first frame, for the camera around single keyframes;
            None leaves these stretches to the net.
        held: noise levels, by frame, of keyframes that only guide: what is guessed from them is
            let go of at that level, and between two keyframes at the level between theirs.
    """
    held = held or {}
    free: dict[int, float] = dict(held)
    known: dict[int, Frames] = dict(keyframes)
    bounds = sorted({0, *plan.cut_frames, plan.num_frames})
    for first, stop in itertools.pairwise(bounds):
        inside = [frame for frame in sorted(keyframes) if first <= frame < stop]
        for a, b in itertools.pairwise(inside):
            if b - a > 1 and mismatch(keyframes[a], keyframes[b]) <= MISMATCH:
                between = flow_between(keyframes[a], keyframes[b], b - a - 1)
                known.update(zip(range(a + 1, b), between, strict=True))
                ends = held.get(a, 0.0), held.get(b, 0.0)
                free.update((f, float(np.interp(f, (a, b), ends))) for f in range(a + 1, b))
        if inside and captions is not None:
            move = read_camera(captions.get(first, ""))
            for frame in (*range(first, inside[0]), *range(inside[-1] + 1, stop)):
                anchor = inside[0] if frame < inside[0] else inside[-1]
                known[frame] = moved(keyframes[anchor], move, frame - anchor)
                free[frame] = held.get(anchor, 0.0)
    mask = torch.tensor([all(f in known for f in range(*span)) for span in plan.latent_spans])
    if len(known) == len(keyframes) or not bool(mask.any()):
        return None
    blank = np.zeros_like(next(iter(known.values())))
    frames = np.stack([known.get(frame, blank) for frame in range(plan.num_frames)])
    pixels = torch.from_numpy(frames).permute(3, 0, 1, 2).unsqueeze(0) * 2 - 1
    latents = encode_chunks(codec, pixels.to(noise.device), plan).to(noise)
    guess = Guess(latents, mask.to(noise.device), noise, until)
    if not held:
        return guess
    levels = [max(free.get(f, 0.0) for f in range(*span)) for span in plan.latent_spans]
    return replace(guess, levels=torch.tensor(levels, device=noise.device))


def flow_between(first: Frames, last: Frames, count: int) -> Frames:
    """Return ``count`` frames between two pictures: DIS flow, warped both ways and blended."""
    forward, backward = dis_flow(first, last), dis_flow(last, first)
    out: list[Frames] = []
    for t in (np.arange(count) + 1) / (count + 1):
        heed()
        share = float(t)
        ahead, behind = _warp(first, forward, share), _warp(last, backward, 1 - share)
        out.append(((1 - share) * ahead + share * behind).astype(np.float32))
    return np.stack(out)


def dis_flow(first: Frames, last: Frames) -> Frames:
    """Return OpenCV's DIS optical flow (medium preset) from one picture to the other, in pixels."""
    solver = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [
        cv2.cvtColor((picture * 255).clip(0, 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
        for picture in (first, last)
    ]
    flow = np.zeros((*first.shape[:2], 2), dtype=np.float32)
    return np.asarray(solver.calc(grey[0], grey[1], flow), dtype=np.float32)


def mismatch(first: Frames, last: Frames) -> float:
    """Return the mean difference that is left when ``last`` is warped onto ``first``, 0 to 1."""
    height, width = first.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    flow = dis_flow(first, last)
    moved = cv2.remap(
        last, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return float(np.abs(np.asarray(moved) - first).mean())


def _warp(picture: Frames, flow: Frames, share: float) -> Frames:
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    moved = cv2.remap(
        picture,
        x - share * flow[..., 0],
        y - share * flow[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(moved, dtype=np.float32)
