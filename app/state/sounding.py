"""The film's sound while it plays: what is heard follows the document, also in the middle.

Says once, in one sentence, when there is nothing that it could be heard on.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.media.sound_cache import SoundCache, track_key
from app.media.sound_player import SoundPlayer
from app.state.editor import Change, EditorState
from app.state.notices import NoticesState
from app.timeline.footage_sound import footage_sounds
from app.timeline.project import Project
from app.timeline.sounds import heard
from app.timeline.storage import media_path
from engine.planning.sound import SAMPLE_RATE, sample_at

if TYPE_CHECKING:  # numpy loads when the first sound is heard
    from app.media.sounding import Programme

NO_DEVICE = "No sound device was found, so the film plays silently; its movie will have the sound."


class Sounding(QObject):
    """Plays the film's sounds."""

    def __init__(
        self,
        editor: EditorState,
        cache: SoundCache,
        player: SoundPlayer,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._cache = cache
        self._player = player
        self._notices = notices
        self._span: tuple[int, int] | None = None
        self._is_playing = False
        self._has_told = False
        editor.changed.connect(self._follow)
        cache.changed.connect(self._renew)

    def begin(self, frame: int, span: tuple[int, int] | None) -> None:
        """Let the film be heard from a frame on, round and round in a span of frames."""
        project = self._editor.project
        if not project.sound_clips and not footage_sounds(project):
            return
        self._span = span
        self._is_playing = True
        rate = self._editor.project.format.rate.fraction
        self._player.begin(sample_at(frame, rate), self._programme())

    def end(self) -> None:
        """Be silent."""
        if self._is_playing:
            self._is_playing = False
            self._player.end()

    def passed_s(self) -> Fraction | None:
        """Return the seconds heard since ``begin``; None when nothing can be heard."""
        if not self._is_playing:
            return None
        samples = self._player.heard()
        if samples is None:
            if not self._has_told:
                self._has_told = True
                self._notices.info(NO_DEVICE)
            return None
        return Fraction(round(samples), SAMPLE_RATE)

    def close(self) -> None:
        """Let go of the device."""
        self._player.close()

    def _follow(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.FOLDER):
            self._cache.use(list(_kept(self._editor.project)))
            self._renew()

    def _renew(self) -> None:
        if self._is_playing:
            self._player.set_programme(self._programme())

    def _programme(self) -> Programme:
        from app.media.sounding import PlacedSound, Programme

        project, folder = self._editor.project, self._editor.folder
        hashes = {str(media_path(folder, item)): item.sha256 for item in project.sounds}
        sounds: list[PlacedSound] = []
        for spec in heard(project, folder):
            pcm = self._cache.samples(hashes[spec.path], Path(spec.path))
            if pcm is not None:
                sounds.append(PlacedSound(pcm, spec))
        prints = {item.path: item.fingerprint for item in project.footage}
        for spec in footage_sounds(project):
            key = track_key(prints[spec.path], spec.track)
            pcm = self._cache.samples(key, Path(spec.path), spec.track)
            if pcm is not None:
                sounds.append(PlacedSound(pcm, spec))
        span = None
        if self._span is not None:
            rate = project.format.rate.fraction
            span = (sample_at(self._span[0], rate), sample_at(self._span[1], rate))
        return Programme(tuple(sounds), span)


def _kept(project: Project) -> Iterator[str]:
    """Yield the names of all sounds that the film uses."""
    yield from (item.sha256 for item in project.sounds)
    prints = {item.id: item.fingerprint for item in project.footage}
    for shot in project.shots:
        if shot.footage is not None:
            yield track_key(prints[shot.footage.footage], shot.footage.track)
