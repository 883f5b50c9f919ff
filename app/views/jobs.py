"""The queue as a list, and the strip at the window's foot that says what runs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
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
from app.state.job_entries import Interrupted, JobEntry, Running, Waiting
from app.state.jobs import JobsState
from app.state.language import counted, said, told
from app.state.outlook_words import left_words
from app.views.job_row import BAR_STEPS, JobRow, status_text
from app.views.key_tips import plain

ROWS_AT_ONCE = 20
"""So many jobs have a row; a button shows as many more."""


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
        self._most = ROWS_AT_ONCE
        self._is_late = False
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
        self._more = QPushButton()
        self._more.setProperty("flat", "true")
        self._more.setToolTip(said("Jobs", "Show jobs that wait longer or were done earlier"))
        self._more.clicked.connect(self._show_more)
        self._list.addWidget(self._more)
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
        jobs.changed.connect(self._follow)
        forecast.changed.connect(self._follow)
        self._show()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """The jobs as they stand below each other, as far as they are shown."""
        return tuple(self._rows)

    @property
    def more(self) -> QPushButton:
        """What shows more of them."""
        return self._more

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while nobody looked."""
        super().showEvent(event)
        if self._is_late:
            self._show()

    def _follow(self) -> None:
        if self.isVisible():
            self._show()
        else:
            self._is_late = True

    def _show_more(self) -> None:
        self._most += ROWS_AT_ONCE
        first = len(self._rows)
        self._show()
        if first < len(self._rows):
            self._rows[first].show()  # else only with the next layout, and focus needs it now
            self._rows[first].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        self._is_late = False
        entries = in_reading_order(self._jobs.entries)
        if len(entries) <= ROWS_AT_ONCE:
            self._most = ROWS_AT_ONCE
        shown = entries[: self._most]
        while len(self._rows) < len(shown):
            row = JobRow()
            row.moved.connect(self._jobs.move)
            row.dragged.connect(self._drag)
            row.retried.connect(self._jobs.retry)
            row.stopped.connect(self._jobs.stop_job)
            self._list.insertWidget(len(self._rows) + 1, row)
            self._rows.append(row)
        while len(self._rows) > len(shown):
            self._rows.pop().deleteLater()
        for row, entry in zip(self._rows, shown, strict=True):
            row.show_entry(entry, left_words(self._forecast.left(entry)))
        self._nothing.setVisible(not entries)
        rest = len(entries) - len(shown)
        self._more.setVisible(rest > 0)
        self._more.setText(counted("Jobs", "Show more (%n not shown)", "Show one more", rest))
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
        self._bar.setRange(0, BAR_STEPS)
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
        self._bar.setValue(round(running.fraction * BAR_STEPS))
