"""A movie that carries its film: it comes back whole, and what is hostile in it is refused."""

from __future__ import annotations

import base64
import json
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from app.media.carried import CarriedError, carried_text, carries_project
from app.state.document import can_open
from app.state.reopening import rebuild
from app.timeline.parts import MediaItem, SoundClip, SoundItem
from app.timeline.project import Format, KeptTake, Keyframe, Project, Shot
from app.timeline.provenance import carried_film, carried_json
from app.timeline.storage import ProjectError, create_project, load_project, save_project
from app.timeline.takes import film_passes
from tests.app.conftest import Studio
from tests.app.timeline.films import film as timeline_film
from tests.app.timeline.films import footage

RATE = Fraction(24)


def _film() -> Project:
    media = tuple(
        MediaItem(id=f"m{n}", file=f"{n}.png", name=f"{n}.png", sha256=str(n), width=64, height=36)
        for n in range(3)
    )
    first = Keyframe(media="m0", frame=0)
    kept = KeptTake(take="gone", shots="x")
    shots = (
        Shot(num_frames=12, caption="A boat", keyframes=(first,), seed=5, kept=kept),
        Shot(
            num_frames=12,
            keyframes=(Keyframe(media="m1", frame=2), Keyframe(media="m2", frame=9)),
        ),
    )
    return Project(format=Format(width=64, height=64), shots=shots, media=media, seed=77)


def _movie(path: Path, text: str | None, *, sound: bool = False, num_frames: int = 24) -> None:
    """Write a movie of grey frames, each brighter by six levels, with a tag."""
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as container:
        if text is not None:
            container.metadata["smartdirector"] = text
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "10"})
        stream.width = stream.height = 64
        audio = container.add_stream("aac", rate=48_000, layout="stereo") if sound else None
        for number in range(num_frames):
            grey = np.full((64, 64, 3), 20 + 6 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey)))
        container.mux(stream.encode())
        if audio is not None:
            silence = np.zeros((2, 1024), np.float32)
            frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="stereo")
            frame.sample_rate = 48_000
            container.mux(audio.encode(frame))
            container.mux(audio.encode(None))


def test_footage_comes_back_from_the_movie_itself(tmp_path: Path) -> None:
    there = footage("a", 10, start=100)
    made = Shot(num_frames=8, caption="Rain")
    film = timeline_film(there, made, footage("c", 6, number=1))
    film = film.model_copy(update={"format": Format(width=64, height=64)})
    movie, folder = tmp_path / "film.mp4", tmp_path / "new.sdproj"
    _movie(movie, _packed(_carried(film)), sound=True)
    create_project(folder, Project())
    reopened = rebuild(movie, folder)
    back = reopened.project
    (known,) = back.footage
    assert (known.path, known.num_frames, known.width) == (str(movie), 24, 64)
    uses = [shot.footage and (shot.footage.start, shot.footage.is_muted) for shot in back.shots]
    assert uses == [(0, True), None, (18, True)]
    assert [clip.num_frames for clip in back.sound_clips] == [24]
    assert "footage is shown from the movie itself" in reopened.said


def test_footage_that_the_movie_cuts_into_is_to_be_made(tmp_path: Path) -> None:
    film = timeline_film(footage("a", 10), footage("c", 24))
    film = film.model_copy(update={"format": Format(width=64, height=64)})
    movie, folder = tmp_path / "film.mp4", tmp_path / "new.sdproj"
    _movie(movie, _packed(_carried(film, 5, 29)))
    create_project(folder, Project())
    assert [shot.footage for shot in rebuild(movie, folder).project.shots] == [None, None]


def _packed(content: str) -> str:
    return base64.b64encode(zlib.compress(content.encode())).decode()


def _carried(film: Project, start: int = 0, stop: int | None = None) -> str:
    passes = film_passes(film, Path("/nowhere"))
    model = {"name": "/home/me/models/net", "fingerprint": "abc"}
    reports = {part.take: {"draft": {"model": model, "num_steps": 20}} for part in passes}
    return carried_json(carried_film(film), passes, reports, start, stop or film.num_frames)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_film_comes_back_out_of_its_movie(suffix: str, tmp_path: Path) -> None:
    film = _film()
    movie, folder = tmp_path / f"film{suffix}", tmp_path / "new.sdproj"
    text = _carried(film)
    assert "/home" not in text, "no path of this machine goes into a movie"
    assert json.loads(text)["takes"][0]["draft"]["model"] == {"name": "net", "fingerprint": "abc"}
    _movie(movie, _packed(text))
    assert carries_project(movie) and can_open(movie)
    create_project(folder, Project())
    reopened = rebuild(movie, folder)
    back = reopened.project
    assert [s.caption for s in back.shots] == ["A boat", ""]
    assert (back.seed, back.shots[0].seed, back.format) == (77, 5, film.format)
    assert back.shots[0].kept is None, "that take is not here"
    assert [k.frame for s in back.shots for k in s.keyframes] == [0, 2, 9]
    assert "boards (3) were taken" in reopened.said
    levels = []
    for keyframe in (k for s in back.shots for k in s.keyframes):
        from PIL import Image

        with Image.open(folder / "media" / back.media_item(keyframe.media).file) as image:
            levels.append(round((np.asarray(image).mean() - 20) / 6))
    assert levels == [0, 14, 21], "each board is the movie's frame at its keyframe"
    save_project(folder, back)
    assert load_project(folder) == back


