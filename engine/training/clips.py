"""From a dataset's clip to frames that can be encoded: window, chunks, part of the picture.

Every clip is laid out several times over ("draws"). Draws of the same number share their chunks as
long as no cut falls into them, so that they go through a net together; a cut gets a head of its own
and a clip its own chunks. All is decided by (seed, clip, draw) and runs on CPU workers. Knows
neither codec nor net.

Shape legend: F frames, Y X pixels; arrays are (F, Y, X, 3) uint8.
"""

from __future__ import annotations

import hashlib
import io
import math
from dataclasses import dataclass

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from engine.data.schema import ClipRecord
from engine.data.shards import Sample
from engine.data.structure import fit_to_cuts, plan_from_sizes, sample_chunks
from engine.media.picture import EXACT, is_full_range, matrix_of
from engine.models.text import join_shot_captions
from engine.planning.plan import ChunkPlan
from engine.protocol.errors import BadInput
from engine.training.dataset_recipes import DataRecipe, Shape, Stage
from engine.training.degradation import Frames, degraded, lifted

MOST_CROPPED = 0.5
"""Logarithm of the ratio of two aspects beyond which a picture does not fit a shape."""


@dataclass(frozen=True)
class Layout:
    """How one draw of a clip is laid out.

    Attributes:
        clip: its id.
        draw: which of its draws.
        shape: index of the recipe's shape.
        start: first frame of the clip that is used.
        sizes: latent frames of each chunk.
        free: which chunks' heads nobody asked for: never given.
        caption: of the shots that are seen.
    """

    clip: str
    draw: int
    shape: int
    start: int
    sizes: tuple[int, ...]
    free: tuple[bool, ...]
    caption: str

    @property
    def plan(self) -> ChunkPlan:
        """The chunks, without placements."""
        return plan_from_sizes(list(self.sizes))

    @property
    def candidates(self) -> NDArray[np.int64]:
        """Latents of the heads that may carry a keyframe."""
        return np.asarray(self.plan.head_latents)[~np.asarray(self.free)]


@dataclass(frozen=True)
class DrawnClip:
    """A draw with its pixels.

    Attributes:
        layout: see there.
        frames: exactly the plan's.
        low: the same at low resolution or, lifted, at full size; None for Gen.
    """

    layout: Layout
    frames: Frames
    low: Frames | None


def flat_caption(record: ClipRecord, start: int, stop: int) -> str:
    """Return a clip's structured caption as the one line that the models read.

    The narrative, then each shot that is seen in ``[start, stop)`` with its camera, then what those
    look like whom these shots name.
    """
    seen = [
        caption
        for shot, caption in zip(record.shots, record.caption.shots, strict=True)
        if shot.start < stop and shot.stop > start
    ]
    shots = [" ".join(part for part in (s.content, s.camera) if part) for s in seen]
    names = {name for shot in seen for name in shot.characters}
    looks = [
        f"{who.name}: {who.appearance}."
        for who in record.caption.characters
        if who.name in names and who.appearance
    ]
    joined = join_shot_captions(shots) if any(shots) else ""
    return " ".join(part for part in (record.caption.narrative, joined, *looks) if part)


def layouts(record: ClipRecord, recipe: DataRecipe, stage: Stage) -> list[Layout]:
    """Return all draws of a clip; none if it has no room for any of the recipe's shapes."""
    fitting = [n for n, shape in enumerate(recipe.shapes) if _fits(record, shape, stage)]
    if not fitting:
        return []
    return [_layout(record, recipe, fitting, draw) for draw in range(recipe.draws)]


def draw_clips(sample: Sample, recipe: DataRecipe, stage: Stage) -> list[DrawnClip]:
    """Return all draws of a clip with their pixels.

    Raises:
        BadInput: its movie cannot be read.
    """
    wanted = layouts(sample.record, recipe, stage)
    if not wanted:
        return []
    movie = read_movie(sample)
    return [_drawn(movie, layout, recipe) for layout in wanted]


