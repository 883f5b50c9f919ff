"""Moves told from poses, and VGGT as a plug-in: a small package here imitates its interface."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.data.measures.trajectories import Trajectory, Vggt, moves_of
from engine.protocol.errors import BadInput

MODEL = """
import torch
class VGGT(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.step = torch.nn.Parameter(torch.zeros(1))
    def forward(self, images):
        frames, channels, height, width = images.shape
        assert channels == 3 and width == 518 and height % 14 == 0 and images.max() <= 1
        return {"pose_enc": self.step * torch.arange(frames)[None, :, None]}
"""
POSES = """
import torch
def pose_encoding_to_extri_intri(encoding, size):
    frames = encoding.shape[1]
    outer = torch.zeros(1, frames, 3, 4)
    outer[..., :3] = torch.eye(3)
    outer[..., 2, 3] = -encoding[..., 0]
    inner = torch.eye(3).repeat(1, frames, 1, 1) * size[1]
    return outer, inner
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with VGGT's interface: the camera goes ahead by its only weight."""
    for name, text in (("models/vggt.py", MODEL), ("utils/pose_enc.py", POSES)):
        path = tmp_path / "vggt" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text)
    (tmp_path / "vggt" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.split(".")[0] == "vggt"]:
        del sys.modules[name]


def turned(axis: int, degrees: float) -> np.ndarray:
    """Return a rotation about an axis that takes the next axis to the one after."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    one, two = (axis + 1) % 3, (axis + 2) % 3
    out = np.eye(3)
    out[one, one], out[one, two], out[two, one], out[two, two] = c, -s, s, c
    return out


def trajectory(last: np.ndarray, place: float = 0.0, focal: float = 1.0) -> Trajectory:
    # Poses map from the world to the camera: the transpose of how the camera was turned.
    rotations = np.stack([np.eye(3), last.T])
    places = np.asarray([[0, 0, 0], [0, 0, place]], float)
    return Trajectory(rotations, places, np.asarray([1.0, focal]), 0.5)


@pytest.mark.parametrize(
    ("seen", "kind", "direction", "amount"),
    [
        # About the axis that points down, z goes to x: the camera looks to the right.
        (trajectory(turned(1, 12)), "pan", "right", np.radians(12)),
        (trajectory(turned(1, -12)), "pan", "left", np.radians(12)),
        # About the axis to the right, y (down) goes to z: the camera looks up.
        (trajectory(turned(0, 12)), "tilt", "up", np.radians(12) / 0.5),
        # About the axis ahead, x (right) goes to y (down).
        (trajectory(turned(2, 12)), "roll", "clockwise", 12),
        (trajectory(np.eye(3), place=0.2), "dolly", "in", -np.log(0.8)),
        (trajectory(np.eye(3), place=-0.25), "dolly", "out", np.log(1.25)),
        (trajectory(np.eye(3), focal=1.3), "zoom", "in", np.log(1.3)),
        (trajectory(np.eye(3)), "static", "", 0.0),
    ],
)
def test_poses_give_moves(seen: Trajectory, kind: str, direction: str, amount: float) -> None:
    (move,) = moves_of(seen)
    assert (move.kind, move.direction) == (kind, direction)
    assert move.amount == pytest.approx(amount)


def test_the_plug_in_gives_a_trajectory(package: Path) -> None:
    save_file({"step": torch.tensor([0.1])}, package / "model.safetensors")
    net = Vggt(package / "model.safetensors", device="cpu")
    told = net(np.full((4, 90, 160, 3), 128, np.uint8))
    np.testing.assert_allclose(told.places[:, 2], [0, 0.1, 0.2, 0.3], atol=1e-6)
    np.testing.assert_allclose(told.focal_lengths, 1.0)
    (move,) = moves_of(told)
    assert (move.kind, move.direction) == ("dolly", "in")


def test_weights_that_are_none_are_refused(package: Path) -> None:
    (package / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(BadInput, match="safetensors"):
        Vggt(package / "model.safetensors", device="cpu")


def test_a_package_that_is_not_installed_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="VGGT is not installed; add its package"):
        Vggt(tmp_path / "model.safetensors")
