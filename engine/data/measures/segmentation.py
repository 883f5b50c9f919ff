"""Films into shots: three detectors behind one protocol, all refined alike.

``transnet`` is TransNetV2, ``light`` is PySceneDetect with a search for dissolves, ``autoshot``
runs a net that the user brings: the paper's AutoShot is published without a licence that would let
its code stand here. Frames come one at a time; what is kept of each is 144 bytes. Knows no file but
the weights of such a net.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from engine.data.measures.transitions import Segmentation, Strip, dissolves_of, segmented
from engine.models.cuts import LightCuts, NetCuts
from engine.protocol.errors import BadInput

Picture = NDArray[np.uint8]
Odds = NDArray[np.float32]
Method = Literal["transnet", "light"]

_NET_SIZE = (48, 27)
_WINDOW, _STEP, _MARGIN = 100, 50, 25
_NET_WINDOW = 300


class ShotFinder(Protocol):
    """Takes frames in order and tells the shots at last."""

    def see(self, frame: Picture) -> None:
        """Take the next frame, (height, width, 3) uint8 RGB, 480 wide or less."""
        ...

    def segmentation(self) -> Segmentation:
        """Return shots and transitions; there are no more frames."""
        ...


class ShotNet(Protocol):
    """A net for shot boundaries, as AutoShot's and TransNetV2's are."""

    def __call__(self, frames: torch.Tensor) -> torch.Tensor:
        """Return logits (1, 100) that a frame is in a transition, of (1, 100, 27, 48, 3) uint8."""
        ...


ShotNetMaker = Callable[[Mapping[str, torch.Tensor]], ShotNet]
"""Makes a net of its weights."""


def shot_finder(method: Method, device: str = "cpu") -> ShotFinder:
    """Return a finder.

    Raises:
        BadInput: its package is not installed.
    """
    match method:
        case "transnet":
            return TransNetShots(device)
        case "light":
            return LightShots()


class TransNetShots:
    """TransNetV2, its transitions told apart and trimmed.

    Raises:
        BadInput: the package is not installed.
    """

    def __init__(self, device: str = "cpu", threshold: float = 0.5) -> None:
        self._net = NetCuts(threshold, device, window=_NET_WINDOW)
        self._threshold = threshold
        self._strip = Strip()

    def see(self, frame: Picture) -> None:
        """Take the next frame."""
        self._net.see(frame)
        self._strip.see(frame)

    def segmentation(self) -> Segmentation:
        """Return shots and transitions."""
        one, inside = self._net.odds()
        levels = self._strip.levels()
        # The net looks a second around; longer dissolves show in the levels.
        spans = [*spans_of(one, inside, self._threshold), *dissolves_of(levels)]
        return segmented(levels, spans)


class LightShots:
    """PySceneDetect for cuts; dissolves and fades by what every frame is made of.

    Raises:
        BadInput: the package is not installed.
    """

    def __init__(self, threshold: float = 3.0) -> None:
        self._cuts = LightCuts(threshold, min_frames=5)
        self._strip = Strip()

    def see(self, frame: Picture) -> None:
        """Take the next frame."""
        self._cuts.see(frame)
        self._strip.see(frame)

    def segmentation(self) -> Segmentation:
        """Return shots and transitions."""
        levels = self._strip.levels()
        cuts = [(cut - 1, cut + 1) for cut in self._cuts.cuts()]
        return segmented(levels, [*cuts, *dissolves_of(levels)])


class NetShots:
    """A net that the user brings (:func:`load_autoshot`), refined as all others are."""

    def __init__(self, net: ShotNet, threshold: float = 0.3) -> None:
        self._net = net
        self._threshold = threshold
        self._frames: list[Picture] = []
        self._odds: list[float] = []
        self._num_seen = 0
        self._strip = Strip()

    def see(self, frame: Picture) -> None:
        """Take the next frame; every 50 the net runs."""
        small = np.asarray(cv2.resize(frame, _NET_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        self._frames += [small] * (1 if self._num_seen else 1 + _MARGIN)
        self._num_seen += 1
        self._strip.see(frame)
        if len(self._frames) >= _WINDOW:
            self._run()

    def segmentation(self) -> Segmentation:
        """Return shots and transitions."""
        last = self._frames[-1:]
        while self._num_seen and len(self._odds) < self._num_seen:
            self._frames += last * (_WINDOW - len(self._frames))
            self._run()
        odds = np.asarray(self._odds[: self._num_seen], np.float32)
        return segmented(self._strip.levels(), spans_of(odds, odds, self._threshold))

    def _run(self) -> None:
        batch = torch.from_numpy(np.stack(self._frames[:_WINDOW]))[None]
        with torch.no_grad():
            odds = torch.sigmoid(self._net(batch))[0, _MARGIN : _MARGIN + _STEP]
        self._odds += odds.flatten().tolist()
        del self._frames[:_STEP]


def load_autoshot(maker: str, weights: Path) -> ShotNet:
    """Return the user's net.

    Args:
        maker: where a :data:`ShotNetMaker` is found, "package.module:name".
        weights: a safetensors file. Other forms can run code when they are opened, and are refused.

    Raises:
        BadInput: one of the two cannot be used.
    """
    if weights.suffix != ".safetensors":
        raise BadInput(
            f"{weights.name} is not a safetensors file; convert the weights of AutoShot to "
            "safetensors first, other files can run code when they are opened."
        )
    module, _, name = maker.partition(":")
    try:
        found: Any = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise BadInput(
            f"{maker} cannot be imported; name the function that makes the net of AutoShot as "
            "package.module:function, or choose TransNetV2."
        ) from error
    try:
        return found(load_file(weights))
    except (OSError, SafetensorError) as error:
        raise BadInput(
            f"{weights.name} cannot be read; choose the safetensors file with the weights of "
            "AutoShot."
        ) from error


def spans_of(one: Odds, inside: Odds, threshold: float) -> list[tuple[int, int]]:
    """Return spans in which a net sees a transition, from two probabilities for each frame.

    Args:
        one: high on one frame of each transition, the last before a cut. (n,)
        inside: high on all frames of a transition. (n,)
        threshold: what is high.
    """
    flags = np.concatenate([[0], ((one > threshold) | (inside > threshold)).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(flags))
    return [
        (int(start), int(stop) + 1)
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
        if one[start:stop].max() > threshold
    ]
