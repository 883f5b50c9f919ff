"""Draws one picture into the film's frame: a board, a movie's frame, the forming clip, or words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter

from app.media.fitting import Fitter
from app.media.player import FrameServer
from app.media.thumbnails import ThumbnailCache
from app.state.language import said, told
from app.state.monitor import (
    BoardPicture,
    FootagePicture,
    FormingPicture,
    MoviePicture,
    NoPicture,
    Picture,
)
from app.views.icons import stage_glyph
from app.views.theme import stage_color
from app.views.timeline.scene import THUMBNAIL_HEIGHT, look_of

_HEIGHTS = (360, 720, 1080, 1440)
_LARGEST = 2160


class Pictures:
    """Finds the pixels of a picture and draws them; the last frame stands until the next is there.

    One for each side of a comparison.
    """

    def __init__(self, frames: FrameServer, thumbnails: ThumbnailCache) -> None:
        self._frames = frames
        self._thumbnails = thumbnails
        self._fitter = Fitter()
        self._last: QImage | None = None
        self.is_exact = False

    def forget(self) -> None:
        """Another film: the last picture belongs to the one before."""
        self._last = None

    def arrived_late(self, image: QImage) -> None:
        """A frame came after its time: better than the one before it."""
        self._last = image

    def paint(
        self, painter: QPainter, frame: QRectF, picture: Picture, *, ratio: float, font: QFont
    ) -> None:
        """Draw a picture into the film's frame."""
        self.is_exact = True
        match picture:
            case NoPicture(reason):
                paint_words(painter, frame, told(reason), font)
            case BoardPicture():
                self._paint_board(painter, frame, picture, ratio, font)
            case FormingPicture(clip, index):
                _paint_fitted(painter, frame, clip.image(index))
            case MoviePicture(key):
                image = self._frames.frame(key)
                self.is_exact = image is not None
                if image is not None:
                    self._last = image
                if self._last is not None:
                    _paint_fitted(painter, frame, self._last)
            case FootagePicture():
                self._paint_footage(painter, frame, picture)

    def _paint_footage(self, painter: QPainter, frame: QRectF, picture: FootagePicture) -> None:
        image = self._frames.frame(picture.key)
        self.is_exact = image is not None
        if image is not None:
            self._last = image
        if self._last is not None:
            self._fitter.draw(painter, frame, self._last, picture.film, picture.look)

    def _paint_board(
        self, painter: QPainter, frame: QRectF, picture: BoardPicture, ratio: float, font: QFont
    ) -> None:
        pixels = round(frame.height() * ratio)
        height = next((step for step in _HEIGHTS if step >= pixels), _LARGEST)
        image = self._thumbnails.still(str(picture.path), height)
        if image is None:
            # While the right size loads, the timeline's small one does.
            image = self._thumbnails.still(str(picture.path), THUMBNAIL_HEIGHT)
        if image is None:
            failed = self._thumbnails.failed(str(picture.path), height)
            text = said("Viewer", "The image is missing or cannot be read") if failed else ""
            if picture.is_offline:
                text = said(
                    "Viewer",
                    "{name} is not where it was; select its keyframe and relink it.",
                    name=picture.name,
                )
            paint_words(painter, frame, text, font)
        else:
            look = look_of(picture.keyframe)
            self._fitter.draw(painter, frame, image, picture.film, look)
        if picture.into is not None:
            painter.save()
            painter.setOpacity(painter.opacity() * picture.share)
            self._paint_board(painter, frame, picture.into, ratio, font)
            painter.restore()


def paint_words(painter: QPainter, frame: QRectF, words: str, font: QFont) -> None:
    """Say why there is no picture."""
    font.setPixelSize(13)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(stage_color("text_faint"))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(frame.adjusted(24, 0, -24, 0), flags, words)


def paint_invitation(painter: QPainter, frame: QRectF, ratio: float, font: QFont) -> None:
    """An empty film: say what will be here."""
    picture = stage_glyph("images", 40, "line_hover", ratio)
    painter.drawPixmap(frame.center() + QPointF(-20, -46), picture)
    paint_words(
        painter, frame.adjusted(0, 24, 0, 0), said("Viewer", "Your film appears here"), font
    )


def _paint_fitted(painter: QPainter, frame: QRectF, image: QImage) -> None:
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
