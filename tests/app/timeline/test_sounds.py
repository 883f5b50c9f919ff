"""Sounds on lanes: nothing that is edited moves what is heard."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.timeline import sounds
from app.timeline.edits import EditError
from app.timeline.parts import SoundClip, SoundItem
from app.timeline.project import Format, Project, Shot
from app.timeline.storage import ProjectError, create_project, load_project
from engine.planning.sound import sample_at
from engine.protocol.export import SoundSpec
from engine.protocol.jobs import FrameRate

FOLDER = Path("/film.sdproj")
RATES = [FrameRate(num=24), FrameRate(num=24000, den=1001), FrameRate(num=30000, den=1001)]
ITEM = SoundItem(id="s", file="s.wav", name="song.wav", sha256="aa", num_samples=480_001)


def _film(rate: FrameRate = RATES[0], item: SoundItem = ITEM, frame: int = 10) -> Project:
    film = Project(format=Format(rate=rate), shots=(Shot(num_frames=240),))
    return sounds.add_sounds(film, [item], frame)[0]


def _shift(spec: SoundSpec) -> int:
    return spec.start - spec.at


def test_a_whole_sound_is_laid_to_the_sample() -> None:
    film = _film()
    (spec,) = sounds.heard(film, FOLDER)
    assert spec == SoundSpec(path=str(FOLDER / "media/s.wav"), stop=480_001, at=20_000)
    assert film.sound_clips[0].num_frames == 241, "the last, partial frame belongs to it"


@given(
    rate=st.sampled_from(RATES),
    frame=st.integers(0, 500),
    edits=st.lists(
        st.tuples(st.sampled_from(["head", "tail", "split"]), st.integers(-400, 400)), max_size=8
    ),
)
@example(rate=RATES[2], frame=1, edits=[("tail", -299), ("head", 0)])
def test_trims_and_splits_never_move_what_is_heard(
    rate: FrameRate, frame: int, edits: list[tuple[str, int]]
) -> None:
    film = _film(rate, frame=frame)
    (whole,) = sounds.heard(film, FOLDER)
    for kind, delta in edits:
        clip = film.sound_clips[delta % len(film.sound_clips)]
        if kind == "split":
            if clip.num_frames > 1:
                at = clip.frame + 1 + abs(delta) % (clip.num_frames - 1)
                film = sounds.split_clips(film, {clip.id}, at)
        else:
            film = sounds.trim_clip(film, clip.id, kind, delta)  # type: ignore[arg-type]
    for spec in sounds.heard(film, FOLDER):
        assert _shift(spec) == _shift(whole)
        assert 0 <= spec.start < spec.stop <= ITEM.num_samples
    lanes = sorted((c.lane, c.frame, c.stop) for c in film.sound_clips)
    for (lane, _, stop), (next_lane, start, _) in itertools.pairwise(lanes):
        assert lane != next_lane or stop <= start


def test_two_halves_sound_like_the_whole() -> None:
    film = _film(RATES[2])
    halves = sounds.split_clips(film, {film.sound_clips[0].id}, 77)
    left, right = sounds.heard(halves, FOLDER)
    assert (left.stop, left.at + left.stop - left.start) == (right.start, right.at)
    assert right.stop == ITEM.num_samples


def test_a_trimmed_head_comes_back_to_the_first_sample() -> None:
    film = _film(RATES[1])
    name = film.sound_clips[0].id
    short = sounds.trim_clip(film, name, "head", 30)
    assert short.sound_clips[0].offset == sample_at(40, RATES[1].fraction) - sample_at(
        10, RATES[1].fraction
    )
    assert sounds.trim_clip(short, name, "head", -500) == film


def test_what_would_overlap_goes_to_the_next_lane() -> None:
    film, (second,) = sounds.add_sounds(_film(), [ITEM], 100)
    assert [clip.lane for clip in film.sound_clips] == [0, 1]
    assert len(film.sounds) == 1, "one content is registered once"
    back = sounds.move_clips(film, {second}, 200, -1)
    assert [(clip.lane, clip.frame) for clip in back.sound_clips] == [(0, 10), (0, 300)]
    assert sounds.move_clips(back, {second}, -1000).sound_clips[1].frame == 0
    for _ in range(2):
        film, _ = sounds.add_sounds(film, [ITEM], 100)
    with pytest.raises(EditError, match="All lanes are taken"):
        sounds.add_sounds(film, [ITEM], 100)


def test_a_tail_stops_at_a_neighbour_and_at_the_files_end() -> None:
    film = _film()
    first = film.sound_clips[0].id
    film = sounds.trim_clip(film, first, "tail", -200)
    assert film.sound_clips[0].num_frames == 41
    film, _ = sounds.add_sounds(film, [ITEM], 60)
    assert film.sound_clips[1].lane == 0
    assert sounds.clamp_trim(film, first, "tail", 500) == 9
    film = sounds.remove_clips(film, {film.sound_clips[1].id})
    assert sounds.clamp_trim(film, first, "tail", 500) == 200


def test_gain_fades_and_mute() -> None:
    film = _film()
    name = film.sound_clips[0].id
    film = sounds.set_gain(film, {name}, -6)
    film = sounds.set_fade(film, name, "head", 24)
    film = sounds.set_fade(film, name, "tail", 10_000)
    clip = film.sound_clips[0]
    assert (clip.gain_db, clip.fade_in, clip.fade_out) == (-6, 24, 241 - 24)
    (spec,) = sounds.heard(film, FOLDER)
    assert (spec.gain_db, spec.fade_in) == (-6, 48_000)
    shorter = sounds.trim_clip(film, name, "tail", -230).sound_clips[0]
    assert (shorter.num_frames, shorter.fade_in, shorter.fade_out) == (11, 11, 0)
    assert sounds.heard(sounds.set_muted(film, {name}, True), FOLDER) == ()
    assert sounds.set_gain(film, {name}, 99).sound_clips[0].gain_db == 24


def test_another_rate_keeps_the_length_in_seconds() -> None:
    film = _film()
    (clip,) = sounds.retimed(film.sound_clips, Fraction(24), Fraction(30))
    assert (clip.frame, clip.num_frames) == (10, 301)


def test_paste_brings_the_sound_along() -> None:
    film = _film()
    empty = Project(shots=(Shot(num_frames=10),))
    copies = sounds.renewed_clips(film.sound_clips)
    pasted = sounds.paste_clips(empty, copies, film.sounds, 3)
    assert pasted.sound_clips[0].frame == 3
    assert pasted.sounds == (ITEM,)
    assert pasted.sound_clips[0].id != film.sound_clips[0].id


def test_a_film_with_sound_is_stored_and_an_old_one_opens(tmp_path: Path) -> None:
    film = _film()
    folder = create_project(tmp_path / "a.sdproj", film)
    assert load_project(folder) == film
    raw = json.loads((folder / "project.json").read_text())
    del raw["sounds"], raw["sound_clips"]
    (folder / "project.json").write_text(json.dumps(raw))
    assert load_project(folder).sound_clips == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sounds": []}, "not in the project"),
        ({"sounds": [{**ITEM.model_dump(), "file": "../../etc/passwd"}]}, "outside the project"),
    ],
)
def test_a_damaged_film_is_refused(tmp_path: Path, change: dict[str, object], words: str) -> None:
    folder = create_project(tmp_path / "a.sdproj", _film())
    raw = json.loads((folder / "project.json").read_text())
    (folder / "project.json").write_text(json.dumps(raw | change))
    with pytest.raises(ProjectError, match=words):
        load_project(folder)


def test_fades_longer_than_a_clip_are_no_clip() -> None:
    with pytest.raises(ValueError, match="fades"):
        SoundClip(sound="s", frame=0, num_frames=5, fade_in=3, fade_out=3)
