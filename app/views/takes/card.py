"""One take as a card: a frame of it, how it was made, and what the user thinks of it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.keymap import KeymapState
from app.state.language import counted, said
from app.state.take_choices import TakeRow
from app.state.timecode import duration_text
from app.timeline.take_files import MAX_RATING, TakeRecord
from app.views.key_tips import follow_keys
from app.views.takes.stars import RATING_TIP, Stars
from app.views.theme import color, is_look_change, stage_color

THUMB = QSize(96, 54)


def made_text(record: TakeRecord) -> str:
    """Say when a take was made: the hour today, else the day."""
    try:
        made = datetime.fromtimestamp(record.made_at).astimezone()
    except (ValueError, OverflowError, OSError):
        return ""  # a clock that was years away, or a file that says so
    today = datetime.now().astimezone().date()
    return f"{made:%H:%M}" if made.date() == today else f"{made:%d %b %H:%M}"


def settings_text(record: TakeRecord) -> str:
    """Say how a take was made in a few words."""
    model = record.job.model.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    steps = (
        counted("Takes", " · %n steps", " · 1 step", n=record.num_steps) if record.num_steps else ""
    )
    return f"{model}{steps}"


class _Thumb(QWidget):
    """A frame of the draft, cropped to the card."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setFixedSize(THUMB)

    def show_image(self, image: QImage | None) -> None:
        if image is not self._image:
            self._image = image
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), stage_color("stage"))
        if self._image is None or self._image.isNull():
            return
        scale = self.devicePixelRatioF()
        size = QSize(round(self.width() * scale), round(self.height() * scale))
        fitted = self._image.scaled(
            size,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        picture = QPixmap.fromImage(fitted)
        picture.setDevicePixelRatio(scale)
        x = (self.width() - picture.width() / scale) / 2
        y = (self.height() - picture.height() / scale) / 2
        painter.drawPixmap(round(x), round(y), picture)


class TakeCard(QFrame):
    """A take.

    Signals:
        clicked, wanted: it was clicked, or double-clicked (its name).
        rated: stars were clicked (its name, how many).
    """

    clicked = Signal(str)
    wanted = Signal(str)
    rated = Signal(str, int)

    def __init__(self, thumbnails: ThumbnailCache, keymap: KeymapState) -> None:
        super().__init__()
        self.setObjectName("takeCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._thumbnails = thumbnails
        self._name = ""
        self._row: TakeRow | None = None
        self._picture = ("", 0)
        self._thumb = _Thumb()
        self._seed = QLabel()
        self._marks = QLabel()
        self._marks.setTextFormat(Qt.TextFormat.RichText)
        self._verdict = QLabel()
        self._verdict.setObjectName("approved")
        self._how = QLabel()
        self._how.setProperty("dim", "true")
        self._when = QLabel()
        self._when.setProperty("faint", "true")
        self._stars = Stars()
        follow_keys(
            self._stars,
            said("Takes", RATING_TIP),
            keymap,
            "rate_1",
            f"rate_{MAX_RATING}",
        )
        self._stars.rated.connect(self._on_rated)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._seed)
        top.addStretch(1)
        top.addWidget(self._marks)
        foot = QHBoxLayout()
        foot.addWidget(self._stars)
        foot.addStretch(1)
        foot.addWidget(self._verdict)
        text = QVBoxLayout()
        text.setSpacing(1)
        for part in (top, self._how, self._when, foot):
            text.addWidget(part) if isinstance(part, QLabel) else text.addLayout(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 6, 10, 6)
        row.setSpacing(9)
        row.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)

    @property
    def name(self) -> str:
        """Name of the take that is shown."""
        return self._name

    @property
    def stars(self) -> Stars:
        """Where it is rated."""
        return self._stars

    def show_take(self, row: TakeRow, rate: float, *, is_selected: bool) -> None:
        """Show a take."""
        record = row.record
        self._name = record.name
        self._picture = (str(record.files.draft), record.num_frames // 2)
        self.show_picture()
        self._seed.setText(said("Takes", "Seed {seed}", seed=record.job.seed))
        self._row = row
        self._marks.setText(_marks(row))
        self._verdict.setText(said("Takes", "approved") if record.notes.approved else "")
        self._how.setText(settings_text(record))
        length = duration_text(record.num_frames / rate) if rate else ""
        self._when.setText(
            f"{length} · {made_text(record)}" + ("" if row.fits else said("Takes", " · changed"))
        )
        self._stars.show_rating(record.notes.rating)
        state = (
            said("Takes", "in use")
            if row.is_in_use
            else said("Takes", "fits")
            if row.fits
            else said("Takes", "of other settings")
        )
        approved = said("Takes", ", approved") if record.notes.approved else ""
        self.setAccessibleName(
            said(
                "Takes",
                "Take, seed {seed}, {state}{approved}",
                seed=record.job.seed,
                state=state,
                approved=approved,
            )
        )
        self.setToolTip(
            said(
                "Takes",
                "Seed {seed} · {settings_text}\n{caption}",
                seed=record.job.seed,
                settings_text=settings_text(record),
                caption=record.job.caption,
            ).strip()
            + ("" if row.fits else said("Takes", "\nMade before the shots were changed."))
        )
        if self.property("selected") != is_selected:
            self.setProperty("selected", is_selected)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_picture(self) -> None:
        """Show the frame in the middle of the draft, once it is there."""
        movie, frame = self._picture
        height = round(THUMB.height() * max(2.0, self.devicePixelRatioF()))
        self._thumb.show_image(self._thumbnails.movie_frame(movie, frame, height))

    def changeEvent(self, event: QEvent) -> None:
        """The marks are coloured text: another theme writes them anew."""
        super().changeEvent(event)
        if is_look_change(event) and self._row is not None:
            self._marks.setText(_marks(self._row))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look at the take."""
        self.clicked.emit(self._name)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Use the take."""
        self.wanted.emit(self._name)

    def event(self, event: QEvent) -> bool:
        """Space looks at the take here and does not play."""
        claims = event.type() == QEvent.Type.ShortcutOverride
        if claims and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space looks at the take, Enter uses it."""
        if event.key() == Qt.Key.Key_Space:
            self.clicked.emit(self._name)
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.wanted.emit(self._name)
        else:
            super().keyPressEvent(event)

    def _on_rated(self, stars: int) -> None:
        self.rated.emit(self._name, stars)


def _marks(row: TakeRow) -> str:
    if row.is_in_use:
        words = said("Takes", "in use")
        return f'<b style="color:{color("accent_text").name()}">{words}</b>'
    if row.record.files.master:
        words = said("Takes", "master")
        return f'<span style="color:{color("master_text").name()}">{words}</span>'
    return ""
