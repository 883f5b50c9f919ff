"""Films with footage: what is made, what an export joins, what is heard, what it says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.timeline import edits
from app.timeline.edits import EditError
from app.timeline.exporting import ExportChoices, export_jobs, stretches, written_files
from app.timeline.footage_sound import footage_sounds, room_tones
from app.timeline.marking import marks
from app.timeline.parts import FootageItem
from app.timeline.pieces import film_pieces
from app.timeline.project import Format, Project, Shot
from app.timeline.provenance import carried_film, carried_json, read_carried
from app.timeline.take_edits import restore_settings
from app.timeline.takes import MASTER_FILE, PassContent, draft_job, film_passes, shots_hash
from engine.protocol.export import ExportJob
from engine.protocol.jobs import FrameRate
from tests.app.timeline.films import film, footage, item, shot

HERE = Path("/films/a.sdproj")


def _with(known: Shot, **changes: object) -> Shot:
    return Shot.model_validate({**dict(known), **changes})


def _bridge() -> Project:
    """A movie, a made shot that goes on from it and leads into the next, and a shot on its own."""
    return film(
        _with(footage("a", 60, start=100), join="continue"),
        _with(shot("b", 24, 12), join="continue", room="room"),
        footage("c", 30, start=7, number=1),
        shot("d", 48, 0),
    )


def _export(project: Project, choices: ExportChoices | None = None) -> ExportJob:
    passes = film_passes(project, HERE)
    pieces = film_pieces(project, passes, lambda part: part.folder(HERE) / MASTER_FILE)
    jobs = export_jobs(project, HERE, pieces, choices or ExportChoices(), Path("/out/film.mp4"))
    return jobs[0][1]


def test_footage_takes_no_keyframes() -> None:
    with pytest.raises(EditError, match="pin the picture to a shot beside it"):
        edits.place_keyframe(_bridge(), "a", shot("x", 9, 0).keyframes[0])


def test_footage_ends_where_its_movie_does() -> None:
    with pytest.raises(EditError, match=r"clip0\.mov ends before the shot does; it has 240 frames"):
        edits.resize_shot(_bridge(), "a", 141)
    assert edits.resize_shot(_bridge(), "a", 140).shots[0].num_frames == 140


def test_only_what_is_no_footage_is_made() -> None:
    bridge, alone = film_passes(_bridge(), HERE)
    assert (bridge.first_frame, bridge.end) == (60, 84)
    assert (bridge.start, bridge.plan.num_frames_requested) == (27, 33 + 24 + 29)
    assert (alone.first_frame, alone.end, alone.footage) == (114, 162, ())
    job = draft_job(_bridge(), HERE, bridge)
    spans = [(clip.path, clip.start, clip.stop, clip.frame) for clip in job.footage]
    assert spans == [("/shoot/clip0.mov", 127, 160, 0), ("/shoot/clip1.mov", 7, 36, 57)]


def test_a_movie_that_was_moved_leaves_its_takes() -> None:
    project = _bridge()
    moved = project.footage[0].model_copy(update={"path": "/elsewhere/clip0.mov"})
    other = project.footage[0].model_copy(update={"fingerprint": "f" * 64})

    def names(first: FootageItem) -> list[str]:
        changed = project.model_copy(update={"footage": (first, project.footage[1])})
        return [part.take for part in film_passes(changed, HERE)]

    assert names(moved) == names(project.footage[0])
    assert names(other)[0] != names(project.footage[0])[0]
    assert names(other)[1] == names(project.footage[0])[1]


def test_trimming_what_the_model_sees_makes_another_take() -> None:
    before, after = (
        film_passes(p, HERE)[0] for p in (_bridge(), edits.resize_shot(_bridge(), "a", 59))
    )
    assert before.take != after.take


def test_a_take_beside_footage_gives_its_shots_back() -> None:
    project = _bridge()
    part = film_passes(project, HERE)[0]
    job = draft_job(project, HERE, part)
    assert shots_hash(PassContent.of_job(job)) == part.content
    changed = edits.set_caption(project, "b", "Rain.")
    restored = restore_settings(changed, film_passes(changed, HERE)[0], job)
    assert restored.shots[1].num_frames == 24
    assert [k.frame for k in restored.shots[1].keyframes] == [12]
    assert restored.shots[1].caption == ""


def test_an_export_joins_footage_and_new_frames() -> None:
    job = _export(_bridge())
    stretches = [(Path(s.path).name, s.start, s.stop, s.is_source) for s in job.segments]
    assert stretches == [
        ("clip0.mov", 100, 160, True),
        (MASTER_FILE, 33, 57, False),
        ("clip1.mov", 7, 37, True),
        (MASTER_FILE, 0, 48, False),
    ]
    assert [(s.match_start, s.match_end) for s in job.segments] == [
        *((False, False), (True, True), (False, False), (False, False))
    ]


def test_a_range_that_begins_in_new_frames_matches_nothing_before_it() -> None:
    marked = _bridge().model_copy(update={"in_point": 70, "out_point": 100})
    job = _export(marked, ExportChoices(range="in_out"))
    first, second = job.segments
    assert (first.start, first.stop, first.match_start, first.match_end) == (43, 57, False, True)
    assert (second.start, second.stop) == (7, 23)


def test_the_sound_of_footage_moves_with_its_shot() -> None:
    specs = footage_sounds(_bridge())
    assert [(s.at, s.start, s.stop) for s in specs] == [
        (0, 200_000, 320_000),
        (168_000, 14_000, 74_000),
    ]
    moved = edits.move_shot(_bridge(), "d", 0)
    assert [s.at for s in footage_sounds(moved)] == [96_000, 264_000]


def test_sound_that_is_all_there_is_goes_along_as_it_is_encoded() -> None:
    alone = film(footage("a", 48), _with(shot("b", 24), room="silence"))
    job = _export(alone)
    assert job.kept_sound == job.sounds[0]
    assert _export(_bridge()).kept_sound is None
    assert _export(film(footage("a", 48, start=1))).kept_sound is None


def test_footage_is_proven_where_that_is_wanted_and_can_be() -> None:
    wanted = ExportChoices(proves_footage=True)
    assert _export(_bridge(), wanted).proof == "/out/film.footage.json"
    assert _export(_bridge()).proof is None
    assert _export(film(shot("a")), wanted).proof is None
    slower = ExportChoices(proves_footage=True, rate=FrameRate(num=12))
    assert _export(_bridge(), slower).proof is None
    parts = stretches(_bridge(), wanted, Path("/out/film.mp4"))
    assert Path("/out/film.footage.json") in written_files(_bridge(), wanted, parts)


def test_muted_footage_is_silent() -> None:
    project = _bridge()
    use = project.shots[0].footage
    assert use is not None
    muted = use.model_copy(update={"is_muted": True})
    project = edits.replace_shot(project, "a", lambda s: edits.with_changes(s, footage=muted))
    assert [s.at for s in footage_sounds(project)] == [168_000]
    (tone,) = room_tones(project)
    assert (tone.path, tone.from_start) == ("/shoot/clip1.mov", True)


def test_a_room_goes_on_past_the_footage() -> None:
    (tone,) = room_tones(_bridge())
    assert (tone.path, tone.at, tone.length) == ("/shoot/clip0.mov", 120_000, 48_000)
    assert (tone.source_stop, tone.fades, tone.from_start) == (320_000, False, False)
    marked = _bridge().model_copy(update={"in_point": 70, "out_point": 100})
    (cut,) = _export(marked, ExportChoices(range="in_out")).room_tones
    assert (cut.at, cut.length) == (0, 28_000)


def test_another_rate_keeps_the_time_of_footage() -> None:
    changed = edits.set_format(_bridge(), Format(rate=FrameRate(num=48)))
    assert [s.num_frames for s in changed.shots] == [120, 24, 60, 48]
    use = changed.shots[0].footage
    assert use is not None
    assert use.start == 200
    assert [item.num_frames for item in changed.footage] == [480, 480]


@pytest.mark.parametrize("rate", [FrameRate(num=24000, den=1001), FrameRate(num=25)])
def test_every_rate_leaves_footage_within_its_movie(rate: FrameRate) -> None:
    whole = film(footage("a", 240), footage("b", 1, start=239))
    back = edits.set_format(edits.set_format(whole, Format(rate=rate)), whole.format)
    assert back.shots[0].num_frames in {238, 239, 240}


@pytest.mark.parametrize(
    ("shots", "said"),
    [
        ((shot("a"),), "trainedAlgorithmicMedia"),
        ((footage("a"),), "compositeCapture"),
        ((footage("a"), shot("b")), "compositeWithTrainedAlgorithmicMedia"),
    ],
)
def test_a_movie_says_how_its_frames_came_to_be(shots: tuple[Shot, ...], said: str) -> None:
    project = film(*shots)
    passes = film_passes(project, HERE)
    pieces = film_pieces(project, passes, lambda part: part.folder(HERE) / MASTER_FILE)
    choices = ExportChoices()
    made = export_jobs(
        *(project, HERE, pieces, choices, Path("/out/film.mp4")),
        mark=marks(project, HERE, passes, choices),
    )
    mark = made[0][1].mark
    assert mark is not None
    assert mark.source_type == said


def test_enlarged_footage_is_marked_as_such() -> None:
    project = film(footage("a"))
    inside = project.footage[0].model_copy(update={"path": str(HERE / "takes/big/master.mkv")})
    project = project.model_copy(update={"footage": (inside,)})
    mark = marks(project, HERE, (), ExportChoices())
    (stretch, _), *_ = export_jobs(
        project, HERE, film_pieces(project, (), Path), ExportChoices(), Path("/out/film.mp4")
    )
    assert mark(stretch).source_type == "algorithmicallyEnhanced"


def test_a_movie_does_not_tell_where_footage_lies() -> None:
    text = carried_json(carried_film(_bridge()), film_passes(_bridge(), HERE), {}, 0, 162)
    assert "/shoot" not in text
    carried = read_carried(text, "film.mp4").project
    assert [known.name for known in carried.footage] == ["clip0.mov", "clip1.mov"]
    assert carried.media == (item(0), item(1))
