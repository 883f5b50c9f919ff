"""Small movies for tests: an animated gradient, written and read back with PyAV."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.planning.resolution import FrameSize


def movie(num_frames: int, size: FrameSize, seed: int = 0, sharpness: float = 1.0) -> np.ndarray:
    """Return an animated gradient, uint8 (frames, height, width, 3); frame n differs from n + 1.

    ``sharpness`` goes from 0 (grey) to 1, as a clip does that is being denoised.
    """
    x = np.linspace(0, 1, size.width, dtype=np.float32)
    y = np.linspace(0, 1, size.height, dtype=np.float32)
    t = np.arange(num_frames, dtype=np.float32)[:, None, None] * 0.05
    red = np.sin(6.3 * (x[None, None, :] + t)) + 0 * y[None, :, None]
    green = np.sin(6.3 * (y[None, :, None] - t)) + 0 * x[None, None, :]
    blue = np.full_like(red, np.sin(float(seed % 1000)))
    frames = np.stack([red, green, blue], axis=-1)
    return (127.5 + 127.5 * sharpness * frames).astype(np.uint8)


def write_movie(path: Path, frames: np.ndarray, rate: Fraction) -> None:
    """Encode uint8 (frames, height, width, 3) as H.264, whole or not at all; sides are even."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "12"}
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    part.replace(path)


def read_movie(path: Path) -> tuple[np.ndarray, Fraction]:
    """Decode a whole movie: uint8 (frames, height, width, 3), and its frame rate."""
    with av.open(str(path)) as container:
        rate = container.streams.video[0].average_rate
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.stack(frames), Fraction(rate or 24)
