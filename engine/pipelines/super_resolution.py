"""Director-SR's flow, window by window and tile by tile: z_LR becomes z_HR (eq. 5).

A window is lifted, refined, kept on disk and handed over; nothing of it stays in memory but the few
latents that the next window sees. Where z_LR comes from (a draft, a movie) and where the result
goes is the caller's business.

Shape legend: B batch, C channels, N latent frames, H W latent grid.
"""

from __future__ import annotations

import bisect
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.loader import ModelBundle
from engine.models.shortage import Thrift
from engine.pipelines.lift import Lift
from engine.pipelines.prediction import caption_fn
from engine.pipelines.steps import StageProgress, Step
from engine.pipelines.take import TakeFolder
from engine.planning.plan import ChunkPlan
from engine.planning.windows import NUM_CARRIED, Tile, Window, split_tiles, split_windows
from engine.protocol.jobs import SolverName
from engine.sampling.flow import denoise
from engine.sampling.schedule import Schedule, schedule_for
from engine.sampling.solvers import solver_for

CHECKPOINT = "refine"

_KEPT = torch.float16
"""Finished windows are kept, and always decoded, at this depth: 11 bits of mantissa."""

_NOISE_STRIDE = 1_000_003
"""A prime that parts the noise seeds of neighbouring latents from those of neighbouring takes."""


