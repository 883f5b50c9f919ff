"""What a job costs before anything is known of this machine: seconds of each stage, peak memory.

Arithmetic over tokens, latents and pixels, with rates measured once (``docs/experiments.md``). It
is meant to be wrong by a factor that is the same from run to run, which the editor then learns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from engine.planning.resolution import FrameSize, draft_size
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.messages import Stage

GIB = 1024**3

_CARD_TFLOPS = {
    "H200": 560,
    "H100": 500,
    "A100": 180,
    "5090": 160,
    "4090": 120,
    "L40": 130,
    "3090": 55,
}
"""Sustained in bf16 with attention, not what the data sheet says."""

_OTHER_CARD_TFLOPS = 40
_CORE_TFLOPS = 0.09
_CARD_PIXELS_PER_S = 40e6
_CORE_PIXELS_PER_S = 0.9e6
"""What a codec brings from or to latents, resizing and writing included."""

_LIGHT_CODEC_GAIN = 4.0
_LOAD_BYTES_PER_S = 1.5e9
_BUS_BYTES_PER_S = 55e9
_TOKEN_COPIES = 12
"""Images of the tokens that a forward holds at once."""

_DECODE_BYTES_PER_PIXEL = 3700
_TILE_BYTES = 1.3 * GIB
_HOST_BASE_BYTES = 0.65 * GIB
_CARD_BASE_BYTES = 0.4 * GIB


@dataclass(frozen=True, slots=True)
class PassSize:
    """What of a pass decides its cost.

    Attributes:
        num_latents, num_frames: generated, the surplus included.
        num_keyframes, num_shots: encoded pictures and captions.
        width, height: of the finished film in pixels.
    """

    num_latents: int
    num_frames: int
    num_keyframes: int
    num_shots: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A device as far as it decides how long work takes."""

    tflops: float
    pixels_per_s: float
    is_card: bool

    @staticmethod
    def of(device: DeviceReport) -> Machine:
        """Return what a device is expected to do."""
        if device.type == "cpu":
            cores = max(1, device.num_cores)
            return Machine(cores * _CORE_TFLOPS, cores * _CORE_PIXELS_PER_S, is_card=False)
        known = (value for name, value in _CARD_TFLOPS.items() if name in device.name)
        return Machine(next(known, _OTHER_CARD_TFLOPS), _CARD_PIXELS_PER_S, is_card=True)


@dataclass(frozen=True, slots=True)
class Cost:
    """Expected seconds of each stage, and memory in bytes.

    Attributes:
        peak_bytes: with everything on the device.
        least_bytes: with the transformer streamed block by block and frames coded in tiles; the
            same where that cannot be.
        slowdown: by what factor streaming makes the job slower.
    """

    seconds: dict[Stage, float]
    peak_bytes: float
    least_bytes: float
    slowdown: float = 1.0


def draft_cost(size: PassSize, model: ModelFacts, device: DeviceReport, *, fp8: bool) -> Cost:
    """Return what Director-Gen costs on a pass."""
    machine = Machine.of(device)
    frame = draft_size(FrameSize(size.width, size.height), model.draft_area, model.size_multiple)
    pixels = frame.width * frame.height
    tokens = size.num_latents * pixels / model.size_multiple**2
    forward_s = _forward_flop(tokens, model) / machine.tflops / 1e12
    codec = machine.pixels_per_s * (_LIGHT_CODEC_GAIN if model.is_light else 1.0)
    seconds: dict[Stage, float] = {
        "load": _weights(model) / _LOAD_BYTES_PER_S,
        "captions": _caption_s(size.num_shots, model, machine),
        "keyframes": size.num_keyframes * pixels / codec,
        "denoise": forward_s * model.num_steps,
        "decode": size.num_frames * pixels / codec,
    }
    memory = _memory(tokens, pixels, size.num_frames, model, machine, fp8=fp8)
    return _with_seconds(memory, seconds, forward_s, model, machine)


