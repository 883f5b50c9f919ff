"""The queue as a list, and the strip at the window's foot that says what runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.state.forecast import ForecastState
from app.state.job_entries import (
    KIND_NAMES,
    STAGE_NAMES,
    Failed,
    Finished,
    Interrupted,
    JobEntry,
    Running,
    Stopped,
    Waiting,
)
from app.state.jobs import JobsState
from app.state.language import said, told
from app.state.outlook_words import left_words
from app.state.timecode import duration_text
from app.views.icons import icon
from app.views.key_tips import plain

_BAR_STEPS = 1000


def status_text(entry: JobEntry, left: str = "") -> str:
    """Say in a few words how it stands with a job.

    Args:
        left: how long the whole of it will still take; else what the stage alone says.
    """
    match entry.status:
        case Waiting():
            words = said("Jobs", "Waiting")
            return f"{words} · {left}" if left else words
        case Running(stopping=True):
            return said("Jobs", "Stopping…")
        case Running(progress=None):
            return said("Jobs", "Starting…")
        case Running(progress=progress):
            assert progress is not None
            parts = [said("State", STAGE_NAMES[progress.stage])]
            if progress.num_steps > 1:
                parts.append(
                    said(
                        "Jobs",
                        "{step} of {num_steps}",
                        step=progress.step,
                        num_steps=progress.num_steps,
                    )
                )
            if not left and progress.remaining_s is not None and progress.remaining_s > 0:
                left = duration_text(progress.remaining_s)
            if left:
                parts.append(said("Jobs", "{duration} left", duration=left))
            return " · ".join(parts)
        case Finished(stage_seconds=seconds):
            return said("Jobs", "Done in {duration}", duration=duration_text(sum(seconds.values())))
        case Failed(message=message):
            return told(message)
        case Stopped():
            return said("Jobs", "Stopped")
        case Interrupted():
            return said("Jobs", "Interrupted; it can go on")


def stages_text(entry: JobEntry) -> str:
    """List the stages that are done with the time they took."""
    match entry.status:
        case Finished(stage_seconds=seconds):
            done = seconds
        case Running(done=done):
            pass
        case _:
            return ""
    names = {str(stage): said("State", name) for stage, name in STAGE_NAMES.items()}
    return "\n".join(f"{names.get(str(s), str(s))}: {value:.1f} s" for s, value in done.items())


class JobRow(QWidget):
    """One job of the queue; one that waits can be dragged to another place.

    Signals:
        moved: it asks to go up (-1) or down (1) in the queue.
        dragged: it is dragged, with the mouse at this height of the screen.
        retried, stopped: its button was pressed.
    """

    moved = Signal(str, int)
    dragged = Signal(str, int)
    retried = Signal(str)
    stopped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("jobRow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._job_id = ""
        self._can_move = False
        self._press_y = 0
        self._held = ""
        self._title = QLabel()
        self._kind = QLabel()
        self._kind.setProperty("faint", "true")
        self._bar = QProgressBar()
        self._bar.setRange(0, _BAR_STEPS)
        self._bar.setTextVisible(False)
        self._status = QLabel()
        self._status.setProperty("dim", "true")
        self._status.setWordWrap(True)
        self.up = _row_button("up", said("Jobs", "Earlier in the queue"))
        self.up.clicked.connect(lambda: self.moved.emit(self._job_id, -1))
        self.down = _row_button("down", said("Jobs", "Later in the queue"))
        self.down.clicked.connect(lambda: self.moved.emit(self._job_id, 1))
        self.retry = _row_button("retry", said("Jobs", "Try again"))
        self.retry.clicked.connect(lambda: self.retried.emit(self._job_id))
        self.stop = _row_button("close", said("Jobs", "Stop this job; what was computed stays"))
        self.stop.clicked.connect(lambda: self.stopped.emit(self._job_id))
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self._title)
        top.addSpacing(4)
        top.addWidget(self._kind)
        top.addStretch(1)
        for button in (self.up, self.down, self.retry, self.stop):
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 6)
        column.setSpacing(3)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._status)

    @property
    def job_id(self) -> str:
        """The job that is shown."""
        return self._job_id

    def show_entry(self, entry: JobEntry, left: str) -> None:
        """Show how it stands with a job, and how long it will still take."""
        status = entry.status
        self._job_id = entry.job.job_id
        self._can_move = isinstance(status, Waiting)
        self._title.setText(told(entry.title))
        self._kind.setText(said("State", KIND_NAMES[entry.kind]))
        self._bar.setVisible(isinstance(status, Running))
        self._bar.setValue(round(entry.fraction * _BAR_STEPS))
        text = status_text(entry, left)
        self._status.setText(text)
        self.up.setVisible(self._can_move)
        self.down.setVisible(self._can_move)
        self.retry.setVisible(isinstance(status, Failed | Stopped))
        self.stop.setVisible(entry.is_open)
        self.stop.setEnabled(not (isinstance(status, Running) and status.stopping))
        shape = Qt.CursorShape.OpenHandCursor if self._can_move else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        self.setAccessibleName(f"{told(entry.title)}, {self._kind.text()}: {text}")
        self.setToolTip(stages_text(entry))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        self._press_y = round(event.globalPosition().y())
        self._held = self._job_id if self._can_move else ""
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        y = round(event.globalPosition().y())
        if self._held and abs(y - self._press_y) >= QApplication.startDragDistance() // 2:
            self.dragged.emit(self._held, y)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of it."""
        self._held = ""


def _row_button(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(13, 13))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCursor(Qt.CursorShape.ArrowCursor)
    button.setFixedSize(22, 22)
    return button


