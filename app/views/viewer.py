"""The picture at the playhead: letterboxed, never stretched, whatever it comes from."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.media.player import FrameServer
from app.media.thumbnails import ThumbnailCache
from app.state.editor import Change
from app.state.monitor import BoardPicture, FormingPicture, MoviePicture, NoPicture, Picture
from app.state.workspace import Workspace
from app.views.icons import glyph
from app.views.theme import color
from app.views.timeline.scene import THUMBNAIL_HEIGHT
from engine.planning.resolution import FrameSize, cover_crop

_MARGIN = 8


class Viewer(QWidget):
    """Shows what the monitor chooses.

    Signals:
        preview_painted: milliseconds from the engine's event to the picture on the screen.
        files_dropped: files were dropped on the picture (a list of paths).
    """

    preview_painted = Signal(float)
    files_dropped = Signal(list)

    def __init__(
        self, workspace: Workspace, frames: FrameServer, thumbnails: ThumbnailCache
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._frames = frames
        self._thumbnails = thumbnails
        self._last_movie: QImage | None = None
        self._last_clip_at = 0.0
        self.setAccessibleName("Viewer")
        self.setMinimumSize(320, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        workspace.editor.changed.connect(self._on_change)
        workspace.monitor.changed.connect(self._look_again)
        workspace.playback.changed.connect(self._look_again)
        workspace.jobs.changed.connect(self.update)
        thumbnails.ready.connect(self.update)
        frames.arrived.connect(self._on_arrival)

    def picture_rect(self) -> QRectF:
        """Return where the film's frame stands: as large as it fits, in the film's aspect."""
        film = self._workspace.editor.project.format
        room = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(room.width() / film.width, room.height() / film.height)
        width, height = film.width * scale, film.height * scale
        left = room.left() + (room.width() - width) / 2
        top = room.top() + (room.height() - height) / 2
        return QRectF(round(left), round(top), round(width), round(height))

    def sizeHint(self) -> QSize:
        """Ask for a film-shaped place."""
        return QSize(960, 540)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture at the playhead."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("gap"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.picture_rect()
        painter.fillRect(frame, color("stage"))
        picture = self._workspace.monitor.picture(self._workspace.editor.playhead)
        match picture:
            case NoPicture(reason):
                self._paint_nothing(painter, frame, reason)
            case BoardPicture():
                self._paint_board(painter, frame, picture)
            case FormingPicture(clip, index):
                _draw_fitted(painter, frame, clip.image(index))
                self._note_latency(clip.emitted_at)
            case MoviePicture(key):
                image = self._frames.frame(key) or self._last_movie
                if image is not None:
                    self._last_movie = image
                    _draw_fitted(painter, frame, image)
        self._paint_badge(painter, frame, picture)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click plays or pauses."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            if self._workspace.editor.project.shots:
                self._workspace.playback.toggle()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, nothing else."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files on."""
        event.acceptProposedAction()
        urls = event.mimeData().urls()
        self.files_dropped.emit([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have movies decoded at the new size."""
        super().resizeEvent(event)
        self._tell_size()
        self._want()

    def _tell_size(self) -> None:
        rect = self.picture_rect()
        ratio = self.devicePixelRatioF()
        self._frames.set_size(round(rect.width() * ratio), round(rect.height() * ratio))

    def _want(self) -> None:
        self._frames.want(self._workspace.monitor.upcoming(self._workspace.editor.playhead))

    def _look_again(self) -> None:
        self._want()
        self.update()

    def _on_change(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._last_movie = None
        if change & Change.PROJECT:
            self._tell_size()
        if change & (Change.PLAYHEAD | Change.PROJECT | Change.FOLDER):
            self._look_again()

    def _on_arrival(self, key: object) -> None:
        picture = self._workspace.monitor.picture(self._workspace.editor.playhead)
        if isinstance(picture, MoviePicture) and picture.key == key:
            self.update()

    def _note_latency(self, emitted_at: float) -> None:
        if emitted_at != self._last_clip_at:
            self._last_clip_at = emitted_at
            self.preview_painted.emit((time.time() - emitted_at) * 1000)

    def _paint_board(self, painter: QPainter, frame: QRectF, picture: BoardPicture) -> None:
        pixels = round(frame.height() * self.devicePixelRatioF())
        height = next((step for step in (360, 720, 1080, 1440) if step >= pixels), 2160)
        image = self._thumbnails.still(str(picture.path), height)
        if image is None:
            # While the right size loads, the timeline's small one does.
            image = self._thumbnails.still(str(picture.path), THUMBNAIL_HEIGHT)
        if image is None:
            failed = self._thumbnails.failed(str(picture.path), height)
            text = "The image is missing or cannot be read" if failed else ""
            self._paint_nothing(painter, frame, text)
            return
        target = FrameSize(max(1, round(frame.width())), max(1, round(frame.height())))
        keyframe = picture.keyframe
        size = FrameSize(image.width(), image.height())
        box = cover_crop(size, target, keyframe.anchor_x, keyframe.anchor_y)
        source = QRectF(box.left, box.top, box.width, box.height)
        painter.drawImage(frame, image, source)

    def _paint_nothing(self, painter: QPainter, frame: QRectF, reason: str) -> None:
        has_film = bool(self._workspace.editor.project.shots)
        if not has_film:
            reason = "Your film appears here"
            picture = glyph("images", 40, "line_hover", self.devicePixelRatioF())
            painter.drawPixmap(frame.center() + QPointF(-20, -46), picture)
        font = self.font()
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(color("text_faint"))
        painter.drawText(
            frame.adjusted(24, 24 if not has_film else 0, -24, 0),
            Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
            reason,
        )

    def _paint_badge(self, painter: QPainter, frame: QRectF, picture: Picture) -> None:
        text, tint = self._badge(picture)
        if not text:
            return
        font = self.font()
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = painter.fontMetrics().horizontalAdvance(text) + 30
        rect = QRectF(frame.left() + 8, frame.top() + 8, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("stage", 0.72))
        painter.drawRoundedRect(rect, 11, 11)
        painter.setBrush(color(tint))
        painter.drawEllipse(QPointF(rect.left() + 12, rect.center().y()), 3.5, 3.5)
        painter.setPen(color("text"))
        painter.drawText(rect.adjusted(21, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _badge(self, picture: Picture) -> tuple[str, str]:
        match picture:
            case BoardPicture():
                return "Board", "keyframe"
            case MoviePicture(kind="draft"):
                return "Draft", "draft"
            case MoviePicture():
                return "Master", "master"
            case FormingPicture():
                return self._forming_text(), "accent"
            case NoPicture():
                return "", ""

    def _forming_text(self) -> str:
        running = self._workspace.jobs.running
        progress = running.progress if running is not None else None
        if progress is None or progress.stage not in {"denoise", "refine"}:
            return "Forming"
        return f"Forming · step {progress.step} of {progress.num_steps}"


def _draw_fitted(painter: QPainter, frame: QRectF, image: QImage) -> None:
    """Draw a movie frame inside the film's frame, in its own aspect."""
    scale = min(frame.width() / image.width(), frame.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    # A draft's aspect may differ by a few pixels of rounding: fill the frame rather than leave a
    # line of ground at its border.
    if frame.width() - width < 0.02 * frame.width() and frame.height() - height < 0.02 * (
        frame.height()
    ):
        painter.drawImage(frame, image)
        return
    left = frame.left() + (frame.width() - width) / 2
    top = frame.top() + (frame.height() - height) / 2
    painter.drawImage(QRectF(left, top, width, height), image)