def test_boards_outside_of_the_movie_are_said_to_be_missing(tmp_path: Path) -> None:
    movie, folder = tmp_path / "part.mp4", tmp_path / "new.sdproj"
    _movie(movie, _packed(_carried(_film(), 12, 20)), num_frames=8)
    create_project(folder, Project())
    reopened = rebuild(movie, folder)
    assert [len(s.keyframes) for s in reopened.project.shots] == [0, 1]
    assert "are missing: 2" in reopened.said


def test_the_sound_comes_back_as_one_clip(tmp_path: Path) -> None:
    item = SoundItem(id="s", file="s.wav", name="s", sha256="0", num_samples=48_000)
    clip = SoundClip(sound="s", frame=3, num_frames=5)
    film = _film().model_copy(update={"sounds": (item,), "sound_clips": (clip,)})
    movie, folder = tmp_path / "film.mp4", tmp_path / "new.sdproj"
    _movie(movie, _packed(_carried(film)), sound=True)
    create_project(folder, Project())
    project = rebuild(movie, folder).project
    (back,) = project.sound_clips
    assert (back.frame, back.num_frames) == (0, 24)
    assert (folder / "media" / project.sounds[0].file).is_file()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "carries no"),
        ("not base64 at all!", "damaged"),
        (base64.b64encode(b"not deflated").decode(), "damaged"),
        (base64.b64encode(zlib.compress(b" " * 40_000_000)).decode(), "damaged"),
        (_packed("[]"), "damaged"),
        (_packed('{"smartdirector": 9, "frames": [0, 1], "project": {}}'), "newer"),
        (_packed('{"smartdirector": 1, "frames": [0, 1], "project": {}}'), "version"),
        (
            _packed('{"smartdirector":1,"frames":[0,9],"project":{"schema_version":1,"evil":1}}'),
            "damaged",
        ),
        (
            _packed(
                json.dumps(
                    {
                        "smartdirector": 1,
                        "frames": [0, 4],
                        "project": {
                            "schema_version": 1,
                            "shots": [{"num_frames": 9}],
                            "media": [
                                {
                                    "file": "../../../etc/passwd",
                                    "name": "x",
                                    "sha256": "0",
                                    "width": 1,
                                    "height": 1,
                                }
                            ],
                        },
                    }
                )
            ),
            "outside the project",
        ),
        (
            _packed('{"smartdirector":1,"frames":[0,99],"project":{"schema_version":1}}'),
            "not there",
        ),
        (_packed("[" * 100_000), "damaged"),
    ],
)
def test_what_is_hostile_in_a_movie_is_refused(text: str | None, why: str, tmp_path: Path) -> None:
    movie, folder = tmp_path / "film.mp4", tmp_path / "new.sdproj"
    _movie(movie, text, num_frames=2)
    create_project(folder, Project())
    with pytest.raises(ProjectError, match=why):
        rebuild(movie, folder)
    assert list((folder / "media").iterdir()) == []


def test_a_file_that_is_no_movie_carries_nothing(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"nothing of the kind" * 100)
    assert not carries_project(path)
    with pytest.raises(CarriedError, match="carries no"):
        carried_text(path)


def test_a_movie_is_opened_as_a_new_film_that_asks_to_be_saved(studio: Studio) -> None:
    movie = studio.root / "film.mp4"
    _movie(movie, _packed(_carried(_film())))

    async def story() -> None:
        document, editor = studio.app.document, studio.app.editor
        await studio.until(lambda: editor.project.shots)
        assert document.is_untitled and document.is_modified
        assert len(editor.project.media) == 3
        notice = studio.app.notices.current
        assert notice is not None and "rebuilt" in notice.text
        before = editor.project
        other = studio.root / "other.mp4"
        _movie(other, None, num_frames=2)
        document.open(other)
        await studio.until(lambda: "carries no" in (studio.app.notices.current or notice).text)
        assert editor.project is before, "a movie that cannot be opened changes nothing"

    studio.play(story, movie)