class JobsPanel(QWidget):
    """The queue: what runs, what waits in its order, then what is done."""

    def __init__(self, jobs: JobsState, forecast: ForecastState, pause: QAction) -> None:
        super().__init__()
        self.setObjectName("jobsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(said("Jobs", "Jobs"))
        self._jobs = jobs
        self._forecast = forecast
        self._rows: list[JobRow] = []
        self._heading = QLabel()
        self._heading.setProperty("heading", "true")
        self._pause = QToolButton()
        self._pause.setDefaultAction(pause)
        self._pause.setAccessibleName(said("Jobs", "Pause or resume the queue"))
        self._pause.setIconSize(QSize(16, 16))
        self._clear = QPushButton(said("Jobs", "Clear done"))
        self._clear.setProperty("flat", "true")
        self._clear.setToolTip(said("Jobs", "Take finished, failed and stopped jobs off the list"))
        self._clear.clicked.connect(jobs.clear_done)
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 8, 0)
        top.addWidget(self._heading)
        top.addStretch(1)
        top.addWidget(self._clear)
        top.addWidget(self._pause)
        body = QWidget()
        body.setObjectName("jobsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._nothing = QLabel(said("Jobs", "Nothing to do. Generate makes drafts."))
        self._nothing.setProperty("faint", "true")
        self._nothing.setContentsMargins(12, 4, 12, 4)
        self._nothing.setWordWrap(True)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._scroll, 1)
        self.setMinimumHeight(96)
        jobs.changed.connect(self._show)
        forecast.changed.connect(self._show)
        self._show()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The jobs as they stand below each other."""
        return tuple(self._rows)

    def _show(self) -> None:
        entries = in_reading_order(self._jobs.entries)
        while len(self._rows) < len(entries):
            row = JobRow()
            row.moved.connect(self._jobs.move)
            row.dragged.connect(self._drag)
            row.retried.connect(self._jobs.retry)
            row.stopped.connect(self._jobs.stop_job)
            self._list.insertWidget(len(self._rows) + 1, row)
            self._rows.append(row)
        while len(self._rows) > len(entries):
            self._rows.pop().deleteLater()
        for row, entry in zip(self._rows, entries, strict=True):
            row.show_entry(entry, left_words(self._forecast.left(entry)))
        self._nothing.setVisible(not entries)
        self._clear.setVisible(any(not entry.is_open for entry in entries))
        self._heading.setText(self._summary())

    def _summary(self) -> str:
        waiting = sum(isinstance(entry.status, Waiting) for entry in self._jobs.entries)
        if self._jobs.is_paused:
            return (
                said("Jobs", "Pausing…")
                if self._jobs.running
                else said("Jobs", "Paused, {waiting} waiting", waiting=waiting)
            )
        fraction = self._jobs.fraction
        if fraction is None:
            return said("Jobs", "Queue")
        left = left_words(self._forecast.queue_left)
        if not left:
            return said("Jobs", "{fraction:.0%} done", fraction=fraction)
        return f"{fraction:.0%} · {said('Jobs', '{duration} left', duration=left)}"

    def _drag(self, job_id: str, y: int) -> None:
        """Bring a job to the place under the mouse, as far as the queue allows."""
        ids = [row.job_id for row in self._rows]
        if job_id not in ids:
            return
        tops = [row.mapToGlobal(QPoint(0, 0)).y() for row in self._rows]
        target = max((n for n, top in enumerate(tops) if y >= top), default=0)
        step = target - ids.index(job_id)
        if step:
            self._jobs.move(job_id, step)


def in_reading_order(entries: Sequence[JobEntry]) -> tuple[JobEntry, ...]:
    """Return what runs, what waits in its order, and below it what is done, latest first."""
    running = [entry for entry in entries if isinstance(entry.status, Running)]
    waiting = [entry for entry in entries if isinstance(entry.status, Waiting | Interrupted)]
    done = [entry for entry in entries if not entry.is_open]
    return (*running, *waiting, *reversed(done))


class StatusStrip(QWidget):
    """The window's foot: what runs, how far it is, and where the queue is."""

    def __init__(self, jobs: JobsState, forecast: ForecastState, panels: Sequence[QAction]) -> None:
        super().__init__()
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._jobs = jobs
        self._forecast = forecast
        self._hint = QLabel()
        self._hint.setProperty("faint", "true")
        self._text = QLabel()
        self._text.setAccessibleName(said("Jobs", "What the engine does"))
        self._bar = QProgressBar()
        self._bar.setRange(0, _BAR_STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName(said("Jobs", "Progress of the running job"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 6, 0)
        row.setSpacing(10)
        row.addWidget(self._hint, 1)
        row.addWidget(self._text)
        row.addWidget(self._bar)
        for action in panels:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAccessibleName(plain(action.text()))
            row.addWidget(button)
        self.setFixedHeight(28)
        jobs.changed.connect(self._show)
        self._show()

    @property
    def text(self) -> str:
        """What is said of the engine."""
        return self._text.text()

    def say(self, hint: str) -> None:
        """Show a hint at the left."""
        self._hint.setText(hint)

    def _show(self) -> None:
        running = self._jobs.running
        waiting = sum(isinstance(entry.status, Waiting) for entry in self._jobs.entries)
        self._bar.setVisible(running is not None)
        if running is None:
            text = said("Jobs", "Ready to go on") if self._jobs.can_go_on else ""
            self._text.setText(
                said("Jobs", "Paused  ·  {waiting} waiting", waiting=waiting)
                if self._jobs.is_paused
                else text
            )
            return
        more = said("Jobs", "  ·  {waiting} waiting", waiting=waiting) if waiting else ""
        left = left_words(self._forecast.left(running))
        self._text.setText(f"{told(running.title)}  ·  {status_text(running, left)}{more}")
        self._bar.setValue(round(running.fraction * _BAR_STEPS))
