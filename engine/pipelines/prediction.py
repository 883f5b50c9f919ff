"""The net as the sampler sees it: captions, positions and guidance bound to a transformer.

Shape legend: B batch, C channels, N latent frames, H W latent grid, L caption tokens.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.loader import ModelBundle
from engine.models.text import clean_caption, join_shot_captions
from engine.protocol.jobs import DraftJob
from engine.sampling.flow import ModelFn


def pass_caption(job: DraftJob) -> str:
    """Return the structured caption of a pass: the film's, then each shot's."""
    shots = join_shot_captions([shot.caption for shot in job.shots])
    return clean_caption(f"{job.caption} {shots}")


def caption_fn(bundle: ModelBundle, caption: str, positions: tuple[float, ...]) -> ModelFn:
    """Return the net with its caption and its latents' positions bound."""
    transformer = bundle.transformer
    dtype = transformer.patch_embedding.weight.dtype  # others stay fp32 whatever was asked for
    embeddings = bundle.encode_caption(caption).to(dtype)
    # Without float64 the shift of all positions would no longer cancel out exactly.
    u = torch.tensor(positions, dtype=torch.float64, device=bundle.device)

    def predict(z_BCNHW: Tensor, timestep_BN: Tensor) -> Tensor:
        captions = embeddings.expand(z_BCNHW.shape[0], -1, -1)
        return transformer(z_BCNHW, timestep_BN, captions, u).float()

    return predict
