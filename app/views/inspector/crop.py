"""The picture of a keyframe against the film's frame; drag to move the one in the other.

Cropped, the whole picture is shown and the part that the frame keeps is bright. Contained, the
frame is shown with its bars and the picture in it.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.media.fitting import Fitter, Look, placed
from app.state.language import said
from app.views.focus import OWNS_ARROWS, paint_ring
from app.views.theme import stage_color
from engine.planning.resolution import FrameSize, cover_crop, fit_picture

_KEY_STEP = 0.05


class CropPad(QWidget):
    """Shows and moves the crop.

    Signals:
        anchor_changed: the anchor on both axes, 0 to 1.
        left: the drag ended: the next one is another edit.
    """

    anchor_changed = Signal(float, float)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(said("Inspector", "Crop of the image"))
        self.setAccessibleDescription(
            said("Inspector", "Arrow keys move the image, or the part of it that is used")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty(OWNS_ARROWS, True)
        self.setFixedHeight(128)
        self._image: QImage | None = None
        self._film = FrameSize(16, 9)
        self._look = Look()
        self._fitter = Fitter()
        self._grab: tuple[QPointF, tuple[float, float]] | None = None

    @property
    def _anchor(self) -> tuple[float, float]:
        return self._look.anchor_x, self._look.anchor_y

    def show_fit(self, image: QImage | None, film: FrameSize, look: Look) -> None:
        """Show a picture as it stands in the film's frame."""
        self._image, self._film, self._look = image, film, look
        movable = image is not None and any(room > 0.5 for room in self._room())
        self.setCursor(Qt.CursorShape.SizeAllCursor if movable else Qt.CursorShape.ArrowCursor)
        if look.fit == "cover":
            words = said("Inspector", "Drag to choose the part of the image that is used")
        else:
            words = said("Inspector", "Drag to place the image in the frame")
        self.setToolTip(words if movable else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, dimmed outside the crop, or in its frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), stage_color("stage"))
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()))
        if self._image is None:
            painter.end()
            return
        whole, kept = self._rects()
        if self._look.fit == "contain":
            self._fitter.draw(painter, whole, self._image, self._film, self._look)
        else:
            painter.drawImage(whole, self._image)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(stage_color("stage", 0.68))
            for rect in _around(whole, kept):
                painter.drawRect(rect)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(stage_color("accent" if self.hasFocus() else "keyframe"), 1))
        painter.drawRect(kept.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the crop."""
        if event.button() == Qt.MouseButton.LeftButton and self._image is not None:
            self._grab = (event.position(), self._anchor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the crop."""
        if self._grab is None:
            return
        start, anchor = self._grab
        moved = event.position() - start
        room_x, room_y = self._room()
        self._offer(
            anchor[0] + moved.x() / room_x if room_x > 0.5 else anchor[0],
            anchor[1] + moved.y() / room_y if room_y > 0.5 else anchor[1],
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the crop."""
        if self._grab is not None:
            self._grab = None
            self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the crop."""
        steps = {
            Qt.Key.Key_Left: (-_KEY_STEP, 0.0),
            Qt.Key.Key_Right: (_KEY_STEP, 0.0),
            Qt.Key.Key_Up: (0.0, -_KEY_STEP),
            Qt.Key.Key_Down: (0.0, _KEY_STEP),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._offer(self._anchor[0] + step[0], self._anchor[1] + step[1])

    def _offer(self, x: float, y: float) -> None:
        anchor = (round(min(1.0, max(0.0, x)), 3), round(min(1.0, max(0.0, y)), 3))
        if anchor != self._anchor:
            self.anchor_changed.emit(*anchor)

    def _rects(self) -> tuple[QRectF, QRectF]:
        """Return the outer rectangle and the one that moves in it: crop or contained picture."""
        assert self._image is not None
        if self._look.fit == "contain":
            return self._framed(self._image)
        width, height = self._image.width(), self._image.height()
        scale = min(self.width() / width, self.height() / height)
        left = (self.width() - width * scale) / 2
        top = (self.height() - height * scale) / 2
        box = cover_crop(FrameSize(width, height), self._film, *self._anchor)
        kept = QRectF(
            left + box.left * scale, top + box.top * scale, box.width * scale, box.height * scale
        )
        return QRectF(left, top, width * scale, height * scale), kept

    def _framed(self, image: QImage) -> tuple[QRectF, QRectF]:
        film = self._film
        scale = min(self.width() / film.width, self.height() / film.height)
        frame = QRectF(0, 0, film.width * scale, film.height * scale)
        frame.moveCenter(QRectF(self.rect()).center())
        size = FrameSize(image.width(), image.height())
        fitting = fit_picture(size, film, "contain", *self._anchor)
        return frame, placed(fitting.target, film, frame)

    def _room(self) -> tuple[float, float]:
        whole, kept = self._rects()
        return whole.width() - kept.width(), whole.height() - kept.height()


def _around(whole: QRectF, kept: QRectF) -> tuple[QRectF, ...]:
    return (
        QRectF(whole.left(), whole.top(), whole.width(), kept.top() - whole.top()),
        QRectF(whole.left(), kept.bottom(), whole.width(), whole.bottom() - kept.bottom()),
        QRectF(whole.left(), kept.top(), kept.left() - whole.left(), kept.height()),
        QRectF(kept.right(), kept.top(), whole.right() - kept.right(), kept.height()),
    )