@dataclass(frozen=True)
class Enhancement:
    """What one run of Director-SR needs at hand.

    Attributes:
        caption: as the net is to read it.
        num_steps, solver: None leaves them to the model.
        noise: level s of the noise over z_LR, 0 to 1.
        key: hash of everything that decides the result, for checkpoints.
    """

    bundle: ModelBundle
    lift: Lift
    caption: str
    num_steps: int | None
    solver: SolverName | None
    noise: float
    seed: int
    key: str

    @property
    def plan(self) -> ChunkPlan:
        """Of the pass."""
        return self.lift.plan

    @property
    def schedule(self) -> Schedule:
        """The steps of the flow, from where the model begins it."""
        settings = self.bundle.settings
        return schedule_for(settings, self.num_steps).scaled(settings.start_sigma)

    @property
    def windows(self) -> tuple[Window, ...]:
        """How the pass is divided in time."""
        plan = self.plan
        return split_windows(
            plan.num_latents,
            plan.head_latents,
            plan.clean_latents,
            self.bundle.settings.max_window_latents,
        )

    def shape_of(self, window: Window) -> tuple[int, ...]:
        """Return (1, C, n, H, W) of a finished window."""
        codec, padded = self.bundle.codec, self.lift.padded
        height, width = (side // codec.spatial_stride for side in (padded.height, padded.width))
        return 1, codec.latent_channels, window.stop - window.start, height, width

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """How the latent grid is divided."""
        settings, stride = self.bundle.settings, self.bundle.codec.spatial_stride
        return split_tiles(
            self.lift.padded.height // stride,
            self.lift.padded.width // stride,
            settings.tile,
            settings.tile,
            settings.margin,
            self.bundle.size_multiple // stride,
        )


@dataclass(frozen=True)
class RefinedWindow:
    """A finished window and its latents ``z``, (1, C, stop − start, H, W) in fp32."""

    window: Window
    z: Tensor


def refine_windows(
    take: TakeFolder, work: Enhancement
) -> Generator[Step | RefinedWindow, None, None]:
    """Refine a pass window by window, in order.

    Yields:
        Progress, and each window as soon as it is done. Windows that an earlier, interrupted run
        has left on disk are taken from there.
    """
    windows, tiles = work.windows, work.tiles
    per_window = len(tiles) * work.schedule.num_steps
    total = len(windows) * per_window
    yield StageProgress("refine", 0, total)
    latents = _LowLatents(work)
    for index, window in enumerate(windows):
        # Smaller windows and tiles give other pixels: nothing of both kinds is mixed.
        kind = "-small" if work.bundle.thrift >= Thrift.SMALL else ""
        name, key = f"{CHECKPOINT}-{index:04d}", f"{work.key}{kind}-{index}"
        kept = take.load_checkpoint(name, key, work.shape_of(window))
        if kept is not None:
            z = kept.z.to(work.bundle.device)
        else:
            z_LR, clean = latents.context(window)
            inside = [window.context.index(latent) for latent in range(window.start, window.stop)]
            if bool(clean[inside].all()):
                z = z_LR[:, :, inside].to(_KEPT)  # nothing is to be made
            else:
                refined = yield from _refine(work, window, tiles, z_LR, clean, (index, total))
                z = refined[:, :, inside].to(_KEPT)
                take.save_checkpoint(name, z, key)
        latents.remember(window, z.float())
        yield StageProgress("refine", (index + 1) * per_window, total)
        yield RefinedWindow(window, z.float())


def _refine(
    work: Enhancement,
    window: Window,
    tiles: tuple[Tile, ...],
    z_LR: Tensor,
    clean_N: Tensor,
    place: tuple[int, int],
) -> Generator[Step, None, Tensor]:
    """Return the refined context of a window, blended from its tiles."""
    index, total = place
    schedule = work.schedule
    step = index * len(tiles) * schedule.num_steps
    refined = torch.zeros_like(z_LR)
    weights = torch.zeros_like(z_LR[:1, :1, :1])
    positions = tuple(work.plan.positions[latent] for latent in window.context)
    model_fn = caption_fn(work.bundle, work.caption, positions)
    start = noised(z_LR, window.context, work.noise, work.seed)
    for tile in tiles:
        rows, columns = slice(tile.top, tile.bottom), slice(tile.left, tile.right)
        result = start[..., rows, columns]
        for done in denoise(
            model_fn,
            result,
            solver_for(work.bundle.settings, schedule, work.solver, work.seed),
            clean_mask=clean_N,
            clean_latents=z_LR[..., rows, columns],
            prediction_type=work.bundle.transformer.prediction_type,
        ):
            result = done.z
            step += 1
            if step < (index + 1) * len(tiles) * schedule.num_steps:
                yield StageProgress("refine", step, total)
        feather = _feather(tile, work, result)
        refined[..., rows, columns] += result * feather
        weights[..., rows, columns] += feather
    # Clean anchors bit for bit, not as a weighted mean of themselves.
    return torch.where(clean_N.view(1, 1, -1, 1, 1), z_LR, refined / weights)


def noised(z_BCNHW: Tensor, latents: tuple[int, ...], level: float, seed: int) -> Tensor:
    """Return (1 − s) · z_LR + s · ε, the flow's start with noise of level s.

    Noise lets the net replace what the lift got wrong instead of keeping it. As FlashVideo's
    low-to-high flow begins from a noised low-quality latent (S. Zhang et al., 2025, §3.3); here the
    mix is the flow's own straight one. Every latent has noise of its own, whatever window or tile
    it is seen in.

    Args:
        z_BCNHW: z_LR of ``latents``.
        latents: their indices in the pass.
        level: s, 0 to 1; 0 returns z_LR itself.
        seed: of the job.
    """
    if level == 0:
        return z_BCNHW
    shape = (*z_BCNHW.shape[:2], 1, *z_BCNHW.shape[3:])
    parts: list[Tensor] = []
    for latent in latents:
        generator = torch.Generator("cpu").manual_seed((seed + latent * _NOISE_STRIDE) % 2**63)
        parts.append(torch.randn(shape, generator=generator))
    return (1 - level) * z_BCNHW + level * torch.cat(parts, dim=2).to(z_BCNHW)


class _LowLatents:
    """z_LR by latent index, in order; what was passed over is not kept."""

    def __init__(self, work: Enhancement) -> None:
        self._lift = work.lift
        self._heads = work.plan.head_latents
        self._given = frozenset(work.plan.clean_latents)
        self._stream: Iterator[Tensor] = iter(())
        self._next = -1
        self._kept: dict[int, Tensor] = {}

    def context(self, window: Window) -> tuple[Tensor, Tensor]:
        """Return z_LR of a window's context, (1, C, n, H, W), and which of it is clean, (n,)."""
        parts = [self._latent(latent, window) for latent in window.context]
        clean = [latent in self._given or latent in window.carried for latent in window.context]
        z = torch.cat(parts, dim=2)
        return z, torch.tensor(clean, device=z.device)

    def remember(self, window: Window, z_BCNHW: Tensor) -> None:
        """Keep what later windows may see of a finished one: its end, and its last given latent."""
        ends = range(max(window.start, window.stop - NUM_CARRIED), window.stop)
        given = [n for n in range(window.start, window.stop) if n in self._given][-1:]
        earlier = {n: z for n, z in self._kept.items() if n in self._given and not given}
        here = {n: z_BCNHW[:, :, n - window.start, None] for n in (*given, *ends)}
        self._kept = {**earlier, **here}

    def _latent(self, latent: int, window: Window) -> Tensor:
        if window.start <= latent < window.stop:
            return self._streamed(latent)
        anchor = self._lift.anchor(latent) if latent in self._given else None
        if anchor is not None:
            return anchor
        return self._kept[latent] if latent in self._kept else self._streamed(latent)

    def _streamed(self, latent: int) -> Tensor:
        index = bisect.bisect_right(self._heads, latent) - 1
        if not self._heads[index] < self._next <= latent:
            self._stream, self._next = self._lift.stream(index), self._heads[index]
        for z in self._stream:
            self._next += 1
            if self._next > latent:
                return z
        raise AssertionError(f"the lift of chunk {index} ended before latent {latent}")


def _feather(tile: Tile, work: Enhancement, like: Tensor) -> Tensor:
    """Return weights (1, 1, 1, h, w) that fall towards the borders inside the picture."""
    stride = work.bundle.codec.spatial_stride
    margin = max(work.bundle.settings.margin, 1)

    def ramp(start: int, stop: int, length: int) -> Tensor:
        at = torch.arange(stop - start, device=like.device, dtype=like.dtype)
        rise = ((at + 0.5) / margin).clamp(max=1.0)
        near = rise if start > 0 else torch.ones_like(rise)
        far = rise.flip(0) if stop < length else torch.ones_like(rise)
        return near * far

    rows = ramp(tile.top, tile.bottom, work.lift.padded.height // stride)
    columns = ramp(tile.left, tile.right, work.lift.padded.width // stride)
    return (rows[:, None] * columns[None]).view(1, 1, 1, len(rows), len(columns))
