"""The denoising loop over real nets: what is given stays, and batches change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.models.codec import encode_chunks
from engine.models.transformer import DirectorTransformer
from engine.models.wan_codec import WanCodec
from engine.planning.plan import Placement, plan_pass
from engine.sampling.flow import denoise, seeded_noise
from engine.sampling.guidance import ModelFn
from engine.sampling.schedule import Schedule, flow_sigmas
from engine.sampling.solvers import EulerSolver, Solver, UniPCSolver
from tests.engine.equivalence.wan_folders import SHAPES, WanShape, small_codec

SOLVERS = [EulerSolver, UniPCSolver]


def net(shape: WanShape) -> DirectorTransformer:
    """Return a random transformer of a shape."""
    torch.manual_seed(3)
    return DirectorTransformer(
        num_attention_heads=shape.heads,
        attention_head_dim=12,
        in_channels=shape.channels,
        out_channels=shape.channels,
        text_dim=16,
        freq_dim=32,
        ffn_dim=32,
        num_layers=shape.layers,
    ).eval()


def bound(transformer: DirectorTransformer, positions: Tensor) -> ModelFn:
    """Return the net as the loop sees it, with a caption of its own for every row of a batch."""
    text = torch.randn(1, 5, 16, generator=torch.Generator().manual_seed(4))

    text = text.to(positions.device, transformer.patch_embedding.weight.dtype)

    def predict(z: Tensor, timestep: Tensor) -> Tensor:
        return transformer(z, timestep, text.expand(len(z), -1, -1), positions)

    return predict


def shaped(shape: WanShape, batch: int = 1, seed: int = 1) -> Tensor:
    """Return noise of a clip of at least three latents."""
    frames = max(shape.latents, 3)
    return seeded_noise((batch, shape.channels, frames, shape.height, shape.width), seed)


@pytest.mark.parametrize("kind", SOLVERS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_keyframe_latents_are_the_same_after_sampling(
    shape: WanShape, kind: type[EulerSolver | UniPCSolver]
) -> None:
    check_keyframes(shape, kind(Schedule.of_sigmas(flow_sigmas(4, 3.0))), torch.device("cpu"))


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("kind", SOLVERS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_keyframe_latents_are_the_same_after_sampling_in_bf16(
    shape: WanShape, kind: type[EulerSolver | UniPCSolver], tmp_path: Path
) -> None:
    net(shape).save_pretrained(tmp_path)
    transformer = DirectorTransformer.from_pretrained(tmp_path, torch_dtype=torch.bfloat16)
    solver = kind(Schedule.of_sigmas(flow_sigmas(4, 3.0)))
    check_keyframes(shape, solver, torch.device("cuda"), transformer.cuda().eval())


def check_keyframes(
    shape: WanShape,
    solver: Solver,
    device: torch.device,
    transformer: DirectorTransformer | None = None,
) -> None:
    """Give the first and the last latent, and look at them after every step."""
    given = shaped(shape, seed=9).to(device)
    mask = torch.zeros(given.shape[2], dtype=torch.bool, device=device)
    mask[[0, -1]] = True
    positions = torch.arange(given.shape[2], dtype=torch.float64, device=device)
    predict = bound(transformer or net(shape), positions)

    def on_device(z: Tensor, timestep: Tensor) -> Tensor:
        assert torch.equal(z[:, :, mask], given[:, :, mask])
        assert timestep[:, mask].eq(0).all()
        return predict(z, timestep).float()

    noise = shaped(shape).to(device)
    steps = list(denoise(on_device, noise, solver, clean_mask=mask, clean_latents=given))
    assert all(torch.equal(step.z[:, :, mask], given[:, :, mask]) for step in steps)
    assert not torch.equal(steps[-1].z[:, :, ~mask], noise[:, :, ~mask])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_batch_is_its_clips_one_by_one(shape: WanShape) -> None:
    noise = shaped(shape, batch=3)
    predict = bound(net(shape), torch.arange(noise.shape[2], dtype=torch.float64))
    sigmas = flow_sigmas(3, 3.0)
    batched = list(denoise(predict, noise, sigmas))[-1].z
    looped = [list(denoise(predict, part, sigmas))[-1].z for part in noise.split(1)]
    torch.testing.assert_close(batched, torch.cat(looped), atol=2.4e-6, rtol=0)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_batched_chunks_are_encoded_as_looped_ones(shape: WanShape) -> None:
    torch.manual_seed(5)
    codec = WanCodec(small_codec(shape).eval())
    plan = plan_pass([Placement(frame, n) for n, frame in enumerate((0, 5, 10))], 15)
    assert {chunk.num_frames for chunk in plan.chunks} == {5}
    frames = torch.rand(1, 3, 15, 2 * shape.stride, 2 * shape.stride) * 2 - 1
    looped = encode_chunks(codec, frames, plan)
    batch = torch.cat([frames[:, :, c.start : c.stop] for c in plan.chunks])
    batched = torch.cat(codec.encode(batch).split(1), dim=2)
    torch.testing.assert_close(batched, looped, atol=2.4e-6, rtol=0)


@pytest.mark.parametrize("kind", SOLVERS)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_constant_velocity_recovers_the_high_resolution_latent(
    shape: WanShape, kind: type[EulerSolver | UniPCSolver]
) -> None:
    """Equation 5: z_t = (1 − t) z_HR + t z_LR; keyframes hold z_HR and do not depend on t."""
    high, low = shaped(shape, seed=1), shaped(shape, seed=2)
    mask = torch.zeros(high.shape[2], dtype=torch.bool)
    mask[1] = True
    start = torch.where(mask.view(1, 1, -1, 1, 1), high, low)
    seen: list[Tensor] = []

    def velocity(z: Tensor, timestep: Tensor) -> Tensor:
        assert timestep[:, mask].eq(0).all()
        seen.append(z[:, :, mask])
        return low - high

    for num_steps in (1, 4):
        solver = kind(Schedule.of_sigmas(flow_sigmas(num_steps)))
        *_, done = denoise(velocity, start, solver, clean_mask=mask, clean_latents=start)
        # UniPC reads its start as sigma 1 - 1e-6, as diffusers does.
        tolerance = 1e-6 if kind is EulerSolver else 1e-5
        torch.testing.assert_close(done.z, high, atol=tolerance, rtol=0)
        assert torch.equal(done.z[:, :, mask], high[:, :, mask])
    assert all(torch.equal(z, high[:, :, mask]) for z in seen)
