"""Sound for tests: noise that is nowhere like itself, files of it, and how far two are apart."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from engine.planning.sound import SAMPLE_RATE


def noise(seconds: float, seed: int = 0, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Return smooth noise, float32 (samples, 2), peaks at 0.5; codecs keep it well."""
    count = round(seconds * rate)
    raw = np.random.default_rng(seed).standard_normal((count + 64, 2))
    smooth = np.stack([np.convolve(raw[:, c], np.hanning(24), "same") for c in (0, 1)], axis=1)
    smooth = smooth[32 : 32 + count]
    return (smooth / np.abs(smooth).max() * 0.5).astype(np.float32)


def write_wav(path: Path, samples: np.ndarray, rate: int = SAMPLE_RATE) -> Path:
    """Write float32 (samples, channels) as 16-bit PCM."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(samples.shape[1])
        stream.setsampwidth(2)
        stream.setframerate(rate)
        stream.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return path


def add_sound(movie: Path, samples: np.ndarray, codec: str = "aac") -> None:
    """Give a movie a sound stream, its picture's packets as they are."""
    part = movie.with_name(f".sound-{movie.name}")
    with av.open(str(movie)) as source, av.open(str(part), "w") as target:
        picture = target.add_stream_from_template(source.streams.video[0])
        sound = target.add_stream(codec, rate=SAMPLE_RATE, layout="stereo")
        for packet in source.demux(source.streams.video[0]):
            if packet.size:
                packet.dts = packet.pts  # no B-frames, please: Matroska tells no other order
                packet.stream = picture
                target.mux(packet)
        wanted = sound.codec_context.format.name
        planar = wanted.endswith("p")
        scale = 1.0 if wanted.startswith("flt") else 32767.0
        kind = np.float32 if scale == 1.0 else np.int16
        data = (samples * scale).astype(kind)
        array = np.ascontiguousarray(data.T if planar else data.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(array, format=wanted, layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, 0, Fraction(1, SAMPLE_RATE)
        target.mux(sound.encode(frame))
        target.mux(sound.encode(None))
    part.replace(movie)


def lag(wanted: np.ndarray, heard: np.ndarray) -> int:
    """Return by how many samples ``heard`` comes later than ``wanted``, by correlation."""
    length = min(len(wanted), len(heard))
    a, b = (np.fft.rfft(samples[:length, 0], 2 * length) for samples in (heard, wanted))
    at = int(np.argmax(np.fft.irfft(a * np.conj(b))))
    return at if at < length else at - 2 * length


def likeness(wanted: np.ndarray, heard: np.ndarray) -> float:
    """Return the correlation of two sounds as they lie, 1 for the same."""
    length = min(len(wanted), len(heard))
    return float(np.corrcoef(wanted[:length].ravel(), heard[:length].ravel())[0, 1])
