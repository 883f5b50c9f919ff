"""Copy, cut, paste and duplicate: parts inside the program, pictures from outside.

What was copied last wins: a copy leaves a token on the system's clipboard, and a picture or files
that come there later take its place.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage

from app.state.arrivals import Arrivals
from app.state.background import Background
from app.state.drops import DropTarget, OntoEmpty, OntoShot, nearest_free
from app.state.editor import EditorState
from app.state.keyframes import KeyframeEdits
from app.state.notices import NoticesState
from app.state.selection import (
    SoundsSelected,
    select_keyframes,
    select_shots,
    select_sounds,
    selected_keyframe_ids,
    selected_shot_ids,
    selected_sound_ids,
)
from app.state.shots import ShotEdits
from app.state.timecode import nominal_rate
from app.timeline import groups, sounds
from app.timeline.edits import EditError, add_media
from app.timeline.footage_edits import add_footage
from app.timeline.groups import Copied, CopiedKeyframes, CopiedShots, CopiedSounds
from app.timeline.parts import new_id
from app.timeline.project import Keyframe, Project, Shot
from app.timeline.storage import ProjectError, media_path

CopiedPictures = CopiedShots | CopiedKeyframes

_TOKEN = "application/x-smartdirector-parts"


class ClipboardState(QObject):
    """What was copied, and what becomes of it."""

    def __init__(
        self,
        editor: EditorState,
        shots: ShotEdits,
        keyframes: KeyframeEdits,
        arrivals: Arrivals,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._shots = shots
        self._keyframes = keyframes
        self._arrivals = arrivals
        self._notices = notices
        self._copied: Copied | None = None
        self._token = ""
        self._background = Background(self)
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def copy(self) -> bool:
        """Copy what is selected; whether there was something."""
        project, selection = self._editor.project, self._editor.selection
        shot_ids = selected_shot_ids(selection)
        keyframe_ids = selected_keyframe_ids(selection)
        sound_ids = selected_sound_ids(selection)
        if shot_ids:
            self._copied = groups.copy_shots(project, shot_ids)
            text = _counted(len(shot_ids), "shot")
        elif keyframe_ids:
            self._copied = groups.copy_keyframes(project, keyframe_ids)
            text = _counted(len(keyframe_ids), "keyframe")
        elif sound_ids:
            self._copied = groups.copy_sounds(project, sound_ids)
            text = _counted(len(sound_ids), "sound")
        else:
            return False
        self._token = new_id()
        data = QMimeData()
        data.setData(_TOKEN, QByteArray(self._token.encode()))
        data.setText(text)
        QGuiApplication.clipboard().setMimeData(data)
        return True

    def cut(self) -> None:
        """Copy what is selected, and take it out."""
        if self.copy():
            self._shots.remove_selected("Cut")

    def paste(self) -> None:
        """Put what was copied last at the playhead: parts, a picture, or files."""
        data = cast("QMimeData | None", QGuiApplication.clipboard().mimeData()) or QMimeData()
        token = bytes(data.data(_TOKEN).data()).decode() if data.hasFormat(_TOKEN) else ""
        if self._copied is not None and token == self._token:
            self._paste_parts(self._copied)
            return
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = data.imageData() if data.hasImage() else None
        if paths:
            self._arrivals.drop_here(paths, self._here(), self._editor.playhead)
        elif isinstance(image, QImage) and not image.isNull():
            self._paste_picture(image)
        else:
            self._notices.error("Copy shots, keyframes or an image first, then paste.")

    def duplicate(self) -> None:
        """Put copies of the selected shots behind them, or of the keyframes a little later."""
        project, selection = self._editor.project, self._editor.selection
        shot_ids = selected_shot_ids(selection)
        keyframe_ids = selected_keyframe_ids(selection)
        if shot_ids:
            shots = groups.renewed(groups.copy_shots(project, shot_ids).shots)
            last = max(i for i, shot in enumerate(project.shots) if shot.id in shot_ids)
            self._insert("Duplicate", shots, last + 1)
        elif keyframe_ids:
            self._duplicate_keyframes(keyframe_ids)
        elif isinstance(selection, SoundsSelected):
            copied = groups.copy_sounds(project, selection.clip_ids)
            self._lay("Duplicate", copied, max(clip.stop for clip in copied.clips))

    def close(self) -> None:
        """Let go of the pictures that were pasted; the project has its own copies."""
        self._background.close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _paste_parts(self, copied: Copied) -> None:
        project = self._editor.project
        known = {item.sha256 for item in (*project.media, *project.sounds)}
        if any(
            item.sha256 not in known and not media_path(self._editor.folder, item).exists()
            for item in copied.media
        ):
            self._notices.error(
                "What was copied belongs to another film; add its files to this one first."
            )
            return
        match copied:
            case CopiedShots(shots):
                self._insert("Paste", groups.renewed(shots), self._index_here(), copied)
            case CopiedKeyframes(keyframes):
                start = self._editor.playhead
                placed = [(start + offset, _renamed(keyframe)) for offset, keyframe in keyframes]
                self._place("Paste", placed, copied)
            case CopiedSounds():
                self._lay("Paste", copied, self._editor.playhead)

    def _lay(self, verb: str, copied: CopiedSounds, frame: int) -> None:
        clips = sounds.renewed_clips(copied.clips)
        self._editor.do(
            f"{verb} {_counted(len(clips), 'sound')}",
            lambda film: sounds.paste_clips(film, clips, copied.media, frame),
            select=select_sounds(clip.id for clip in clips),
        )

    def _insert(
        self,
        verb: str,
        shots: tuple[Shot, ...],
        index: int,
        copied: CopiedShots | CopiedKeyframes | None = None,
    ) -> None:
        def edit(film: Project) -> Project:
            film, names = _with_media(film, copied)
            if isinstance(copied, CopiedShots):
                film, movies = add_footage(film, copied.footage)
                names |= {item.id: new for item, new in zip(copied.footage, movies, strict=True)}
            renamed = [_shot_with_media(shot, names) for shot in shots]
            return groups.insert_shots(film, renamed, index)

        self._editor.do(
            f"{verb} {_counted(len(shots), 'shot')}",
            edit,
            select=select_shots(shot.id for shot in shots),
        )

    def _place(
        self,
        verb: str,
        placed: list[tuple[int, Keyframe]],
        copied: CopiedShots | CopiedKeyframes | None = None,
    ) -> None:
        def edit(film: Project) -> Project:
            film, names = _with_media(film, copied)
            moved = [(at, _with_media_name(keyframe, names)) for at, keyframe in placed]
            return groups.place_keyframes(film, moved)

        self._editor.do(
            f"{verb} {_counted(len(placed), 'keyframe')}",
            edit,
            select=select_keyframes(keyframe.id for _, keyframe in placed),
        )

    def _duplicate_keyframes(self, keyframe_ids: frozenset[str]) -> None:
        project = self._editor.project
        step = max(1, nominal_rate(project.format.rate) // 2)
        every = {k.id for shot in project.shots for k in shot.keyframes}
        taken = set(groups.film_frames(project, every).values())
        placed: list[tuple[int, Keyframe]] = []
        known = {k.id: k for shot in project.shots for k in shot.keyframes}
        for name, frame in groups.film_frames(project, keyframe_ids).items():
            wish = min(frame + step, project.num_frames - 1)
            free = nearest_free(wish, project.num_frames, taken)
            if free is None:
                self._notices.error("Every frame has a keyframe already; lengthen a shot first.")
                return
            taken.add(free)
            placed.append((free, _renamed(known[name])))
        self._place("Duplicate", placed)

    def _paste_picture(self, image: QImage) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="smartdirector-paste-")
        path = Path(self._folder.name) / f"pasted {new_id()[:6]}.png"
        target = self._here()
        folder = self._editor.folder

        def write() -> None:
            # The least compression: the file is copied into the project at once.
            if not image.save(str(path), quality=90):
                raise ProjectError("The picture could not be written; is the disk full?")

        def written(error: str | None) -> None:
            if error is not None:
                self._notices.error(error)
            elif self._editor.folder == folder:
                self._keyframes.drop([path], target)

        self._background.start(write, written)

    def _here(self) -> DropTarget:
        found = self._editor.project.shot_at(self._editor.playhead)
        if found is None:
            return OntoEmpty(len(self._editor.project.shots))
        start, shot = found
        return OntoShot(shot.id, self._editor.playhead - start)

    def _index_here(self) -> int:
        """Return the index after the selected shots, else after the playhead's."""
        project = self._editor.project
        chosen = selected_shot_ids(self._editor.selection)
        found = project.shot_at(self._editor.playhead)
        if not chosen and found is not None:
            chosen = frozenset({found[1].id})
        return max((i + 1 for i, s in enumerate(project.shots) if s.id in chosen), default=0)


def _counted(count: int, noun: str) -> str:
    return noun if count == 1 else f"{count} {noun}s"


def _renamed(keyframe: Keyframe) -> Keyframe:
    return keyframe.model_copy(update={"id": new_id()})


def _with_media(film: Project, copied: CopiedPictures | None) -> tuple[Project, dict[str, str]]:
    """Return the film with the copied media, and the names that they have in it."""
    if copied is None:
        return film, {}
    film = add_media(film, copied.media)
    by_content = {item.sha256: item.id for item in film.media}
    try:
        return film, {item.id: by_content[item.sha256] for item in copied.media}
    except KeyError as error:
        raise EditError("An image of what was copied is gone; add it again.") from error


def _shot_with_media(shot: Shot, names: dict[str, str]) -> Shot:
    keyframes = tuple(_with_media_name(keyframe, names) for keyframe in shot.keyframes)
    use = shot.footage
    if use is not None:
        use = use.model_copy(update={"footage": names.get(use.footage, use.footage)})
    return shot.model_copy(update={"keyframes": keyframes, "footage": use})


def _with_media_name(keyframe: Keyframe, names: dict[str, str]) -> Keyframe:
    return keyframe.model_copy(update={"media": names.get(keyframe.media, keyframe.media)})
