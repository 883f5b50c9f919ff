"""Low-resolution clips for Director-SR: blurred, shrunk, noisy and compressed, twice.

Two rounds in the manner of Real-ESRGAN (Wang et al., 2021, §3), with real video codecs in the place
of JPEG: H.264 or MPEG-4 Part 2 through FFmpeg. What is drawn holds for the whole clip, as a camera
and an encoder would have it; only noise differs from frame to frame. Runs on CPU workers; the same
seed gives the same frames. The light degradation on the device, for the starter models' procedural
clips, is :mod:`engine.training.degrade`.

Shape legend: F frames, Y X pixels; arrays are (F, Y, X, 3) uint8.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from engine.training.dataset_recipes import LiftRecipe

Frames = NDArray[np.uint8]

_RESIZERS = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)


def degraded(
    frames_FYX3: Frames, size: tuple[int, int], mix: LiftRecipe, rng: np.random.Generator
) -> Frames:
    """Return frames of ``size`` (width, height) that went through two rounds of damage."""
    height, width = frames_FYX3.shape[1:3]
    # Between the rounds the picture is of any size from the final one to the full one.
    share = float(rng.uniform(0, 1))
    between = (
        round(size[0] + share * (width - size[0])),
        round(size[1] + share * (height - size[1])),
    )
    once = _one_round(frames_FYX3, between, mix, rng)
    return _one_round(once, size, mix, rng)


def lifted(low_FYX3: Frames, size: tuple[int, int]) -> Frames:
    """Return frames enlarged to ``size`` (width, height), bicubically."""
    return np.stack([cv2.resize(f, size, interpolation=cv2.INTER_CUBIC) for f in low_FYX3])


def compressed(frames_FYX3: Frames, codec: str, quality: int) -> Frames:
    """Return frames as a video codec gives them back.

    Args:
        frames_FYX3: any size.
        codec: FFmpeg's name of an encoder.
        quality: on x264's scale of CRF, 0 to 51; MPEG-4's quantiser is set to match.
    """
    count, height, width = frames_FYX3.shape[:3]
    even = np.pad(frames_FYX3, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    memory = io.BytesIO()
    with av.open(memory, "w", format="matroska") as container:
        options = _options(codec, quality)
        stream: Any = container.add_stream(codec, rate=Fraction(24), options=options)
        stream.height, stream.width = even.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1  # with more, x264 gives other bytes
        for frame in even:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    memory.seek(0)
    with av.open(memory, "r") as container:
        found = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    if len(found) != count:
        raise RuntimeError(f"{codec} gave back {len(found)} frames of {count}.")
    return np.stack(found)[:, :height, :width].astype(np.uint8)


def _one_round(
    frames: Frames, size: tuple[int, int], mix: LiftRecipe, rng: np.random.Generator
) -> Frames:
    if rng.random() < mix.blur:
        frames = _blurred(frames, rng)
    resizer = int(rng.choice(_RESIZERS))
    frames = np.stack([cv2.resize(f, size, interpolation=resizer) for f in frames])
    if rng.random() < mix.noise:
        frames = _noisy(frames, mix.max_noise, rng)
    codec = str(rng.choice(mix.codecs))
    low, high = mix.crf
    return compressed(frames, codec, int(rng.integers(low, high + 1)))


def _blurred(frames: Frames, rng: np.random.Generator) -> Frames:
    """Blur by a Gaussian that is longer one way than the other, turned anyhow."""
    long, short = sorted(rng.uniform(0.3, 2.0, 2), reverse=True)
    angle = float(rng.uniform(0, np.pi))
    y, x = np.mgrid[-5:6, -5:6].astype(np.float64)
    along = (x * np.cos(angle) + y * np.sin(angle)) / long
    across = (y * np.cos(angle) - x * np.sin(angle)) / short
    kernel = np.exp(-0.5 * (along**2 + across**2))
    kernel /= kernel.sum()
    return np.stack([cv2.filter2D(f, -1, kernel, borderType=cv2.BORDER_REFLECT) for f in frames])


def _noisy(frames: Frames, most: float, rng: np.random.Generator) -> Frames:
    """Add Gaussian noise, in grey or in colour, or noise that grows with the light."""
    deviation = float(rng.uniform(1.0, most))
    channels = 1 if rng.random() < 0.4 else 3
    with_light = rng.random() < 0.5
    noise = rng.standard_normal((*frames.shape[:3], channels), dtype=np.float32) * deviation
    if with_light:
        noise *= np.sqrt(frames.mean(axis=-1, keepdims=True) / 127.5)
    return np.clip(np.rint(frames + noise), 0, 255).astype(np.uint8)


def _options(codec: str, quality: int) -> dict[str, str]:
    if codec == "libx264":
        params = "mbtree=0:threads=1"  # with the tree, x264 gives other bytes at every run
        return {"crf": str(quality), "preset": "veryfast", "x264-params": params}
    quantiser = str(_quantiser(quality))
    return {"qmin": quantiser, "qmax": quantiser}


def _quantiser(quality: int) -> int:
    """Return the quantiser, 2 to 31, that MPEG-4 looks about as bad with."""
    return int(np.clip(round((quality - 12) * 0.8), 2, 31))