def refine_cost(size: PassSize, model: ModelFacts, device: DeviceReport, *, fp8: bool) -> Cost:
    """Return what Director-SR costs on a pass: windows and tiles bound what it attends over."""
    machine = Machine.of(device)
    frame = FrameSize(size.width, size.height).padded(model.size_multiple)
    pixels = frame.width * frame.height
    positions = pixels / model.size_multiple**2
    per_tile = min(positions, (model.tile * model.stride / model.size_multiple) ** 2)
    window = min(size.num_latents, model.max_window_latents)
    tokens = window * per_tile
    num_parts = size.num_latents / window * positions / per_tile
    forward_s = _forward_flop(tokens, model) * num_parts / machine.tflops / 1e12
    codec = machine.pixels_per_s * (_LIGHT_CODEC_GAIN if model.is_light else 1.0)
    # The lift decodes, resizes and encodes; what is refined is decoded as the windows go by.
    around_s = 3.0 * size.num_frames * pixels / codec
    seconds: dict[Stage, float] = {
        "load": _weights(model) / _LOAD_BYTES_PER_S,
        "keyframes": size.num_keyframes * pixels / codec,
        "refine": forward_s * model.num_steps + around_s,
    }
    memory = _memory(tokens, pixels, size.num_frames, model, machine, fp8=fp8)
    return _with_seconds(memory, seconds, forward_s, model, machine)


def export_cost(num_frames: int, width: int, height: int, device: DeviceReport) -> Cost:
    """Return what it costs to write a movie."""
    machine = Machine.of(device)
    seconds: dict[Stage, float] = {"export": num_frames * width * height / machine.pixels_per_s}
    base = 0.0 if machine.is_card else _HOST_BASE_BYTES
    return Cost(seconds, base, base)


def take_bytes(size: PassSize, model: ModelFacts | None) -> tuple[float, float]:
    """Return about how large a draft and a master are on disk, in bytes.

    Intermediate movies are all but lossless: about 3 bits a pixel for drafts and 1.5 for masters.
    """
    area = model.draft_area if model is not None else 832 * 480
    frames = size.num_frames
    return frames * area * 3 / 8, frames * size.width * size.height * 1.5 / 8


def _forward_flop(tokens: float, model: ModelFacts) -> float:
    dense = 8 * model.width**2 + 4 * model.width * model.ffn_width
    return model.num_layers * (tokens * dense + 4 * tokens**2 * model.width)


def _caption_s(count: int, model: ModelFacts, machine: Machine) -> float:
    """Two operations for each weight and each of some hundred tokens."""
    flop = count * model.text_bytes * 512
    return 0.02 + flop / machine.tflops / 1e12


def _weights(model: ModelFacts) -> int:
    return model.transformer_bytes + model.codec_bytes


def _memory(
    tokens: float,
    pixels: float,
    num_frames: int,
    model: ModelFacts,
    machine: Machine,
    *,
    fp8: bool,
) -> Cost:
    net = model.transformer_bytes / (2 if fp8 else 1)
    working = _TOKEN_COPIES * tokens * model.width * (2 if machine.is_card else 4)
    if model.is_light or not machine.is_card:
        # Frames of a window stand side by side as float32: what came, and what is made of it.
        decoding = 2 * 12 * pixels * min(num_frames, 4 * model.max_window_latents)
    else:
        decoding = _DECODE_BYTES_PER_PIXEL * pixels
    base = _CARD_BASE_BYTES if machine.is_card else _HOST_BASE_BYTES
    peak = base + net + model.codec_bytes + max(working, decoding)
    if not machine.is_card:
        return Cost({}, peak, peak)
    streamed = 2 * net / model.num_layers
    least = base + streamed + model.codec_bytes + max(working, min(decoding, _TILE_BYTES))
    return Cost({}, peak, min(peak, least))


def _with_seconds(
    memory: Cost,
    seconds: dict[Stage, float],
    forward_s: float,
    model: ModelFacts,
    machine: Machine,
) -> Cost:
    slowdown = 1.0
    if machine.is_card and forward_s > 0:
        slowdown = 1 + 0.8 * model.transformer_bytes / _BUS_BYTES_PER_S / forward_s
    return replace(memory, seconds=seconds, slowdown=slowdown)


def fitting_share(available: float, cost: Cost) -> float:
    """Return about what share of a pass fits into memory, 0 to 1; what does not shrink is paid."""
    if cost.least_bytes <= 0 or math.isinf(available):
        return 1.0
    return max(0.0, min(1.0, available / cost.least_bytes))
