"""Film → file → film by our own readers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from app.timeline.interchange.cut import Cut, CutOptions, absolute, cut_of
from app.timeline.interchange.edl_read import read_edl
from app.timeline.interchange.edl_write import write_edl
from app.timeline.interchange.fcpxml_read import read_fcpxml
from app.timeline.interchange.fcpxml_write import write_fcpxml
from app.timeline.interchange.otio_read import read_otio
from app.timeline.interchange.otio_write import write_otio
from app.timeline.interchange.skeleton import Skeleton, adopt, lay
from app.timeline.interchange.text import one_line, xml_text
from app.timeline.parts import MediaItem, SoundItem
from app.timeline.project import Project
from tests.app.timeline.interchange.films import FOLDER, films

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def plain_cut(film: Project, options: CutOptions | None = None) -> Cut:
    """Put a film on tracks, without takes."""
    return cut_of("The harbour", film, FOLDER, absolute, {}, options or CutOptions())


def laid(film: Project, skeleton: Skeleton) -> Project:
    """Make a film of what was read, with the media of the film it came from."""
    from urllib.parse import unquote

    media: dict[str, MediaItem] = {}
    for source in skeleton.sources:
        name = unquote(source).rpartition("/")[2]
        media[source] = next(item for item in film.media if item.file == name)
    sounds: dict[str, SoundItem] = dict(zip(skeleton.sound_sources, film.sounds, strict=False))
    return lay(adopt(Project(), skeleton), skeleton, media, sounds)


def facts(film: Project) -> Any:
    """Return what makes a film, without ids, takes and the order of its media."""
    by_id = {item.id: item.sha256 for item in film.media}
    return (
        film.format,
        [
            (
                shot.num_frames,
                shot.caption,
                shot.join,
                shot.seed,
                [
                    (by_id[k.media], k.model_dump(exclude={"id", "media", "kept"}))
                    for k in shot.keyframes
                ],
            )
            for shot in film.shots
        ],
        [(m.frame, m.name, m.color) for m in film.markers],
        [
            c.model_dump(exclude={"id", "sound"})
            for c in sorted(film.sound_clips, key=lambda c: (c.lane, c.frame))
        ],
    )


@quick
@given(films())
def test_otio_brings_the_whole_film_back(film: Project) -> None:
    back = laid(film, read_otio(write_otio(plain_cut(film)), "a.otio"))
    assert facts(back) == facts(film)
    assert (back.caption, back.seed, back.model) == (film.caption, film.seed, film.model)


def skeleton_of(film: Project) -> Any:
    """Return lengths, joins, boards and markers."""
    by_id = {item.id: item.sha256 for item in film.media}
    return [
        (shot.num_frames, shot.join, [(by_id[k.media], k.frame) for k in shot.keyframes])
        for shot in film.shots
    ]


@quick
@given(films())
def test_fcpxml_brings_shots_boards_markers_and_sounds_back(film: Project) -> None:
    back = laid(film, read_fcpxml(write_fcpxml(plain_cut(film)), "a.fcpxml"))
    assert back.format == film.format
    assert skeleton_of(back) == skeleton_of(film)
    assert [s.caption for s in back.shots] == [xml_text(s.caption).strip() for s in film.shots]
    assert [(m.frame, m.name, m.color) for m in back.markers] == [
        (m.frame, xml_text(m.name).strip(), m.color) for m in film.markers
    ]
    assert facts(back)[3] == facts(film)[3]


@quick
@given(films())
def test_edl_brings_shots_boards_and_markers_back(film: Project) -> None:
    back = laid(film, read_edl(write_edl(plain_cut(film)), "a.edl"))
    assert back.format.rate == film.format.rate
    assert skeleton_of(back) == skeleton_of(film)
    assert [s.caption for s in back.shots] == [one_line(s.caption) for s in film.shots]
    assert [(m.frame, m.name, m.color) for m in back.markers] == [
        (m.frame, one_line(m.name), m.color) for m in film.markers
    ]


@pytest.mark.parametrize("start", ["00:00:00:00", "01:00:00:00", "10:59:59:20"])
def test_a_start_timecode_moves_nothing(start: str) -> None:
    film = Project.model_validate(
        {"shots": [{"num_frames": 30}, {"num_frames": 18}], "markers": [{"frame": 31, "name": "a"}]}
    )
    cut = plain_cut(film, CutOptions(start))
    for skeleton in (
        read_otio(write_otio(cut), "a"),
        read_fcpxml(write_fcpxml(cut), "a"),
        read_edl(write_edl(cut), "a"),
    ):
        back = lay(adopt(Project(), skeleton), skeleton, {}, {})
        assert [shot.num_frames for shot in back.shots] == [30, 18]
        assert [marker.frame for marker in back.markers] == [31]
