"""Camera trajectories by a net, for who has one: VGGT as a plug-in beside the camera meter.

The paper measures the camera with VGGT. Its package is not on the package index and its weights
are of gigabytes, so nothing here needs it: where it is installed, it gives each frame's pose, and
moves are told from poses; else :class:`engine.data.measures.camera.CameraMeter` measures. It is
called by its public interface, which our tests imitate: the real package has not been tried. Knows
no film and no job.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from engine.data.schema import CameraMove
from engine.protocol.errors import BadInput

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

_VGGT_WIDTH, _PATCH = 518, 14
_LEAST = {"pan": 0.045, "tilt": 0.06, "zoom": 0.04, "dolly": 0.04, "roll": 2.0}


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Where a camera stood and looked.

    Attributes:
        rotations: (frames, 3, 3), from the world to the camera; x right, y down, z ahead.
        places: (frames, 3), of the camera in the world; 1 is about how far the scene is away.
        focal_lengths: (frames,), in frame widths.
        aspect: height over width of the frames.
    """

    rotations: Floats
    places: Floats
    focal_lengths: Floats
    aspect: float


class TrajectoryNet(Protocol):
    """Tells a camera's trajectory of some frames of one shot."""

    def __call__(self, frames: NDArray[np.uint8]) -> Trajectory:
        """Return the trajectory of (frames, height, width, 3) uint8 RGB; a few dozen at most."""
        ...


def moves_of(trajectory: Trajectory) -> tuple[CameraMove, ...]:
    """Return the moves from the first to the last pose, the strongest first.

    A camera that comes back is not seen to have moved, and shake is not told.
    """
    turned = trajectory.rotations[-1] @ trajectory.rotations[0].T
    focal = float(trajectory.focal_lengths[0])
    ahead = turned.T @ np.asarray([0.0, 0.0, 1.0])
    went = trajectory.rotations[0] @ (trajectory.places[-1] - trajectory.places[0])
    nearer = float(-np.log(np.clip(1 - went[2], 0.05, 20.0)))
    amounts = {
        "pan": focal * float(np.arctan2(ahead[0], ahead[2])),
        "tilt": focal / trajectory.aspect * float(np.arcsin(np.clip(ahead[1], -1, 1))),
        "zoom": float(np.log(trajectory.focal_lengths[-1] / focal)),
        "dolly": nearer,
        # The world turns against the camera.
        "roll": float(np.degrees(np.arctan2(turned[0, 1], turned[0, 0]))),
    }
    ways = {
        "pan": ("right", "left"),
        "tilt": ("down", "up"),
        "zoom": ("in", "out"),
        "dolly": ("in", "out"),
        "roll": ("clockwise", "counter-clockwise"),
    }
    strongest = sorted(amounts, key=lambda kind: -abs(amounts[kind]) / _LEAST[kind])
    found = tuple(
        CameraMove.model_validate(
            {"kind": kind, "direction": ways[kind][amounts[kind] < 0], "amount": abs(amounts[kind])}
        )
        for kind in strongest
        if abs(amounts[kind]) >= _LEAST[kind]
    )
    return found or (CameraMove(kind="static"),)


class Vggt:
    """VGGT (Wang et al., 2025) from the ``vggt`` package, with weights that lie on this machine.

    Args:
        weights: a safetensors file.
        device: torch's name of it.

    Raises:
        BadInput: the package is not installed, or the file holds no weights for it.
    """

    def __init__(self, weights: Path, device: str = "cuda") -> None:
        try:
            models, poses = (
                importlib.import_module(path)
                for path in ("vggt.models.vggt", "vggt.utils.pose_enc")
            )
        except ImportError as error:
            raise BadInput(
                "VGGT is not installed; add its package vggt from its makers' repository, or let "
                "the camera be measured without it."
            ) from error
        self._poses: Any = poses
        self._device = device
        net: Any = models.VGGT()
        try:
            net.load_state_dict(load_file(weights))
        except (OSError, SafetensorError, RuntimeError) as error:
            raise BadInput(
                f"{weights.name} holds no weights of VGGT as safetensors; choose its "
                "model.safetensors, or let the camera be measured without it."
            ) from error
        self._net = net.to(device).eval()

    def __call__(self, frames: NDArray[np.uint8]) -> Trajectory:
        """Return the trajectory of frames."""
        images = torch.from_numpy(np.stack([_fitted(frame) for frame in frames]))
        batch = images.permute(0, 3, 1, 2).to(self._device).float() / 255
        height, width = batch.shape[-2:]
        with torch.no_grad():
            told = self._net(batch)["pose_enc"]
            outer, inner = self._poses.pose_encoding_to_extri_intri(told, (height, width))
        matrices = outer[0].double().cpu().numpy()
        rotations = matrices[:, :, :3]
        places = -np.einsum("fji,fj->fi", rotations, matrices[:, :, 3])
        focal = inner[0, :, 0, 0].double().cpu().numpy() / width
        return Trajectory(rotations, places, focal, height / width)


def _fitted(frame: Picture) -> Picture:
    """Return a frame as wide as VGGT wants it, its height of whole patches."""
    height = round(frame.shape[0] * _VGGT_WIDTH / frame.shape[1] / _PATCH) * _PATCH
    size = (_VGGT_WIDTH, max(_PATCH, height))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
