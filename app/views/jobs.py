"""The queue as a list, and the strip at the window's foot that says what runs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
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
from app.state.timecode import duration_text

_BAR_STEPS = 1000


def status_text(entry: JobEntry) -> str:
    """Say in a few words how it stands with a job."""
    match entry.status:
        case Waiting():
            return "Waiting"
        case Running(stopping=True):
            return "Stopping…"
        case Running(progress=None):
            return "Starting…"
        case Running(progress=progress):
            assert progress is not None
            parts = [STAGE_NAMES[progress.stage]]
            if progress.num_steps > 1:
                parts.append(f"{progress.step} of {progress.num_steps}")
            if progress.remaining_s is not None and progress.remaining_s > 0:
                parts.append(f"{duration_text(progress.remaining_s)} left")
            return " · ".join(parts)
        case Finished(stage_seconds=seconds):
            return f"Done in {duration_text(sum(seconds.values()))}"
        case Failed(message=message):
            return message
        case Stopped():
            return "Stopped"
        case Interrupted():
            return "Interrupted; it can go on"


def stages_text(entry: JobEntry) -> str:
    """List the stages that are done with the time they took."""
    match entry.status:
        case Finished(stage_seconds=seconds):
            done = seconds
        case Running(done=done):
            pass
        case _:
            return ""
    names = {str(stage): name for stage, name in STAGE_NAMES.items()}
    return "\n".join(f"{names.get(str(s), str(s))}: {value:.1f} s" for s, value in done.items())


class JobRow(QWidget):
    """One job of the queue."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("jobRow")
        self._title = QLabel()
        self._kind = QLabel()
        self._kind.setProperty("faint", "true")
        self._bar = QProgressBar()
        self._bar.setRange(0, _BAR_STEPS)
        self._bar.setTextVisible(False)
        self._status = QLabel()
        self._status.setProperty("dim", "true")
        self._status.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self._bar)
        column.addWidget(self._status)

    def show_entry(self, entry: JobEntry) -> None:
        """Show how it stands with a job."""
        self._title.setText(entry.title)
        self._kind.setText(KIND_NAMES[entry.kind])
        running = isinstance(entry.status, Running)
        self._bar.setVisible(running)
        self._bar.setValue(round(entry.fraction * _BAR_STEPS))
        self._status.setText(status_text(entry))
        self.setAccessibleName(f"{entry.title}, {KIND_NAMES[entry.kind]}: {status_text(entry)}")
        self.setToolTip(stages_text(entry))


class JobsPanel(QWidget):
    """The queue."""

    def __init__(self, jobs: JobsState) -> None:
        super().__init__()
        self.setObjectName("jobsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Jobs")
        self._jobs = jobs
        self._rows: list[JobRow] = []
        heading = QLabel("Jobs")
        heading.setProperty("heading", "true")
        self._clear = QPushButton("Clear done")
        self._clear.setProperty("flat", "true")
        self._clear.clicked.connect(jobs.clear_done)
        top = QHBoxLayout()
        top.setContentsMargins(12, 4, 4, 0)
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self._clear)
        body = QWidget()
        body.setObjectName("jobsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._nothing = QLabel("Generate drafts with Ctrl+G.")
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
        self._show()

    def _show(self) -> None:
        entries = tuple(reversed(self._jobs.entries))
        while len(self._rows) < len(entries):
            row = JobRow()
            self._list.insertWidget(len(self._rows) + 1, row)
            self._rows.append(row)
        while len(self._rows) > len(entries):
            self._rows.pop().deleteLater()
        for row, entry in zip(self._rows, entries, strict=True):
            row.show_entry(entry)
        self._nothing.setVisible(not entries)
        self._clear.setVisible(any(not entry.is_open for entry in entries))


class StatusStrip(QWidget):
    """The window's foot: what runs, how far it is, and where the queue is."""

    def __init__(self, jobs: JobsState, show_jobs: QAction) -> None:
        super().__init__()
        self.setObjectName("statusStrip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._jobs = jobs
        self._hint = QLabel()
        self._hint.setProperty("faint", "true")
        self._text = QLabel()
        self._text.setAccessibleName("What the engine does")
        self._bar = QProgressBar()
        self._bar.setRange(0, _BAR_STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.setAccessibleName("Progress of the running job")
        button = QToolButton()
        button.setDefaultAction(show_jobs)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 6, 0)
        row.setSpacing(10)
        row.addWidget(self._hint, 1)
        row.addWidget(self._text)
        row.addWidget(self._bar)
        row.addWidget(button)
        self.setFixedHeight(28)
        jobs.changed.connect(self._show)
        self._show()

    def say(self, hint: str) -> None:
        """Show a hint at the left."""
        self._hint.setText(hint)

    def _show(self) -> None:
        running = self._jobs.running
        waiting = sum(isinstance(entry.status, Waiting) for entry in self._jobs.entries)
        self._bar.setVisible(running is not None)
        if running is None:
            self._text.setText("Ready to go on" if self._jobs.can_go_on else "")
            return
        more = f"  ·  {waiting} waiting" if waiting else ""
        self._text.setText(f"{running.title}  ·  {status_text(running)}{more}")
        self._bar.setValue(round(running.fraction * _BAR_STEPS))
