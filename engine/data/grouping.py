"""Which consecutive shots belong to one scene: by what they look like, and by a model's word.

Shots of a scene share colours and places; a dialogue goes back and forth between two pictures
(A-B-A), so a shot is compared to several before it, and what lies between two that are alike
belongs to them (the overlapping links of Hanjalic, Lagendijk and Biemond, 1999). Where likeness
says neither yes nor no, somebody who looks at the pictures may be asked. Pure but for that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

LOOK_BACK = 5
"""Shots before one that it is compared to: enough for A-B-A-C-A."""
ALIKE = 0.70
"""Likeness from which two shots are of one scene: of pictures from different films, one pair in a
hundred reaches 0.56, and beyond 0.70 are only copies (docs/experiments.md)."""
UNSURE = 0.50
"""Likeness from which a model is asked, where there is one."""
SAME_PLACE = 0.80
"""Likeness from which two shots, however far apart, must not be on both sides of a split."""

_BINS = (12, 4, 4)
_STRUCTURE = (16, 9)
_WEIGHT_COLOUR = 0.55

Judge = Callable[[int, int], bool | None]
"""Tells for two shots, by their numbers, whether they are of one scene; None where it cannot."""


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a picture looks like.

    Attributes:
        colour: (192,) root of the histogram of hue, saturation and value; its squares sum to 1.
        structure: (144,) luma of a tiny copy, mean 0 and length 1; all 0 for a plain picture.
    """

    colour: NDArray[np.float32]
    structure: NDArray[np.float32]


def descriptor(picture: Picture) -> Descriptor:
    """Return what a picture, (height, width, 3) uint8 RGB, looks like."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, list(_BINS), [0, 180, 0, 256, 0, 256]).ravel()
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    tiny = cv2.resize(gray, _STRUCTURE, interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    tiny -= tiny.mean()
    length = float(np.linalg.norm(tiny))
    structure = tiny / length if length > len(tiny) ** 0.5 else np.zeros_like(tiny)
    return Descriptor(np.sqrt(counts / max(float(counts.sum()), 1.0)), structure)


def likeness(left: Sequence[Descriptor], right: Sequence[Descriptor]) -> float:
    """Return how alike two shots are, 0 to 1: of their pictures, the two that are most alike."""
    return max((_alike(a, b) for a in left for b in right), default=0.0)


def _alike(a: Descriptor, b: Descriptor) -> float:
    colour = float(a.colour @ b.colour)  # Bhattacharyya's coefficient
    if not a.structure.any() or not b.structure.any():
        return colour
    structure = max(0.0, float(a.structure @ b.structure))
    return _WEIGHT_COLOUR * colour + (1 - _WEIGHT_COLOUR) * structure


def scenes_of(
    shots: Sequence[Sequence[Descriptor]],
    judge: Judge | None = None,
    continued: Collection[int] = (),
) -> list[int]:
    """Return for each shot the number of its scene; scenes are runs of consecutive shots.

    Args:
        shots: descriptors of some pictures of each shot, in order.
        judge: asked where likeness leaves it open; what it does not know stays a new scene.
        continued: numbers of those that go on with the shot before them, whatever they show.
    """
    count = len(shots)
    # A link from an earlier shot to a later one holds everything between them together.
    links = [number in continued for number in range(1, count)]
    for number in range(1, count):
        for before in range(max(0, number - LOOK_BACK), number):
            if likeness(shots[before], shots[number]) >= ALIKE:
                links[before:number] = [True] * (number - before)
                break
    if judge is not None:
        for number, held in enumerate(links):
            near = likeness(shots[number], shots[number + 1])
            if not held and near >= UNSURE:
                links[number] = judge(number, number + 1) is True
    scenes = [0] * count
    for number in range(1, count):
        scenes[number] = scenes[number - 1] + (0 if links[number - 1] else 1)
    return scenes


def places_of(shots: Sequence[Sequence[Descriptor]], scenes: Sequence[int]) -> list[int]:
    """Return for each shot a number that all shots of one place share, however far apart.

    Scenes that come back later in a film get one number, so that a split by it puts no picture on
    both sides. Cost: compares every shot to every other, as one product of matrices.
    """
    parents = list(range(max(scenes, default=-1) + 1))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    pictures = [(scene, one) for scene, shot in zip(scenes, shots, strict=True) for one in shot]
    if not pictures:
        return [root(scene) for scene in scenes]
    owners = np.asarray([scene for scene, _ in pictures])
    colours = np.stack([one.colour for _, one in pictures])
    structures = np.stack([one.structure for _, one in pictures])
    for place, (scene, one) in enumerate(pictures):
        alike = _WEIGHT_COLOUR * (colours[place + 1 :] @ one.colour)
        alike += (1 - _WEIGHT_COLOUR) * (structures[place + 1 :] @ one.structure)
        for other in np.unique(owners[place + 1 :][alike >= SAME_PLACE]):
            first, second = sorted((root(scene), root(int(other))))
            parents[second] = first
    return [root(scene) for scene in scenes]