def read_movie(sample: Sample) -> Frames:
    """Return the frames of a clip.

    Raises:
        BadInput: its movie cannot be read, or is not what its record says.
    """
    record = sample.record
    frames: list[NDArray[np.uint8]] = []
    try:
        with av.open(io.BytesIO(sample.movie), "r") as container:
            for picture in container.decode(video=0):
                if (picture.width, picture.height) != (record.width, record.height):
                    raise ValueError("another size than its record says")
                frames.append(_rgb(picture))
                if len(frames) == record.num_frames:
                    break
        if len(frames) < record.num_frames:
            raise ValueError("fewer frames than its record says")
    except (FFmpegError, OSError, ValueError, IndexError) as error:
        raise BadInput(
            f"The clip {record.id} of the dataset cannot be read; make the dataset again, which "
            "keeps what is done."
        ) from error
    return np.stack(frames)


def _rgb(picture: av.VideoFrame) -> NDArray[np.uint8]:
    deep = picture.reformat(
        format="rgb48le",
        interpolation=EXACT,
        src_colorspace=matrix_of(picture),
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if is_full_range(picture) else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    ).to_ndarray()
    return ((deep.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _fits(record: ClipRecord, shape: Shape, stage: Stage) -> bool:
    if record.num_frames < shape.num_frames:
        return False
    if stage == "sr":
        return record.width >= shape.width and record.height >= shape.height
    ratio = record.width * shape.height / (record.height * shape.width)
    return abs(math.log(ratio)) <= MOST_CROPPED


def _layout(record: ClipRecord, recipe: DataRecipe, fitting: list[int], draw: int) -> Layout:
    rng = _rng_of(recipe, record.id, draw, 0)
    weights = np.asarray([recipe.shapes[n].weight for n in fitting])
    index = fitting[int(rng.choice(len(fitting), p=weights / weights.sum()))]
    shape = recipe.shapes[index]
    shared = np.random.default_rng([recipe.seed, index, draw])
    sizes, is_free = sample_chunks(shared, shape.num_latents, recipe.structures)
    num_frames = plan_from_sizes(sizes).num_frames
    start = int(rng.integers(0, record.num_frames - num_frames + 1))
    cuts = tuple(c - start for c in record.cut_frames if 0 < c - start < num_frames)
    if cuts:
        sizes, is_free = fit_to_cuts(sizes, is_free, cuts)
        num_frames = plan_from_sizes(sizes).num_frames
    caption = flat_caption(record, start, start + num_frames)
    free = tuple(bool(f) for f in is_free)
    return Layout(record.id, draw, index, start, tuple(sizes), free, caption)


def _drawn(movie: Frames, layout: Layout, recipe: DataRecipe) -> DrawnClip:
    shape = recipe.shapes[layout.shape]
    frames = movie[layout.start : layout.start + layout.plan.num_frames]
    if recipe.lift is None:
        return DrawnClip(layout, _covering(frames, shape), None)
    rng = _rng_of(recipe, layout.clip, layout.draw, 1)
    y = int(rng.integers(0, movie.shape[1] - shape.height + 1))
    x = int(rng.integers(0, movie.shape[2] - shape.width + 1))
    frames = np.ascontiguousarray(frames[:, y : y + shape.height, x : x + shape.width])
    scale = float(rng.choice(recipe.lift.scales))
    # Latents of both are the same picture only if both are whole multiples of the codec's stride.
    size = (_whole(shape.width / scale), _whole(shape.height / scale))
    low = degraded(frames, size, recipe.lift, rng)
    if recipe.lift.upsampling == "pixel":
        low = lifted(low, (shape.width, shape.height))
    return DrawnClip(layout, frames, low)


def _whole(side: float) -> int:
    return max(32, round(side / 32) * 32)


def _covering(frames: Frames, shape: Shape) -> Frames:
    """Return frames scaled to cover a shape, what sticks out cut off evenly."""
    height, width = frames.shape[1:3]
    scale = max(shape.width / width, shape.height / height)
    size = (max(shape.width, round(width * scale)), max(shape.height, round(height * scale)))
    x, y = (size[0] - shape.width) // 2, (size[1] - shape.height) // 2
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = (cv2.resize(frame, size, interpolation=how) for frame in frames)
    return np.stack([f[y : y + shape.height, x : x + shape.width] for f in scaled])


def _rng_of(recipe: DataRecipe, clip: str, draw: int, purpose: int) -> np.random.Generator:
    name = int.from_bytes(hashlib.sha256(clip.encode()).digest()[:8], "big")
    return np.random.default_rng([recipe.seed, name, draw, purpose])
