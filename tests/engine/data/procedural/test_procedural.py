"""Procedural clips: named by a seed, free of aliasing, true to their captions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from engine.data.procedural.atlas import TextureAtlas, build_atlas
from engine.data.procedural.batches import Bucket, ClipStream
from engine.data.procedural.library import FootageShot, Library, find_shots, load_library
from engine.data.procedural.render import LayeredClip, Viewport, full_view, render
from engine.data.procedural.scenes import SceneMix, sample_clips
from engine.data.structure import StructureMix, sample_structure


@pytest.fixture(scope="module")
def material() -> tuple[TextureAtlas, Library]:
    rng = np.random.default_rng(0)
    still = cv2.resize(rng.integers(0, 255, (24, 40, 4), dtype=np.uint8), (400, 240))
    still[..., 3] = 255
    sprite = np.zeros((60, 80, 4), np.uint8)
    sprite[10:50, 10:70] = (255, 0, 0, 255)
    footage = [np.roll(still, 3 * k, axis=1) for k in range(30)]
    atlas = build_atlas([still, sprite, *footage])
    shots = (FootageShot(2, 30, "waves"),)
    return atlas, Library(atlas.sides(), (0,), (1,), ("car",), shots)


def test_a_seed_names_a_batch(material: tuple[TextureAtlas, Library]) -> None:
    atlas, library = material
    stream = ClipStream(library, [Bucket(4, 64, 48, 3)], SceneMix(), StructureMix(), seed=4)
    first, again, other = stream.batch(7), stream.batch(7), stream.batch(8)
    view = full_view(64, 48)
    assert first.sizes == again.sizes
    assert torch.equal(first.token_ids, again.token_ids)
    assert torch.equal(render(atlas, first.layers, view), render(atlas, again.layers, view))
    assert not torch.equal(first.layers.affine, other.layers.affine)


def test_a_tile_is_the_same_picture_as_in_the_whole_frame(
    material: tuple[TextureAtlas, Library],
) -> None:
    atlas, library = material
    clips = sample_clips(np.random.default_rng(2), library, 5, ((), (3,)), SceneMix())
    whole = render(atlas, clips.layers, full_view(64, 48))
    corner = torch.tensor([[16.0, 8.0]] * 2)
    tile = render(atlas, clips.layers, Viewport(32, 24, 64, 48), corner)
    torch.testing.assert_close(tile, whole[..., 8:32, 16:48], atol=1e-4, rtol=0)


def test_minified_noise_turns_grey_instead_of_aliasing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (512, 512, 4), dtype=np.uint8)
    noise[..., 3] = 255
    atlas = build_atlas([noise])
    affine = torch.tensor([[512.0, 0.0, 256.0], [0.0, 512.0, 256.0]]).view(1, 1, 1, 2, 3)
    clip = LayeredClip(
        torch.zeros(1, 1, 1, dtype=torch.int64),
        affine,
        torch.full((1, 1, 1), 512.0),
        torch.tensor([[[1.0, 0.0]]]),
    )
    small = render(atlas, clip, full_view(32, 32))
    large = render(atlas, clip, full_view(512, 512))
    assert small.std() < 0.2 * large.std()


def test_a_pan_to_the_right_moves_the_picture_left(material: tuple[TextureAtlas, Library]) -> None:
    _, library = material
    mix = SceneMix(0, 0.0, camera=(0, 1, 0, 0, 0, 0), speed=(0.02, 0.021), handheld=0, no_caption=0)
    for seed in range(6):
        clips = sample_clips(np.random.default_rng(seed), library, 12, ((),), mix)
        (caption,) = clips.captions[0]
        x = clips.layers.affine[0, :, 0, :, 2]
        turned = clips.layers.affine[0, 0, 0, 0, 0] < 0
        moved = (x[-1, 0] - x[0, 0]) * (-1 if turned else 1)
        assert ("right" in caption) == bool(moved > 0) or turned
        assert "pan" in caption


def test_cuts_change_the_picture_and_the_caption(material: tuple[TextureAtlas, Library]) -> None:
    _, library = material
    mix = SceneMix(no_caption=0.0)
    clips = sample_clips(np.random.default_rng(1), library, 21, ((5, 13), ()), mix)
    assert [len(c) for c in clips.captions] == [3, 1]


def test_structures_are_legal_and_cover_every_situation() -> None:
    rng = np.random.default_rng(0)
    clean_counts: set[int] = set()
    free = cuts = 0
    for _ in range(200):
        s = sample_structure(rng, 13, 4, StructureMix(), draws=2)
        assert s.plan.num_latents == 13
        assert all(chunk.num_frames % 4 == 1 for chunk in s.plan.chunks)
        assert s.clean.shape == (2, 4, 13)
        assert not s.clean.all(axis=-1).any()
        starts = {chunk.start for chunk in s.plan.chunks[1:]}
        assert all(set(c) <= starts for c in s.cut_frames)
        clean_counts |= set(s.clean.sum(-1).ravel().tolist())
        free += any(c.num_latents == 1 for c in s.plan.chunks[1:-1])
        cuts += sum(bool(c) for c in s.cut_frames)
    assert {0, 1, 2, 3} <= clean_counts
    assert free > 10
    assert cuts > 50


def test_material_folder_is_read_and_footage_split_at_cuts(tmp_path: Path) -> None:
    for name in ("backgrounds", "sprites", "footage"):
        (tmp_path / name).mkdir()
    cv2.imwrite(str(tmp_path / "backgrounds/a.png"), np.full((40, 60, 3), 90, np.uint8))
    cv2.imwrite(str(tmp_path / "sprites/01_red_car.png"), np.full((20, 20, 4), 255, np.uint8))
    atlas, library = load_library(tmp_path)
    assert atlas.num_textures == 2
    assert library.names == ("red",)
    dark, light = np.zeros((36, 64, 3), np.uint8), np.full((36, 64, 3), 200, np.uint8)
    assert find_shots([dark] * 3 + [light] * 4) == [(0, 3), (3, 7)]


def test_footage_scenes_advance(material: tuple[TextureAtlas, Library]) -> None:
    _, library = material
    mix = replace(SceneMix(), footage=1.0)
    clips = sample_clips(np.random.default_rng(3), library, 10, ((),), mix)
    textures = clips.layers.texture[0, :, 0]
    assert len(set(textures.tolist())) > 3
