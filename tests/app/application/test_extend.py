"""``extend``: which frames are made, where they go, and what cannot be extended."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.application import cli
from app.application.extend import extend_clip
from app.application.extension import ExtendOptions, Extension, plan_extension
from engine.planning.film import plan_job
from engine.planning.resolution import FrameSize
from engine.protocol.export import ExportJob, Segment, SoundSpec
from engine.protocol.jobs import DraftJob, RefineJob
from tests.app.boards import draw_board
from tests.app.fake_engine import FakeEngine
from tests.app.looks import look
from tests.app.movies import movie, read_movie, write_movie
from tests.sounds import add_sound, noise

SIZE = FrameSize(64, 64)
NUM_FRAMES = 40


def _plan(wish: ExtendOptions) -> Extension:
    return plan_extension(wish, look(wish.clip), look(wish.to) if wish.to else None)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Return a movie of 40 frames at 20 fps."""
    path = tmp_path / "clip.mp4"
    write_movie(path, movie(NUM_FRAMES, SIZE, seed=3), Fraction(20))
    return path


@pytest.fixture(autouse=True)
def _takes_as_large_as_the_clip(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted engine joins movies of one size only."""
    monkeypatch.setattr("tests.app.fake_engine.FRAME_AREA", SIZE.width * SIZE.height)


@pytest.fixture
def wish(clip: Path) -> ExtendOptions:
    """Return a wish that still has to say how much."""
    return ExtendOptions(clip, clip.with_name("longer.mp4"), caption="It goes on.")


def test_forwards_the_tail_leads_into_the_new_frames(wish: ExtendOptions, clip: Path) -> None:
    plan = _plan(replace(wish, after_s=1.5))
    source, part = plan.pieces
    assert source == Segment(path=str(clip), stop=40, is_source=True)
    (part,) = plan.parts
    assert (part.start, part.stop, part.film_frame) == (33, 63, 7)
    (footage,) = part.job.footage
    assert (footage.start, footage.stop, footage.frame) == (7, 40, 0)
    assert [shot.num_frames for shot in part.job.shots] == [63]
    assert plan_job(part.job).num_frames_requested == 63


def test_backwards_the_new_frames_lead_into_the_head(wish: ExtendOptions, clip: Path) -> None:
    plan = _plan(replace(wish, before_s=0.55))
    assert plan.pieces[1] == Segment(path=str(clip), stop=40, is_source=True)
    (part,) = plan.parts
    assert (part.start, part.stop, part.film_frame) == (0, 11, 0)
    (footage,) = part.job.footage
    assert (footage.start, footage.stop, footage.frame) == (0, 33, 11)
    assert plan_job(part.job).surplus == 0


def test_a_bridge_stands_between_both_movies(wish: ExtendOptions, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    write_movie(other, movie(7, SIZE, seed=8), Fraction(20))
    plan = _plan(replace(wish, to=other, between_s=1, before_s=0.5))
    first, _, bridge, last = plan.pieces
    assert first == plan.parts[0]
    assert bridge == plan.parts[1]
    assert last == Segment(path=str(other), stop=7, is_source=True)
    assert [(f.start, f.stop, f.frame) for f in plan.parts[1].job.footage] == [
        (7, 40, 0),
        (0, 5, 53),
    ]
    assert plan.parts[1].film_frame == 10 + 40 - 33


def test_keyframes_count_from_where_new_frames_begin(wish: ExtendOptions, tmp_path: Path) -> None:
    board = draw_board(tmp_path / "board.png", 1)
    plan = _plan(replace(wish, after_s=1, before_s=1, keyframes=((board, 0.5),)))
    before, after = plan.parts
    assert before.job.shots[0].keyframes == ()
    assert [k.frame for k in after.job.shots[0].keyframes] == [33 + 10]
    alone = _plan(replace(wish, before_s=1, keyframes=((board, 0.5),)))
    assert [k.frame for k in alone.parts[0].job.shots[0].keyframes] == [10]


async def test_the_movie_holds_the_source_and_the_new_frames(
    wish: ExtendOptions, clip: Path
) -> None:
    engine = FakeEngine()
    plan = _plan(replace(wish, after_s=0.5, before_s=0.75))
    report = await extend_clip(engine, plan, lambda _: None)
    await engine.close()
    assert [type(job) for job in engine.submitted] == [DraftJob, RefineJob] * 2 + [ExportJob]
    frames, rate = read_movie(wish.output)
    assert (len(frames), report.num_frames, rate) == (15 + 40 + 10, 65, 20)
    source, _ = read_movie(clip)
    assert np.abs(frames[15:55].astype(int) - source).mean() < 2
    export = engine.submitted[-1]
    assert isinstance(export, ExportJob)
    assert [(s.start, s.stop) for s in export.segments] == [(0, 15), (0, 40), (33, 43)]
    assert not wish.output.with_name("longer.takes").exists(), "a finished movie needs no takes"


async def test_a_draft_keeps_its_take_for_the_master(wish: ExtendOptions) -> None:
    engine = FakeEngine()
    plan = _plan(replace(wish, after_s=0.5, draft=True))
    await extend_clip(engine, plan, lambda _: None)
    await engine.close()
    assert [type(job) for job in engine.submitted] == [DraftJob, ExportJob]
    again = _plan(replace(wish, after_s=0.5))
    assert again.parts == plan.parts
    assert (Path(again.parts[0].job.folder) / "draft.mkv").is_file()


def test_another_wish_is_another_take(wish: ExtendOptions, clip: Path) -> None:
    folders = {
        _plan(changed).parts[0].job.folder
        for changed in (
            replace(wish, after_s=1),
            replace(wish, after_s=2),
            replace(wish, after_s=1, seed=2),
            replace(wish, after_s=1, caption="Rain."),
        )
    }
    write_movie(clip, movie(NUM_FRAMES, SIZE, seed=4), Fraction(20))
    folders.add(_plan(replace(wish, after_s=1)).parts[0].job.folder)
    assert len(folders) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["clip.mp4"], "how many seconds"),
        (["clip.mp4", "--after", "-1"], "0.5 to 10 seconds"),
        (["clip.mp4", "--after", "10.5"], "0.5 to 10 seconds"),
        (["clip.mp4", "--to", "clip.mp4"], "give both"),
        (["clip.mp4", "--to", "clip.mp4", "--between", "1", "--after", "1"], "not both"),
        (["clip.mp4", "--to", "wide.mp4", "--between", "1"], "one size and rate"),
        (["clip.mp4", "--after", "1", "--keyframe", "clip.mp4@0.2"], "not an image"),
        (["clip.mp4", "--after", "1", "--keyframe", "board.png@1.2s"], "earlier moment"),
        (["gone.mp4", "--after", "1"], "is not there"),
        (["board.png", "--after", "1"], "board.png"),
    ],
)
def test_what_cannot_be_extended_is_said_in_one_sentence(
    clip: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    write_movie(clip.with_name("wide.mp4"), movie(5, FrameSize(96, 64)), Fraction(20))
    draw_board(clip.with_name("board.png"), 1)
    monkeypatch.chdir(clip.parent)
    assert cli.main(["extend", *arguments, "-o", "longer.mp4"]) == 2
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert said in sentence
    assert sentence.endswith(".")
    assert not list(clip.parent.glob("longer*"))


def test_the_source_is_never_overwritten(clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = clip.read_bytes()
    arguments = ["extend", str(clip), "-o", str(clip), "--after", "1", "--overwrite"]
    assert cli.main(arguments) == 2
    assert "is the source" in capsys.readouterr().err
    assert clip.read_bytes() == before


def test_the_sources_sound_goes_along_and_stays_with_its_frames(
    wish: ExtendOptions, clip: Path, tmp_path: Path
) -> None:
    assert _plan(replace(wish, after_s=1)).sounds == ()
    add_sound(clip, noise(2))
    after = _plan(replace(wish, after_s=1))
    assert after.kept_sound == SoundSpec(path=str(clip), stop=96_000)
    before = _plan(replace(wish, before_s=0.5))
    assert before.sounds == (SoundSpec(path=str(clip), stop=96_000, at=24_000),)
    assert before.kept_sound == before.sounds[0], "packets go along later, too"
    other = tmp_path / "other.mp4"
    write_movie(other, movie(7, SIZE, seed=8), Fraction(20))
    add_sound(other, noise(0.35))
    both = _plan(replace(wish, to=other, between_s=1))
    assert [(s.path, s.at, s.stop) for s in both.sounds] == [
        (str(clip), 0, 96_000),
        (str(other), 144_000, 16_800),
    ]
    assert both.kept_sound is None


def test_the_room_goes_on_with_the_new_frames(wish: ExtendOptions, clip: Path) -> None:
    add_sound(clip, noise(2))
    room = _plan(replace(wish, after_s=1, before_s=0.5, sound="room"))
    assert [(t.at, t.length, t.from_start, t.fades) for t in room.room_tones] == [
        (0, 24_000, True, False),
        (120_000, 48_000, False, False),
    ]
    assert room.kept_sound is None, "with a room tone the sound is mixed"
    assert [t.fades for t in _plan(replace(wish, after_s=1, sound="fade")).room_tones] == [True]
    with pytest.raises(ValueError, match="no sound track 2"):
        _plan(replace(wish, after_s=1, track=1))


async def test_new_frames_are_matched_where_they_meet_footage(wish: ExtendOptions) -> None:
    engine = FakeEngine()
    plan = _plan(replace(wish, after_s=0.5, before_s=0.5, proof=wish.output.with_suffix(".json")))
    await extend_clip(engine, plan, lambda _: None)
    await engine.close()
    export = engine.submitted[-1]
    assert isinstance(export, ExportJob)
    assert [(s.is_source, s.match_start, s.match_end) for s in export.segments] == [
        (False, False, True),
        (True, False, False),
        (False, True, False),
    ]
    assert export.proof == str(wish.output.with_suffix(".json"))
    assert export.mark is not None
    assert export.mark.source_type == "compositeWithTrainedAlgorithmicMedia"
