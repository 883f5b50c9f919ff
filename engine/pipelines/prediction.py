"""The net as the sampler sees it: captions, positions and guidance bound to a transformer.

Shape legend: B batch, C channels, N latent frames, H W latent grid, L caption tokens.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from engine.models.loader import ModelBundle
from engine.models.text import clean_caption, segment_spans, shot_captions
from engine.planning.plan import ChunkPlan
from engine.protocol.jobs import DraftJob
from engine.sampling.guidance import ModelFn, with_guidance


def pass_caption(job: DraftJob) -> str:
    """Return the structured caption of a pass: the film's, then each shot's."""
    return " ".join(part for part in _segments(job) if part)


def caption_fn(
    bundle: ModelBundle,
    caption: str,
    positions: tuple[float, ...],
    caption_bias: Tensor | None = None,
    branch: str = "cond",
) -> ModelFn:
    """Return the net with its caption and its latents' positions bound.

    The caption is encoded here and now, the transformer is loaded when it is first called: the text
    encoder and the transformer need not be in memory together.

    Args:
        bundle: of the model.
        caption: as :func:`pass_caption` puts it together.
        positions: temporal RoPE positions of the run's latents.
        caption_bias: (N, L), added to each latent frame's logits for each token of the caption.
        branch: "cond" or "uncond"; residual caches keep the branches of CFG apart.
    """
    embeddings = bundle.encode_caption(caption).to(bundle.dtype)
    u = _position_tensor(positions, bundle.device)
    scalar = bundle.settings.timesteps == "scalar"
    options: dict[str, Any] = {} if caption_bias is None else {"caption_bias": caption_bias}
    steps = _Steps()

    def predict(z_BCNHW: Tensor, timestep_BN: Tensor) -> Tensor:
        transformer = bundle.transformer
        captions = embeddings.expand(z_BCNHW.shape[0], -1, -1)
        # Such a net was never told of clean latents: it hears the run's own timestep, the highest.
        timestep = timestep_BN.amax(dim=1) if scalar else timestep_BN
        with steps.within(transformer, timestep_BN, branch):
            # Guidance and solvers work in fp32: bf16 would round what they multiply.
            try:
                return transformer(z_BCNHW, timestep, captions, u, **options).float()
            except RuntimeError:
                bundle.check_helpers()  # what waited for a dead process failed because of it
                raise

    return predict


def guided_fn(
    job: DraftJob,
    bundle: ModelBundle,
    positions: tuple[float, ...],
    caption_bias: Tensor | None = None,
) -> ModelFn:
    """Return the net of a draft with its captions and its guidance bound.

    Args:
        job: says captions and guidance; the model's own defaults where it says nothing.
        bundle, positions, caption_bias: see :func:`caption_fn`.

    Raises:
        ValueError: the interval of guidance makes no sense.
    """
    settings = bundle.settings
    scale = settings.guidance_scale if job.guidance_scale is None else job.guidance_scale
    interval = job.guidance_interval or settings.guidance_interval
    caption, negative = pass_caption(job), job.negative_caption
    if scale == 1:
        return caption_fn(bundle, caption, positions, caption_bias)
    bundle.encode_captions([caption, negative])  # both, while the text encoder is there
    return with_guidance(
        caption_fn(bundle, caption, positions, caption_bias),
        caption_fn(bundle, negative, positions, branch="uncond"),
        scale,
        interval,
    )


def focus_bias(job: DraftJob, bundle: ModelBundle, plan: ChunkPlan) -> Tensor | None:
    """Return what leads each shot's latents to their own caption, None where it is off.

    A latent's logits for the tokens of another shot's caption are lowered by ``caption_focus``;
    those of its own shot, of the film and of the padding stay.

    Returns:
        (N, L) fp32 on the bundle's device, N the plan's latents.
    """
    if job.caption_focus == 0 or len(job.shots) == 1 or bundle.tokenizer is None:
        return None
    length = bundle.settings.max_tokens
    spans = segment_spans(bundle.tokenizer, _segments(job), length)[1:]
    bias_NL = torch.zeros(plan.num_latents, length)
    for latent, shot in enumerate(latent_shots(job, plan)):
        for other, (start, stop) in enumerate(spans):
            if other != shot:
                bias_NL[latent, start:stop] = -job.caption_focus
    return bias_NL.to(bundle.device)


def latent_shots(job: DraftJob, plan: ChunkPlan) -> tuple[int, ...]:
    """Return the shot that each latent frame shows most of: the one at its middle."""
    starts: list[int] = []
    asked = 0
    for index, shot in enumerate(job.shots):
        starts.append(asked)
        if index > 0 and job.shots[index - 1].join == "cut":
            # The cut stands where the grid put it, at most two frames away.
            near = [frame for frame in plan.cut_frames if abs(frame - asked) <= 2]
            starts[-1] = min(near, key=lambda frame: abs(frame - starts[-1]), default=asked)
        asked += shot.num_frames
    return tuple(
        sum(2 * start <= first + stop - 1 for start in starts) - 1
        for first, stop in plan.latent_spans
    )


def _segments(job: DraftJob) -> list[str]:
    """Return the film's caption, then each shot's as it stands in the whole; parts may be empty."""
    return [clean_caption(job.caption), *shot_captions([shot.caption for shot in job.shots])]


@lru_cache(maxsize=8)
def _position_tensor(positions: tuple[float, ...], device: torch.device) -> Tensor:
    """Return the positions as a tensor, one and the same for both branches of CFG.

    The rotary embedding is kept for as long as it is asked for by the same tensor.
    """
    # Without float64 the shift of all positions would no longer cancel out exactly.
    return torch.tensor(positions, dtype=torch.float64, device=device)


class _Steps:
    """Tells residual caches which branch is computed, and when a new run begins."""

    def __init__(self) -> None:
        self._last = 0.0

    def within(self, transformer: Any, timestep_BN: Tensor, branch: str) -> Any:
        """Return the context of one forward."""
        if not transformer.is_cache_enabled:
            return nullcontext()
        timestep = float(timestep_BN.max())
        if timestep >= self._last:
            transformer._reset_stateful_cache()
        self._last = timestep
        return transformer.cache_context(branch)
