"""One job of the queue as a row of the list: how it stands, and what can be done to it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QProgressBar,
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
from app.state.language import said, told
from app.state.timecode import duration_text
from app.views.icons import icon

BAR_STEPS = 1000


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
        self._shown: tuple[JobEntry, str] | None = None
        self._job_id = ""
        self._can_move = False
        self._press_y = 0
        self._held = ""
        self._title = QLabel()
        self._kind = QLabel()
        self._kind.setProperty("faint", "true")
        self._bar = QProgressBar()
        self._bar.setRange(0, BAR_STEPS)
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
        if self._shown == (entry, left):
            return
        self._shown = entry, left
        status = entry.status
        self._job_id = entry.job.job_id
        self._can_move = isinstance(status, Waiting)
        self._title.setText(told(entry.title))
        self._kind.setText(said("State", KIND_NAMES[entry.kind]))
        self._bar.setVisible(isinstance(status, Running))
        self._bar.setValue(round(entry.fraction * BAR_STEPS))
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
