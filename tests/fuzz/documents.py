"""Everything that the editor reads as text: projects and what lies in them, timelines, settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app.media.timeline_import import bring_in, read_timeline
from app.state.keymap import KeymapState
from app.state.notices import NoticesState
from app.state.scratch import read_autosave
from app.state.settings import SettingsState
from app.timeline.edits import EditError
from app.timeline.export_presets import OwnPreset
from app.timeline.exporting import ExportChoices
from app.timeline.interchange.board_list import write_board_list
from app.timeline.interchange.cut import Cut, CutOptions, absolute, cut_of
from app.timeline.interchange.edl_write import write_edl
from app.timeline.interchange.fcpxml_write import write_fcpxml
from app.timeline.interchange.otio_write import write_otio
from app.timeline.interchange.skeleton import adopt, lay, remarks_of
from app.timeline.interchange.text import ExchangeError
from app.timeline.parts import FootageItem, FootageUse, MediaItem, SoundClip, SoundItem
from app.timeline.project import Format, Keyframe, Marker, Project, Shot
from app.timeline.provenance import (
    carried_film,
    carried_json,
    frames_of_media,
    read_carried,
    with_boards,
)
from app.timeline.queue_journal import QueueJournal
from app.timeline.queue_records import (
    VERSION,
    Asked,
    Became,
    OfExport,
    OfTake,
    OfUpscale,
    Ordered,
    Version,
)
from app.timeline.storage import load_project, media_path, save_project
from app.timeline.take_files import read_notes, read_record, read_take
from app.timeline.takes import draft_job, film_passes
from engine.protocol.jobs import FrameRate
from tests.fuzz.kinds import Kind, Refused

RATE = FrameRate(num=24)
FOLDER = Path("/films/a.sdproj")


@cache
def sample_film() -> Project:
    """Return a film that has one of everything."""
    media = tuple(
        MediaItem(id=f"m{n}", file=f"{n:024x}.png", name=f"{n}.png", sha256="a" * 64, width=96,
                  height=64) for n in range(2)
    )  # fmt: skip
    boards = (Keyframe(id="k0", media="m0", frame=0), Keyframe(id="k1", media="m1", frame=30))
    movie = FootageItem(
        id="f0", path="/films/harbour.mov", name="harbour.mov", fingerprint="b" * 64, width=96,
        height=64, rate=RATE, own_rate=RATE, num_frames=240, num_sounds=1,
    )  # fmt: skip
    return Project(
        id="film",
        format=Format(width=96, height=64, rate=RATE),
        caption="A harbour at dawn.",
        shots=(
            Shot(id="s0", caption="Wide.", num_frames=49, join="continue", keyframes=boards),
            Shot(id="s1", caption="“Close.”", num_frames=72, seed=7),
            Shot(id="s2", num_frames=48, footage=FootageUse(footage="f0", start=24)),
        ),
        media=media,
        footage=(movie,),
        markers=(Marker(id="n0", frame=12, name="Bell", color="red"),),
        in_point=3,
        out_point=90,
        sounds=(
            SoundItem(id="a0", file="s.wav", name="sea.wav", sha256="c" * 64, num_samples=480_000),
        ),
        sound_clips=(SoundClip(id="c0", sound="a0", frame=4, num_frames=96, fade_in=5, lane=1),),
        discarded=("0123456789abcdef",),
    )


def _films(_: Path) -> Sequence[bytes]:
    old = Path(__file__).parents[1] / "app" / "timeline" / "projects"
    film = sample_film()
    kept = [path.read_bytes() for path in sorted(old.glob("*.json"))]
    return [film.model_dump_json().encode(), Project().model_dump_json().encode(), *kept]


def _open_film(content: bytes, place: Path) -> None:
    (place / "project.json").write_bytes(content)
    film = load_project(place)
    for item in (*film.media, *film.sounds):
        path = media_path(place, item)
        if not path.resolve().is_relative_to(place.resolve()):
            raise AssertionError(f"{item.file!r} leads out of the project")
    save_project(place, film)
    if load_project(place) != film:
        raise AssertionError("a film is another one after a save")
    try:
        for part in film_passes(film, place)[:20]:
            draft_job(film, place, part)
        if film.shots:
            _cut(film)
    except ValueError as error:
        raise Refused(str(error)) from error  # a plan may be impossible; the sentence says why


def _recover(content: bytes, place: Path) -> None:
    (place / "journal").mkdir(exist_ok=True)
    (place / "journal" / "autosave.json").write_bytes(content)
    read_autosave(place)


def _queues(_: Path) -> Sequence[bytes]:
    export = OfExport(choices=ExportChoices(), output="/films/a.mp4")
    draft = OfTake(kind="draft", take="0123456789abcdef")
    records = (
        Version(version=VERSION),
        Asked(id="a", batch=1, frames=(0, 49), work=draft),
        Asked(id="b", batch=2, frames=(0, 49), work=export),
        Asked(id="c", title="clip.mov", batch=3, work=OfUpscale(shot="shot")),
        Became(id="a", status="running"),
        Ordered(ids=("b", "a")),
    )
    return [b"".join(record.model_dump_json().encode() + b"\n" for record in records)]


def _read_queue(content: bytes, place: Path) -> None:
    for path in (place / "journal").glob("*"):
        path.unlink()
    (place / "journal").mkdir(exist_ok=True)
    (place / "journal" / "queue.jsonl").write_bytes(content)
    journal = QueueJournal(place)
    left = journal.read()
    journal.compact(left.jobs)  # as the queue does when it opens
    journal.append([Became(id="d", status="waiting")])
    if journal.read().jobs != left.jobs:
        raise AssertionError("a journal that was gone on with has lost jobs")


def _takes(place: Path) -> Sequence[bytes]:
    film = sample_film()
    job = draft_job(film, place, film_passes(film, place)[0])
    board = {"requested_frame": 0, "frame": 0, "psnr_db": 38.5, "strength": 1.0}
    draft = {"job": job.model_dump(mode="json"), "num_steps": 4, "keyframes": [board], "seed": 7}
    master = {"requested_model": "starter", "requested": {}, "keyframes": [board]}
    report = {"draft": draft, "master": master}
    return [json.dumps(report).encode(), json.dumps({"draft": draft}).encode()]


def _read_take(content: bytes, place: Path) -> None:
    for name in ("draft.mkv", "master.mkv"):
        (place / name).touch()
    (place / "take.json").write_bytes(content)
    files = read_take(place)
    files.master_by("starter", {})
    _ = files.refining
    record = read_record(place)
    if record is not None:
        _ = (record.num_frames, record.boards, record.fidelity)


def _read_notes(content: bytes, place: Path) -> None:
    (place / "notes.json").write_bytes(content)
    read_notes(place)


def _carried(_: Path) -> Sequence[bytes]:
    film = sample_film()
    passes = film_passes(film, FOLDER)
    return [carried_json(carried_film(film), passes, {}, 0, film.num_frames).encode()]


def _rebuild(content: bytes, _: Path) -> None:
    film = read_carried(content.decode("utf-8", "replace"), "film.mp4")
    frames_of_media(film)
    with_boards(film, {})


# Timelines.


def _cut(film: Project) -> Cut:
    return cut_of("The harbour", film, FOLDER, absolute, {}, CutOptions())


def _written(write: Callable[[Cut], bytes]) -> Callable[[Path], Sequence[bytes]]:
    return lambda _: [write(_cut(sample_film()))]


def _boards_by_storyboarder(_: Path) -> Sequence[bytes]:
    board = {
        "uid": "A1B2C", "url": "board-1-A1B2C.png", "newShot": True, "duration": 1500,
        "dialogue": "Hello.", "action": "They meet.", "notes": "Wide.",
        "layers": {"fill": {"url": "board-1-A1B2C-fill.png"}, "ink": {}},
        "audio": {"filename": "a.wav", "duration": 900},
    }  # fmt: skip
    scene = {
        "version": "3.0.0", "aspectRatio": 1.7777, "fps": 24, "defaultBoardTiming": 2000,
        "boards": [board, {**board, "newShot": False, "url": "board-2-X.png"}, board],
    }  # fmt: skip
    return [json.dumps(scene).encode()]


def _import(name: str) -> Callable[[bytes, Path], None]:
    def attempt(content: bytes, place: Path) -> None:
        path = place / name
        path.write_bytes(content)
        skeleton = read_timeline(path, RATE)
        project = place / "film.sdproj"
        brought = bring_in(project, skeleton, place)
        try:
            film = lay(adopt(Project(), skeleton), skeleton, brought.media, brought.sounds)
        except EditError as error:
            raise ExchangeError(str(error)) from error  # as the editor says it
        remarks_of(skeleton, film.format.rate)

    return attempt


# Settings.


@cache
def _application() -> QCoreApplication:
    return QApplication.instance() or QApplication([])  # of the kind that other tests need, too


def _keymaps(_: Path) -> Sequence[bytes]:
    changes = {"split": ["Ctrl+B"], "undo": [], "zoom_in": ["Ctrl+=", "Alt+Z"], "later": ["X"]}
    whole = {"kind": "smartdirector-keys", "version": 1, "preset": "premiere", "changes": changes}
    return [json.dumps(whole).encode()]


def _read_keymap(content: bytes, place: Path) -> None:
    _application()
    (place / "keys.json").write_bytes(content)
    (place / "settings.json").unlink(missing_ok=True)
    notices = NoticesState()
    settings = SettingsState(place / "settings.json")
    defaults = {"split": ("S",), "undo": ("Ctrl+Z",), "zoom_in": ("+",)}
    keymap = KeymapState(defaults, settings, notices)
    if not keymap.import_from(place / "keys.json"):
        raise Refused(notices.current.text if notices.current else "")
    for name in defaults:
        keymap.keys(name)


def _settings(_: Path) -> Sequence[bytes]:
    _application()
    from app.state.settings import Settings

    whole = Settings(
        recent=("/films/a.sdproj",),
        splitters={"main": (1, 2)},
        key_changes={"premiere": {"split": ("Ctrl+B",)}},
        export_presets=(OwnPreset(name="Mine"),),
    )
    return [whole.model_dump_json().encode()]


def _read_settings(content: bytes, place: Path) -> None:
    _application()
    (place / "settings.json").write_bytes(content)
    settings = SettingsState(place / "settings.json")
    settings.update(theme="light", export_preset="web")
    again = SettingsState(place / "settings.json").values
    if again != settings.values:
        raise AssertionError("settings are other ones after a start")
    KeymapState({"split": ("S",)}, settings, NoticesState()).keys("split")


DOCUMENTS = (
    Kind("project", _films, _open_film, share=6),
    Kind("recovery", _films, _recover, share=2),
    Kind("queue", _queues, _read_queue, share=4),
    Kind("take", _takes, _read_take, share=4),
    Kind("notes", lambda _: [b'{"rating": 3, "approved": true}'], _read_notes, share=1),
    Kind("carried", _carried, _rebuild, share=4),
    Kind("otio", _written(write_otio), _import("cut.otio"), share=4),
    Kind("fcpxml", _written(write_fcpxml), _import("cut.fcpxml"), share=4),
    Kind("edl", _written(write_edl), _import("cut.edl"), share=4),
    Kind("storyboarder", _boards_by_storyboarder, _import("a.storyboarder"), share=4),
    Kind("board list", _written(write_board_list), _import("storyboard.json"), share=3),
    Kind("keymap", _keymaps, _read_keymap, share=3),
    Kind("settings", _settings, _read_settings, share=3),
)
