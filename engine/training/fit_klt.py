"""Fits the starter codec's basis to frames: second moments, eigenvectors, scales.

``python -m engine.training.fit_klt --material DIR --out DIR`` fits it to clips rendered from a
material folder, real footage among them.

Two designs share the code: ``separable`` (one spatial basis times a four-point DCT in time, so
that a head and a group speak the same language) and ``free`` (a basis for heads, another for
groups). The choice between them is recorded in ``docs/experiments.md``.

Shape legend: P = 192 values of a spatial block, Q = 768 of a group block, C channels.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from engine.data.procedural.atlas import TextureAtlas
from engine.data.procedural.library import Library, load_library
from engine.data.procedural.render import full_view, render
from engine.data.procedural.scenes import SceneMix, sample_clips
from engine.models.klt import GROUP, AutoencoderKLT

Design = Literal["separable", "free"]


@dataclass
class BlockMoments:
    """Running second moments of pre-filtered blocks."""

    head: Tensor
    group: Tensor
    num_head: int = 0
    num_group: int = 0


def gather_moments(codec: AutoencoderKLT, clips: Iterable[Tensor]) -> BlockMoments:
    """Sum second moments over (B, 3, T, Y, X) clips in [−1, 1] whose T is a multiple of four."""
    p = codec.head_basis.shape[1]
    moments = BlockMoments(
        torch.zeros(p, p, dtype=torch.float64),
        torch.zeros(GROUP * p, GROUP * p, dtype=torch.float64),
    )
    for clip in clips:
        blocks = codec.blocks(clip)  # B T H W P
        flat = blocks.flatten(0, -2)
        moments.head += (flat.T @ flat).double().cpu()
        moments.num_head += len(flat)
        groups = blocks.unflatten(1, (-1, GROUP)).permute(0, 1, 3, 4, 2, 5).flatten(-2)
        flat = groups.flatten(0, -2)
        moments.group += (flat.T @ flat).double().cpu()
        moments.num_group += len(flat)
    return moments


def fit_basis(codec: AutoencoderKLT, moments: BlockMoments, design: Design) -> AutoencoderKLT:
    """Return a codec like ``codec`` with basis and scales fitted; the mean and filter are kept."""
    c = codec.latent_channels
    head_cov = moments.head / moments.num_head
    group_cov = moments.group / moments.num_group
    values, vectors = torch.linalg.eigh(head_cov)
    spatial_PP = vectors.flip(1).T  # rows, strongest first
    head_std = values.flip(0).clamp(min=1e-12).sqrt()
    if design == "separable":
        group_basis, num_shared = _separable_rows(spatial_PP, group_cov, c)
    else:
        group_basis, num_shared = torch.linalg.eigh(group_cov)[1].flip(1).T[:c], 0
    group_std = ((group_basis @ group_cov) * group_basis).sum(1).clamp(min=1e-12).sqrt()
    exponent = float(codec.config["whitening"])
    head_scale = head_std[:c] ** -exponent
    group_scale = group_std**-exponent
    # The orthonormal temporal mean is twice the mean of four frames.
    group_scale[:num_shared] = head_scale[:num_shared] / GROUP**0.5
    power = ((group_scale * group_std) ** 2).mean().sqrt()
    fitted = AutoencoderKLT(
        latent_channels=c,
        block=codec.spatial_stride,
        lapped=codec.lapped,
        num_shared=num_shared,
        whitening=exponent,
        latent_std=[round(v, 4) for v in (group_scale / power * group_std).tolist()],
    )
    fitted.head_basis.data = spatial_PP[:c].float()
    fitted.group_basis.data = group_basis.float()
    fitted.head_scale.data = (head_scale / power).float()
    fitted.group_scale.data = (group_scale / power).float()
    fitted.mean.data = codec.mean.data.clone()
    return fitted


def _separable_rows(spatial_PP: Tensor, group_cov: Tensor, c: int) -> tuple[Tensor, int]:
    """Return (C, Q) rows, the shared temporal means first, and how many of these there are."""
    p = spatial_PP.shape[0]
    time = torch.arange(GROUP, dtype=torch.float64)
    dct = torch.cos(torch.pi / GROUP * time[:, None] * (time[None] + 0.5)) * (2 / GROUP) ** 0.5
    dct[0] /= 2**0.5
    rows = torch.einsum("at,kp->aktp", dct, spatial_PP).reshape(GROUP * p, GROUP * p)
    variance = ((rows @ group_cov) * rows).sum(1)
    chosen = variance.argsort(descending=True)[:c]
    num_shared = int((chosen < p).sum())
    detail = chosen[chosen >= p]
    return rows[torch.cat([torch.arange(num_shared), detail])], num_shared


def rendered_clips(
    atlas: TextureAtlas, library: Library, count: int, seed: int
) -> Iterator[Tensor]:
    """Yield clips of eight frames at draft size, half of them of real footage if there is any."""
    rng = np.random.default_rng(seed)
    mix = SceneMix(footage=0.5)
    for _ in range(count):
        clips = sample_clips(rng, library, 2 * GROUP, ((),), mix)
        yield render(atlas, clips.layers, full_view(256, 144)).float()


def main(argv: list[str] | None = None) -> None:
    """Fit a codec to a material folder and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--material", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--clips", type=int, default=160)
    args = parser.parse_args(argv)
    atlas, library = load_library(args.material)
    clips = list(rendered_clips(atlas, library, args.clips, seed=0))
    codec = AutoencoderKLT(latent_channels=args.channels)
    codec.mean.data = torch.stack([clip.mean(dim=(0, 2, 3, 4)) for clip in clips]).mean(0)
    fit_basis(codec, gather_moments(codec, clips), "separable").save_pretrained(args.out)


if __name__ == "__main__":
    main()
