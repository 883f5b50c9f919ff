"""Play, pause, J/K/L: a clock that moves the playhead in real time, dropping frames if it must."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from app.state.editor import Change, EditorState
from app.state.timecode import nominal_rate

MAX_SPEED = 8


class PlaybackState(QObject):
    """Whether and how fast the film plays.

    Signals:
        changed: it began, ended, or changed its speed or its loop.
    """

    changed = Signal()

    def __init__(self, editor: EditorState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._speed = 0
        self._loop: tuple[int, int] | None = None
        self._origin = 0
        self._told = -1
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        editor.changed.connect(self._follow)

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves on its own."""
        return self._speed != 0

    @property
    def speed(self) -> int:
        """How many times real time; negative plays backwards, 0 stands still."""
        return self._speed

    @property
    def loop(self) -> tuple[int, int] | None:
        """The film frames ``[start, stop)`` that are played over and over."""
        return self._loop

    def toggle(self) -> None:
        """Play from the playhead, from the start when it stands on the last frame; or pause."""
        if self.is_playing:
            self.pause()
            return
        project = self._editor.project
        if self._editor.playhead >= project.num_frames - 1:
            self._editor.seek(0)
        self._run(1)

    def play_loop(self, start: int, stop: int) -> None:
        """Play a stretch over and over."""
        self._loop = (start, stop)
        if not start <= self._editor.playhead < stop:
            self._editor.seek(start)
        self._run(1)

    def pause(self) -> None:
        """Stand still."""
        self._loop = None
        self._run(0)

    def shuttle(self, direction: int) -> None:
        """J and L: play that way; again: twice as fast. The other way first slows down."""
        self._loop = None
        if self._speed * direction > 0:
            self._run(max(-MAX_SPEED, min(MAX_SPEED, self._speed * 2)))
        else:
            self._run(direction)

    def step(self, num_frames: int) -> None:
        """Pause and move by single frames."""
        self.pause()
        self._editor.seek(self._editor.playhead + num_frames)

    def step_seconds(self, seconds: int) -> None:
        """Pause and move by whole seconds."""
        self.step(seconds * nominal_rate(self._editor.project.format.rate))

    def _run(self, speed: int) -> None:
        if self._editor.project.num_frames < 2:
            speed = 0
        if speed:
            self._origin = self._told = self._editor.playhead
            self._clock.start()
            rate = float(self._editor.project.format.rate.fraction)
            self._timer.start(max(4, int(1000 / rate / 3)))
        else:
            self._timer.stop()
        self._speed = speed
        self.changed.emit()

    def _tick(self) -> None:
        rate = self._editor.project.format.rate.fraction
        passed = Fraction(self._clock.nsecsElapsed(), 1_000_000_000) * rate * self._speed
        frame = self._origin + int(passed)
        if self._loop is not None and self._speed > 0:
            start, stop = self._loop
            frame = start + (frame - start) % max(1, stop - start)
        last = self._editor.project.num_frames - 1
        self._told = max(0, min(frame, last))
        self._editor.seek(self._told)
        if self._loop is None and (frame > last or frame < 0):
            self.pause()

    def _follow(self, change: Change) -> None:
        if not self.is_playing:
            return
        loop_is_stale = self._loop is not None and bool(change & Change.PROJECT)
        if change & Change.FOLDER or self._editor.project.num_frames < 2 or loop_is_stale:
            self.pause()
        elif change & Change.PLAYHEAD and self._editor.playhead != self._told:
            # Somebody scrubbed: go on from there.
            self._origin = self._told = self._editor.playhead
            self._clock.restart()
