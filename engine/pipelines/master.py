"""From refined windows to ``master.mkv``: decoded, head colours seen to, given frames in place.

One frame after the other, in constant memory. A chunk that spans several windows is decoded as one
stream of the codec, so that no border between windows shows in it.

Shape legend: B batch, C channels, T frames, N latent frames, H W pixels for frames, grid for z.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.media.encodings import INTERMEDIATE
from engine.media.movie import RgbFrame
from engine.media.writer import MovieWriter
from engine.models.catalogue import shown_name
from engine.models.codec import Codec
from engine.pipelines.boards import FidelityReport, to_frames
from engine.pipelines.colour import HeadColours
from engine.pipelines.conditions import SourceFrames
from engine.pipelines.given import given_frames
from engine.pipelines.steps import JobResult, Pipeline
from engine.pipelines.super_resolution import (
    CHECKPOINT,
    Enhancement,
    RefinedWindow,
    refine_windows,
)
from engine.pipelines.take import MASTER, TakeFolder
from engine.planning.plan import ChunkPlan
from engine.protocol.jobs import HeadColour


@dataclass(frozen=True)
class MasterOptions:
    """How a master is written.

    Attributes:
        low_frames: the low clip, frame by frame, to hold the heads' colours against.
        low_is_true: whether that clip's own steps in colour are real.
        requested_model: the model by the job's name for it.
        requested: what else the job asked for that is not the model's own.
    """

    rate: Fraction
    head_colour: HeadColour
    low_frames: Iterator[NDArray[np.float32]]
    low_is_true: bool
    requested_model: str
    requested: dict[str, Any] = field(default_factory=dict[str, Any])


def make_master(take: TakeFolder, work: Enhancement, options: MasterOptions) -> Pipeline:
    """Refine a pass and write its master; the facts go to the manifest as ``master``.

    Raises:
        EngineError: the disk, or footage, stands in the way.
    """
    plan, size, given = work.plan, work.lift.size, work.lift.given
    report = FidelityReport(plan, given.boards)
    boards = {frame: given.boards[n] for n, frame in plan.pinned_frames.items()}
    colours = HeadColours(
        plan,
        given_frames(plan),
        boards,
        options.head_colour,
        options.low_frames,
        options.low_is_true,
    )
    source = SourceFrames(plan, given)
    path = take.path / MASTER

    def put(frames: Iterator[RgbFrame]) -> None:
        for settled in frames:
            own = source.at(movie.num_frames)
            frame = settled if own is None else own
            report.see(movie.num_frames, frame)
            movie.write(frame)

    with MovieWriter(path, size.width, size.height, options.rate, INTERMEDIATE) as movie:
        decoder = WindowDecoder(work.bundle.codec, plan)
        for item in refine_windows(take, work):
            if not isinstance(item, RefinedWindow):
                yield item
                continue
            for part in decoder.frames(item):
                for frame in to_frames(part[..., : size.height, : size.width]):
                    put(colours.push(frame))
        put(colours.flush())
    facts = _facts(work, options, report, colours)
    take.add_to_manifest("master", facts)
    take.drop_checkpoints(CHECKPOINT)
    return JobResult(path, plan.num_frames_requested, facts)


class WindowDecoder:
    """Decodes refined windows in order; each chunk is one stream, however many windows it spans."""

    def __init__(self, codec: Codec, plan: ChunkPlan) -> None:
        self._codec = codec
        self._lengths = dict(
            zip(plan.head_latents, (chunk.num_latents for chunk in plan.chunks), strict=True)
        )
        self._missing = 0
        self._goes_on = False
        self._waiting: deque[Tensor] = deque()
        self._stream: Iterator[Tensor] = iter(())

    def frames(self, refined: RefinedWindow) -> Iterator[Tensor]:
        """Yield what a window lets be decoded, (1, 3, T, H, W) in [−1, 1], in order.

        That is its own frames; of a codec that cannot stream, those of the chunks that are whole.
        """
        window = refined.window
        for offset, latent in enumerate(range(window.start, window.stop)):
            if latent in self._lengths:
                self._missing = self._lengths[latent]
                self._goes_on = self._codec.streams and latent + self._missing > window.stop
                if self._goes_on:
                    self._stream = self._codec.decode_stream(self._arriving())
            self._missing -= 1
            self._waiting.append(refined.z[:, :, offset : offset + 1])
            if self._goes_on:
                yield next(self._stream)
            elif not self._missing:
                whole = torch.cat(list(self._arriving()), dim=2)
                yield from self._codec.decode_stream(whole)

    def _arriving(self) -> Iterator[Tensor]:
        while self._waiting:
            yield self._waiting.popleft()


def _facts(
    work: Enhancement, options: MasterOptions, report: FidelityReport, colours: HeadColours
) -> dict[str, Any]:
    plan, windows, tiles = work.plan, work.windows, work.tiles
    stride = work.bundle.codec.spatial_stride
    spans = plan.latent_spans
    return {
        "requested_model": options.requested_model,
        "requested": options.requested,
        "model": {
            "name": shown_name(work.bundle.folder),
            "fingerprint": work.bundle.fingerprint,
        },
        "width": work.lift.size.width,
        "height": work.lift.size.height,
        "num_frames": plan.num_frames_requested,
        "num_windows": len(windows),
        "num_tiles": len(tiles),
        "num_steps": work.schedule.num_steps,
        "upsampling": work.lift.upsampling,
        "noise": work.noise,
        "seed": work.seed,
        "solver": work.solver or work.bundle.settings.solver,
        "head_colour": options.head_colour,
        "keyframes": report.rows,
        "heads": colours.rows,
        "borders": {
            "windows": [spans[window.start][0] for window in windows[1:]],
            "heads": [chunk.start for chunk in plan.chunks[1:]],
            "cuts": list(plan.cut_frames),
            "given": sorted(given_frames(plan)),
            "columns": sorted({tile.left * stride for tile in tiles} - {0}),
            "rows": sorted({tile.top * stride for tile in tiles} - {0}),
        },
    }
