"""Random scenes with a known camera, known motion and hence a known caption.

A clip is one to three scenes. A scene is a background (a still, or real footage) under an eased
camera, with up to four cut-outs on paths of their own; scenes of one clip often share characters.
Everything is drawn from one numpy generator, so a seed names a clip. Output is a
:class:`~engine.data.procedural.render.LayeredClip` for the renderer. Knows neither chunks nor
latents.

The world's unit is the frame's width at zoom 1; x runs right, y down. Speeds are frame widths a
frame.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from engine.data.procedural.library import Library
from engine.data.procedural.render import LayeredClip

Floats = NDArray[np.float64]

CAMERA_MOVES = ("static", "pan", "tilt", "push", "roll", "drift")


@dataclass(frozen=True)
class SceneMix:
    """How scenes are drawn.

    Attributes:
        max_sprites: cut-outs per scene at most.
        footage: chance that a scene's background is real footage.
        camera: chances of the moves in ``CAMERA_MOVES``.
        speed: range of speeds, drawn log-uniformly.
        density: range of texture pixels per frame width of stills.
        sprite_size: range of a cut-out's longer side.
        handheld: chance of a shaking camera.
        no_caption: chance that a clip has an empty caption.
        aspect: height of the frame over its width.
        min_footage_density: shows footage at least this finely, mirrored past its edges.
    """

    max_sprites: int = 4
    footage: float = 0.25
    camera: tuple[float, ...] = (0.2, 0.3, 0.12, 0.2, 0.06, 0.12)
    speed: tuple[float, float] = (0.0015, 0.02)
    density: tuple[float, float] = (450.0, 1500.0)
    sprite_size: tuple[float, float] = (0.15, 0.6)
    handheld: float = 0.15
    no_caption: float = 0.1
    aspect: float = 144 / 256
    min_footage_density: float = 0.0


@dataclass
class _Layers:
    """Arrays of one clip under construction: texture (F, L), affine (F, L, 2, 3) and so on."""

    texture: NDArray[np.int64]
    affine: Floats
    density: Floats
    grade: Floats


@dataclass(frozen=True)
class _Camera:
    """The camera of a scene: centre (T, 2), zoom (T,), roll (T,) in radians, and its caption."""

    centre: Floats
    zoom: Floats
    roll: Floats
    caption: str


@dataclass(frozen=True)
class ClipBatch:
    """Clips for the renderer and what to call them: per clip, one caption per shot."""

    layers: LayeredClip
    captions: tuple[tuple[str, ...], ...] = field(default=())


def sample_clips(
    rng: np.random.Generator,
    library: Library,
    num_frames: int,
    cut_frames: tuple[tuple[int, ...], ...],
    mix: SceneMix,
) -> ClipBatch:
    """Draw one clip for every entry of ``cut_frames`` (ascending frames where a scene begins)."""
    clips: list[_Layers] = []
    captions: list[tuple[str, ...]] = []
    for cuts in cut_frames:
        layers, caption = _sample_clip(rng, library, num_frames, cuts, mix)
        clips.append(layers)
        silent = rng.random() < mix.no_caption
        captions.append(("",) if silent else caption)

    def stack(name: str, dtype: torch.dtype) -> torch.Tensor:
        return torch.from_numpy(np.stack([getattr(c, name) for c in clips])).to(dtype)

    layered = LayeredClip(
        stack("texture", torch.int64),
        stack("affine", torch.float32),
        stack("density", torch.float32),
        stack("grade", torch.float32),
    )
    return ClipBatch(layered, tuple(captions))


def _sample_clip(
    rng: np.random.Generator,
    library: Library,
    num_frames: int,
    cuts: tuple[int, ...],
    mix: SceneMix,
) -> tuple[_Layers, tuple[str, ...]]:
    num_layers = 1 + mix.max_sprites
    layers = _Layers(
        np.full((num_frames, num_layers), -1, dtype=np.int64),
        np.zeros((num_frames, num_layers, 2, 3)),
        np.ones((num_frames, num_layers)),
        np.zeros((num_frames, 2)),
    )
    shared = _draw_cast(rng, library, mix)
    captions: list[str] = []
    background = -1
    for start, stop in zip((0, *cuts), (*cuts, num_frames), strict=True):
        cast = shared if rng.random() < 0.7 else _draw_cast(rng, library, mix)
        camera = _sample_camera(rng, stop - start, mix)
        keep = background if background >= 0 and rng.random() < 0.3 else None
        view = slice(start, stop)
        background, seen = _place_background(rng, library, layers, view, camera, mix, keep)
        words = [camera.caption, seen]
        words += [
            _place_sprite(rng, library, layers, view, camera, depth, sprite, mix)
            for depth, sprite in enumerate(cast, start=1)
        ]
        captions.append(", ".join(word for word in words if word))
        layers.grade[view] = rng.uniform(0.75, 1.15), rng.uniform(-0.08, 0.08)
    return layers, tuple(captions)


def _draw_cast(rng: np.random.Generator, library: Library, mix: SceneMix) -> list[int]:
    weights = np.asarray([0.25, 0.3, 0.25, 0.12, 0.08][: mix.max_sprites + 1])
    count = int(rng.choice(len(weights), p=weights / weights.sum())) if library.sprites else 0
    return [int(i) for i in rng.integers(0, len(library.sprites), count)]


def _speed(rng: np.random.Generator, mix: SceneMix) -> float:
    low, high = np.log(mix.speed)
    return float(np.exp(rng.uniform(low, high)))


def _pace(speed: float) -> str:
    """Return the adverb of a speed; in between there is none."""
    return "slowly" if speed < 0.004 else "fast" if speed > 0.011 else ""


def _progress(rng: np.random.Generator, length: int) -> Floats:
    """Return (T,) progress from −½ to ½: steady, eased, or with a changing pace."""
    t = (np.arange(length) + 0.5) / length
    style = rng.random()
    if style < 0.4:
        t = t * t * (3 - 2 * t)
    elif style < 0.55:
        t = t + 0.12 * np.sin(2 * np.pi * (t + rng.random()))
    return t - 0.5


def _sample_camera(rng: np.random.Generator, length: int, mix: SceneMix) -> _Camera:
    weights = np.asarray(mix.camera)
    move = CAMERA_MOVES[int(rng.choice(len(weights), p=weights / weights.sum()))]
    speed = _speed(rng, mix)
    way = _progress(rng, length) * speed * length
    sign = 1.0 if rng.random() < 0.5 else -1.0
    centre, zoom, roll = np.zeros((length, 2)), np.ones(length), np.zeros(length)
    caption = "static camera"
    match move:
        case "pan":
            centre[:, 0] = sign * way
            caption = f"{_pace(speed)} pan {'right' if sign > 0 else 'left'}"
        case "tilt":
            centre[:, 1] = sign * way * 0.7
            caption = f"{_pace(speed)} tilt {'down' if sign > 0 else 'up'}"
        case "push":
            zoom = np.exp(sign * way * 0.9)
            caption = f"{_pace(speed)} {'push in' if sign > 0 else 'pull out'}"
        case "roll":
            roll = sign * way * 0.8
            caption = f"{_pace(speed)} roll {'right' if sign > 0 else 'left'}"
        case "drift":
            angle = rng.uniform(0, 2 * np.pi)
            centre = np.outer(way, [np.cos(angle), np.sin(angle)]) * 0.8
            zoom = np.exp(way * rng.uniform(-0.8, 0.8))
            roll = way * rng.uniform(-0.5, 0.5)
            caption = "the camera moves"
        case _:
            pass
    if rng.random() < mix.handheld:
        centre = centre + _shake(rng, length, 0.006)
        roll = roll + _shake(rng, length, 0.008)[:, 0]
        caption += ", handheld"
    return _Camera(centre, zoom * np.exp(rng.uniform(-0.1, 0.25)), roll, caption.strip())


def _shake(rng: np.random.Generator, length: int, amplitude: float) -> Floats:
    t = np.arange(length)[:, None]
    periods, phases = rng.uniform(10, 50, (3, 2)), rng.uniform(0, 2 * np.pi, (3, 2))
    waves = np.sin(2 * np.pi * t[:, :, None] / periods.T + phases.T)
    return amplitude * rng.uniform(0.4, 1.0) * waves.mean(-1) * 2


def _rotation(angle: Floats) -> Floats:
    """Return (T, 2, 2) rotations."""
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)


def _place_background(
    rng: np.random.Generator,
    library: Library,
    layers: _Layers,
    view: slice,
    camera: _Camera,
    mix: SceneMix,
    keep: int | None,
) -> tuple[int, str]:
    """Fill layer 0 of a scene; return the still that was used (−1 for footage) and its caption."""
    length = view.stop - view.start
    still, caption = -1, ""
    if library.shots and rng.random() < mix.footage:
        shot = library.shots[int(rng.integers(len(library.shots)))]
        textures = _footage_frames(rng, shot.first, shot.num_frames, length)
        caption = shot.caption
        width, height = (float(side) for side in library.sides[shot.first])
        widest = min(width, height / mix.aspect)
        density = widest * rng.uniform(0.6, 0.98)
        # Footage moves by itself: mostly hold the camera so that the frame shows it whole.
        calm = 0.0 if rng.random() < 0.7 else 0.35
        camera = _Camera(
            camera.centre * calm, camera.zoom**calm, camera.roll * calm, camera.caption
        )
        density = max(density, mix.min_footage_density)
        slack = np.abs([width - density, height - density * mix.aspect]) / 2
        origin = np.asarray([width, height]) / 2 + rng.uniform(-1, 1, 2) * slack
    else:
        still = int(rng.choice(library.backgrounds)) if keep is None else keep
        textures = np.full(length, still)
        width, height = (float(side) for side in library.sides[still])
        density = float(np.exp(rng.uniform(*np.log(mix.density))))
        origin = np.asarray([width, height]) * rng.uniform(0.25, 0.75, 2)
    matrix = density * _rotation(camera.roll) / camera.zoom[:, None, None]
    if rng.random() < 0.3 and still >= 0:
        matrix = matrix * np.asarray([-1.0, 1.0])[:, None]
    layers.texture[view, 0] = textures
    layers.affine[view, 0, :, :2] = matrix
    layers.affine[view, 0, :, 2] = origin + density * camera.centre
    layers.density[view, 0] = density / camera.zoom.min()
    return still, caption


def _footage_frames(
    rng: np.random.Generator, first: int, available: int, length: int
) -> NDArray[np.int64]:
    """Return texture indices of ``length`` frames: at speed 1 or 2, either way, mirrored."""
    stride = 2 if rng.random() < 0.25 and available >= 2 * length else 1
    room = max(0, available - stride * length)
    steps = int(rng.integers(room + 1)) + stride * np.arange(length)
    steps = steps[::-1] if rng.random() < 0.2 else steps
    folded = np.mod(steps, 2 * available)
    return first + np.where(folded < available, folded, 2 * available - 1 - folded)


def _place_sprite(
    rng: np.random.Generator,
    library: Library,
    layers: _Layers,
    view: slice,
    camera: _Camera,
    depth: int,
    sprite: int,
    mix: SceneMix,
) -> str:
    """Fill one cut-out layer of a scene and return its caption."""
    length = view.stop - view.start
    texture = library.sprites[sprite]
    width, height = (float(side) for side in library.sides[texture])
    size = float(np.exp(rng.uniform(*np.log(mix.sprite_size))))
    speed = _speed(rng, mix)
    way = _progress(rng, length) * speed * length
    middle = rng.uniform(-0.38, 0.38, 2) * np.asarray([1.0, mix.aspect])
    position, growth, spin = np.tile(middle, (length, 1)), np.ones(length), np.zeros(length)
    name = f"{_size_word(size)} {library.names[sprite]}"
    sign = 1.0 if rng.random() < 0.5 else -1.0
    action = rng.choice(
        ["across", "upwards", "free", "grow", "spin", "still"],
        p=[0.42, 0.12, 0.14, 0.1, 0.07, 0.15],
    )
    verb = "stays"
    match str(action):
        case "across":
            position[:, 0] += sign * way
            verb = f"moves {'right' if sign > 0 else 'left'} {_pace(speed)}"
        case "upwards":
            position[:, 1] += sign * way * 0.7
            verb = f"moves {'down' if sign > 0 else 'up'} {_pace(speed)}"
        case "free":
            angle = rng.uniform(0, 2 * np.pi)
            position += np.outer(way, [np.cos(angle), np.sin(angle)])
            verb = "moves"
        case "grow":
            growth = np.exp(sign * way * 1.2)
            verb = "comes closer" if sign > 0 else "goes away"
        case "spin":
            spin = sign * way * 6
            verb = "spins"
        case _:
            pass
    if rng.random() < 0.35:
        position = position + _shake(rng, length, 0.02) * np.asarray([0.3, 1.0])
    if rng.random() < 0.3:
        spin = spin + _shake(rng, length, 0.15)[:, 0]
    spin = spin + rng.normal(0, 0.12)
    parallax = 1.0 if rng.random() < 0.6 else float(rng.uniform(0.4, 1.6))
    # Screen place of the cut-out: the world seen through the camera.
    turn = _rotation(-camera.roll)
    zoom = (camera.zoom / camera.zoom.mean()) ** parallax
    centre = camera.centre * parallax
    on_screen = np.einsum("tij,tj->ti", turn, position - centre) * zoom[:, None]
    per_width = max(width, height) / (size * growth * zoom)
    stretch = 1 + (_shake(rng, length, 0.06)[:, 0] if rng.random() < 0.25 else 0)
    matrix = _rotation(camera.roll - spin) * per_width[:, None, None]
    matrix[:, 0] *= np.broadcast_to(1 / stretch, length)[:, None]
    if rng.random() < 0.5:
        matrix[:, 0] *= -1
    layers.texture[view, depth] = texture
    layers.affine[view, depth, :, :2] = matrix
    layers.affine[view, depth, :, 2] = np.asarray([width, height]) / 2 - np.einsum(
        "tij,tj->ti", matrix, on_screen
    )
    layers.density[view, depth] = per_width.max()
    return f"the {name} {verb}".strip()


def _size_word(size: float) -> str:
    return "small" if size < 0.22 else "big" if size > 0.42 else ""
