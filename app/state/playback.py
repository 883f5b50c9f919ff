"""Play, pause, J/K/L: a clock that moves the playhead in real time, dropping frames if it must."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from app.state.editor import Change, EditorState
from app.state.timecode import nominal_rate

MAX_SPEED = 8


class SoundClock(Protocol):
    """What is heard while the film plays at normal speed, and how far it has come."""

    def begin(self, frame: int, span: tuple[int, int] | None) -> None:
        """Let the film be heard from a frame on, round and round in a span."""
        ...

    def end(self) -> None:
        """Be silent."""
        ...

    def passed_s(self) -> Fraction | None:
        """Return the seconds that were heard since ``begin``; None when nothing can be heard."""
        ...


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
        self._is_looping = False
        self._origin = 0
        self._told = -1
        self._due = 0
        self._last_shown = -1
        self._num_shown = 0
        self._clock = QElapsedTimer()
        self._sound: SoundClock | None = None
        self._passed_s = self._ahead_s = Fraction(0)
        self._heard_span: tuple[int, int] | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)
        editor.changed.connect(self._follow)

    def follow(self, sound: SoundClock) -> None:
        """Let the picture keep to what is heard, as long as something can be heard."""
        self._sound = sound

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves on its own."""
        return self._speed != 0

    @property
    def speed(self) -> int:
        """How many times real time; negative plays backwards, 0 stands still."""
        return self._speed

    @property
    def num_due(self) -> int:
        """Pictures of this run that should have been seen by now."""
        return self._due

    @property
    def num_dropped(self) -> int:
        """Pictures of this run that were due and never seen."""
        return max(0, self._due - self._num_shown)

    def note_shown(self) -> None:
        """The picture that is due was painted."""
        if self._due > self._last_shown:
            self._last_shown = self._due
            self._num_shown += 1 if self._due else 0

    @property
    def loop(self) -> tuple[int, int] | None:
        """The film frames ``[start, stop)`` that somebody asked to be played over and over."""
        return self._loop

    @property
    def is_looping(self) -> bool:
        """Whether playing goes round, in ``loop_range``."""
        return self._is_looping

    @property
    def span(self) -> tuple[int, int] | None:
        """The film frames ``[start, stop)`` that playing goes round in, if it does."""
        if self._loop is not None:
            return self._loop
        return self.loop_range() if self._is_looping else None

    def loop_range(self) -> tuple[int, int]:
        """Return what a loop covers: from in to out, else the selected shot, else the film."""
        project, shot = self._editor.project, self._editor.selected_shot
        if project.in_out is not None:
            return project.in_out
        if shot is not None:
            for start, known in project.shot_starts():
                if known is shot:
                    return start, start + shot.num_frames
        return 0, project.num_frames

    def set_looping(self, loops: bool) -> None:
        """Let playing go round, or end at the end."""
        if loops != self._is_looping:
            self._is_looping = loops
            if self.is_playing:
                self._begin_here()
            self.changed.emit()

    def toggle(self) -> None:
        """Play from the playhead, from the start when it stands on the last frame; or pause."""
        if self.is_playing:
            self.pause()
            return
        span, playhead = self.span, self._editor.playhead
        if span is not None and not span[0] <= playhead < span[1]:
            self._editor.seek(span[0])
        elif span is None and playhead >= self._editor.project.num_frames - 1:
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
        """J and L: play that way; again: twice as fast. The other way turns round."""
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

    def ahead(self, film_frame: int, count: int) -> list[int]:
        """Return the film frames that will be shown next, this one first."""
        step = self._speed
        if step == 0:
            near = (0, 1, -1, 2, -2)[:count]
            frames = [film_frame + offset for offset in near]
        else:
            frames = [self._wrapped(film_frame + step * n) for n in range(count)]
        num_frames = self._editor.project.num_frames
        return [frame for frame in dict.fromkeys(frames) if 0 <= frame < num_frames]

    def _wrapped(self, frame: int) -> int:
        """Go round in the loop; who comes from outside first plays up to it."""
        span = self.span
        if span is None:
            return frame
        start, stop = span
        is_past = frame >= stop if self._speed > 0 else frame < start
        return start + (frame - start) % max(1, stop - start) if is_past else frame

    def _run(self, speed: int) -> None:
        if self._editor.project.num_frames < 2:
            speed = 0
        self._speed = speed
        if speed:
            self._begin_here()
            self._wait_for_next()
        else:
            self._timer.stop()
            if self._sound is not None:
                self._sound.end()
        self.changed.emit()

    def _begin_here(self) -> None:
        self._origin = self._told = self._editor.playhead
        self._due = self._num_shown = 0
        self._last_shown = -1
        self._passed_s = self._ahead_s = Fraction(0)
        self._clock.start()
        if self._sound is not None:
            self._sound.end()
            self._heard_span = self.span
            if self._speed == 1:
                self._sound.begin(self._origin, self._heard_span)

    def _passed(self) -> Fraction:
        """Return how many pictures should have been shown since the clock began.

        At normal speed the sound's clock counts: an ear hears a gap, an eye forgives a picture that
        comes a little late. Where it falls silent for good, this clock goes on from there.
        """
        own = Fraction(self._clock.nsecsElapsed(), 1_000_000_000)
        sound = self._sound if self._speed == 1 else None
        heard = sound.passed_s() if sound is not None else None
        if heard is not None:
            self._ahead_s = heard - own
        self._passed_s = max(self._passed_s, own + self._ahead_s)
        return self._passed_s * self._editor.project.format.rate.fraction

    def _wait_for_next(self) -> None:
        """Wake when the next picture is due, not in between."""
        rate = self._editor.project.format.rate.fraction
        passed = self._passed()
        left = (math.floor(passed) + 1 - passed) / rate
        self._timer.start(max(1, math.ceil(left * 1000)))

    def _tick(self) -> None:
        # Fast forward shows every second, fourth or eighth frame, always the same ones: they were
        # decoded ahead.
        self._due = math.floor(self._passed())
        frame = self._wrapped(self._origin + self._due * self._speed)
        last = self._editor.project.num_frames - 1
        self._told = max(0, min(frame, last))
        self._editor.seek(self._told)
        if frame > last or frame < 0:
            self.pause()
        elif self.is_playing:
            if self.span != self._heard_span:
                self._begin_here()  # another loop: ear and eye must go round in the same one
            self._wait_for_next()

    def _follow(self, change: Change) -> None:
        if not self.is_playing:
            return
        loop_is_stale = self._loop is not None and bool(change & Change.PROJECT)
        if change & Change.FOLDER or self._editor.project.num_frames < 2 or loop_is_stale:
            self.pause()
        elif change & Change.PLAYHEAD and self._editor.playhead != self._told:
            self._begin_here()  # somebody scrubbed: go on from there
