"""Director-Gen's loop is diffusers' Wan pipelines bit for bit, wherever both mean the same.

Folders are written by diffusers and read by our loader, with our captions, transformer, guidance,
schedule, solver and loop on one side, and the stock pipeline on the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import (
    AutoencoderKLWan,
    WanImageToVideoPipeline,
    WanPipeline,
    WanTransformer3DModel,
)
from diffusers.models.transformers.transformer_wan import WanTimeTextImageEmbedding
from torch import Tensor

from engine.models.loader import ModelBundle
from engine.pipelines.prediction import guided_fn
from engine.protocol.jobs import DraftJob, FrameRate, ShotSpec
from engine.sampling.flow import denoise, seeded_noise
from engine.sampling.schedule import schedule_for
from engine.sampling.solvers import solver_for
from tests.engine.equivalence.wan_folders import SHAPES, WanShape, write_wan_folder

CAPTION, NEGATIVE, STEPS, SCALE = "a boat  leaves the harbour", "blurred", 4, 4.0

CPU = torch.device("cpu")


class PinnedStock(WanTransformer3DModel):
    """The stock transformer with its two sources of arbitrary rounding taken away.

    - Its output is handed on in fp32, as ours is: in bf16 the pipeline would round the difference
      that guidance multiplies.
    - Stock embeds the timestep of every token, and a matrix product over hundreds of equal rows may
      round some rows otherwise than others (3e-8 here, in fp32). One row for each latent frame is
      embedded and repeated for its tokens, which is what per-token timesteps mean.
    """

    def forward(self, hidden_states: Tensor, timestep: Tensor, *args: Any, **kwargs: Any) -> Any:
        embedder = self.condition_embedder
        num_latents = hidden_states.shape[2]

        def pinned(timestep_T: Tensor, *rest: Any, timestep_seq_len: int | None = None) -> Any:
            if timestep_seq_len is None:
                return WanTimeTextImageEmbedding.forward(embedder, timestep_T, *rest)
            size = timestep_seq_len // num_latents
            temb, modulation, text, image = WanTimeTextImageEmbedding.forward(
                embedder, timestep_T[::size], *rest, timestep_seq_len=num_latents
            )
            rows = [part.repeat_interleave(size, dim=1) for part in (temb, modulation)]
            return *rows, text, image

        embedder.forward = pinned
        found = super().forward(hidden_states, timestep, *args, **kwargs)
        return tuple(out.float() for out in found)


def ours(
    folder: Path, shape: WanShape, device: torch.device, dtype: torch.dtype, **given: Any
) -> Tensor:
    """Return what our loop makes of seed 3."""
    bundle = ModelBundle(folder, device, dtype)
    job = DraftJob(
        job_id="draft",
        folder=str(folder),
        shots=(ShotSpec(num_frames=shape.num_frames, caption=CAPTION),),
        negative_caption=NEGATIVE,
        rate=FrameRate(num=24),
        width=64,
        height=64,
        guidance_scale=SCALE,
    )
    noise = seeded_noise((1, shape.channels, shape.latents, shape.height, shape.width), 3, device)
    positions = tuple(map(float, range(shape.latents)))
    solver = solver_for(bundle.settings, schedule_for(bundle.settings, STEPS))
    steps = denoise(guided_fn(job, bundle, positions), noise, solver, **given)
    return list(steps)[-1].z


def stock(pipe: Any, shape: WanShape, **given: Any) -> Tensor:
    """Return the latents that diffusers makes of the same seed."""
    pipe.set_progress_bar_config(disable=True)
    return pipe(
        prompt=CAPTION,
        negative_prompt=NEGATIVE,
        height=shape.height * shape.stride,
        width=shape.width * shape.stride,
        num_frames=shape.num_frames,
        num_inference_steps=STEPS,
        guidance_scale=SCALE,
        generator=torch.Generator("cpu").manual_seed(3),
        output_type="latent",
        **given,
    ).frames


def loaded(
    kind: Any, folder: Path, device: torch.device, dtype: torch.dtype, **options: Any
) -> Any:
    """Return a stock pipeline over a folder, its codec in fp32 as ours."""
    net = PinnedStock.from_pretrained(folder / "transformer", torch_dtype=dtype)
    # Loaded apart: within the pipeline its weights would be rounded to the net's dtype.
    vae = AutoencoderKLWan.from_pretrained(folder / "vae")
    pipe = kind.from_pretrained(folder, transformer=net, vae=vae, torch_dtype=dtype, **options)
    return pipe.to(device)


def check_text(folder: Path, shape: WanShape, device: torch.device, dtype: torch.dtype) -> None:
    """Compare a run without keyframes with ``WanPipeline``."""
    expected = stock(loaded(WanPipeline, folder, device, dtype), shape)
    assert torch.equal(ours(folder, shape, device, dtype), expected)


def check_image(folder: Path, shape: WanShape, device: torch.device, dtype: torch.dtype) -> None:
    """Compare a run with one keyframe at frame 0 with ``WanImageToVideoPipeline``."""
    generator = torch.Generator().manual_seed(1)
    size = (shape.height * shape.stride, shape.width * shape.stride)
    picture = torch.rand(1, 3, *size, generator=generator)
    bundle = ModelBundle(folder, device, dtype)
    condition = bundle.codec.encode((picture * 2 - 1).unsqueeze(2).to(device))
    given = torch.zeros(1, shape.channels, shape.latents, shape.height, shape.width, device=device)
    given[:, :, :1] = condition
    mask = torch.zeros(shape.latents, dtype=torch.bool)
    mask[0] = True
    found = ours(folder, shape, device, dtype, clean_mask=mask, clean_latents=given)
    pipe = loaded(WanImageToVideoPipeline, folder, device, dtype, expand_timesteps=True)
    assert torch.equal(found, stock(pipe, shape, image=picture))


@pytest.mark.parametrize("solver", ["euler", "unipc"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_without_keyframes_it_is_wans_text_pipeline(
    tmp_path: Path, shape: WanShape, solver: str
) -> None:
    check_text(write_wan_folder(tmp_path, shape, solver), shape, CPU, torch.float32)


@pytest.mark.parametrize("solver", ["euler", "unipc"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_one_keyframe_at_the_start_is_wans_image_pipeline(
    tmp_path: Path, shape: WanShape, solver: str
) -> None:
    check_image(write_wan_folder(tmp_path, shape, solver), shape, CPU, torch.float32)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_scalar_timestep_model_is_wans_text_pipeline(tmp_path: Path, shape: WanShape) -> None:
    folder = write_wan_folder(tmp_path, shape, "unipc", expand_timesteps=False)
    check_text(folder, shape, CPU, torch.float32)


def test_the_stock_transformer_as_it_is_differs_by_its_own_rounding_only(tmp_path: Path) -> None:
    shape = SHAPES[0]
    folder = write_wan_folder(tmp_path, shape, "unipc")
    expected = stock(WanPipeline.from_pretrained(folder), shape)
    difference = (ours(folder, shape, CPU, torch.float32) - expected).abs().max()
    print(f"largest difference: {float(difference):.1e}")
    assert difference < 1e-5


@pytest.mark.parametrize(
    "device",
    [
        "cpu",
        pytest.param(
            "cuda",
            marks=[
                pytest.mark.gpu,
                pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
            ],
        ),
    ],
)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_both_pipelines_are_met_in_bf16(tmp_path: Path, shape: WanShape, device: str) -> None:
    folder = write_wan_folder(tmp_path, shape, "unipc")
    check_text(folder, shape, torch.device(device), torch.bfloat16)
    check_image(folder, shape, torch.device(device), torch.bfloat16)
