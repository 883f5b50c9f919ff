"""The storyboard as a PDF contact sheet: every board in the film's frame, with what it means.

Measured in tenths of a typographic point. Runs in any thread once a QGuiApplication is there, which
fonts need; knows no window.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)

from app.media.fitting import Fitter, Look
from app.media.images import image_of_rgb
from app.media.stills import RgbImage, StillError, load
from app.media.timeline_export import Replaces, Written, check_free, check_places
from app.timeline.interchange.cut import Board, Cut, CutOptions, absolute, cut_of
from app.timeline.interchange.rates import label, rate_text
from app.timeline.interchange.text import ExchangeError
from app.timeline.project import Project
from engine.planning.resolution import FrameSize

Paper = Literal["a4", "letter"]

DPI: Final = 300
PICTURE_PX: Final = 900
"""Width at which boards are embedded: sharp in print at three to a page."""

_MARGIN, _GUTTER = 340.0, 170.0
_HEAD, _FOOT = 460.0, 170.0
_MAX_LINES = 8
_NARROW = 1900.0
"""Under narrower boards there is no room for words beside the timecode."""

_INK, _SOFT, _LINE = QColor("#16181d"), QColor("#6b7280"), QColor("#c9ced6")
_ACCENT, _EMPTY = QColor("#2f6feb"), QColor("#f1f3f6")
_PAGES: Final = {"a4": QPageSize.PageSizeId.A4, "letter": QPageSize.PageSizeId.Letter}
_FAMILIES = ["Inter", "SF Pro Text", "Segoe UI", "Noto Sans", "Cantarell", "DejaVu Sans"]


@dataclass(frozen=True, slots=True)
class SheetWish:
    """Where the sheet is written, and on which paper, laid across."""

    target: Path
    paper: Paper = "a4"
    replaces: Replaces = "none"


@dataclass(frozen=True, slots=True)
class Grid:
    """How a page is divided: tenths of a point.

    Attributes:
        picture: size of a board.
        text: height of the lines under it.
        step: from the left edge of a board to that of the next.
    """

    columns: int
    rows: int
    left: float
    top: float
    picture: QSizeF
    text: float
    step: float

    @property
    def per_page(self) -> int:
        """Boards on a page."""
        return self.columns * self.rows

    def place(self, index: int) -> QPointF:
        """Return the top left corner of a board on its page."""
        row, column = divmod(index % self.per_page, self.columns)
        return QPointF(
            self.left + column * self.step,
            self.top + row * (self.picture.height() + self.text + _GUTTER),
        )


def export_sheet(
    name: str,
    project: Project,
    folder: Path,
    wish: SheetWish,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Written:
    """Write a film's boards as a PDF, whole or not at all.

    Raises:
        ExchangeError: it cannot be written; one sentence says why.
    """
    if wish.replaces == "none":
        check_free([wish.target])
    check_places([wish.target])
    cut = cut_of(name, project, folder, absolute, {}, CutOptions())
    temporary = wish.target.with_name(f".{wish.target.name}.{os.getpid()}.part")
    try:
        sheet = _Sheet(cut, temporary, wish.paper)
        sheet.draw(is_cancelled)
        if not is_cancelled():
            temporary.replace(wish.target)
    except OSError as error:
        reason = error.strerror or error
        raise ExchangeError(
            f"{wish.target} was not written: {reason}; choose another place."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    gone = sheet.missing
    others = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    remarks = (f"{gone[0]}{others} could not be read; its frame stays empty.",) if gone else ()
    return Written((wish.target,), remarks)


def grid_of(page: QSizeF, aspect: float) -> Grid:
    """Return the division of a page: as many columns as make boards large and rows full.

    Args:
        page: in tenths of a point.
        aspect: a frame's width over its height.
    """
    width = page.width() - 2 * _MARGIN
    height = page.height() - 2 * _MARGIN - _HEAD - _FOOT
    text = 560.0
    best: tuple[float, Grid] | None = None
    for columns in (2, 3, 4, 5):
        across = (width - (columns - 1) * _GUTTER) / columns
        for rows in (1, 2, 3):
            down = (height - (rows - 1) * _GUTTER) / rows - text
            if down < 200:
                continue
            picture = QSizeF(min(across, down * aspect), min(across / aspect, down))
            step = (width - picture.width()) / (columns - 1)
            spare = (height - (rows - 1) * _GUTTER) / rows - picture.height()
            grid = Grid(columns, rows, _MARGIN, _MARGIN + _HEAD, picture, spare, step)
            filled = picture.width() * picture.height() * grid.per_page
            # Four to nine boards a page: fewer waste paper, more cannot be read.
            score = filled * (1.0 if 6 <= grid.per_page <= 9 else 0.75)
            if best is None or score > best[0]:
                best = (score, grid)
    assert best is not None, "two columns and one row fit on any paper"
    return best[1]


class _Sheet:
    def __init__(self, cut: Cut, target: Path, paper: Paper) -> None:
        self._cut = cut
        self.missing: list[str] = []
        self._fitter = Fitter()
        self._writer = QPdfWriter(str(target))
        self._writer.setResolution(DPI)
        self._writer.setTitle(f"{cut.name}: storyboard")
        self._writer.setCreator("SmartDirector")
        layout = QPageLayout(
            QPageSize(_PAGES[paper]), QPageLayout.Orientation.Landscape, QMarginsF(0, 0, 0, 0)
        )
        self._writer.setPageLayout(layout)
        self._page = layout.fullRectPoints().size().toSizeF() * 10
        form = cut.project.format
        self._film = FrameSize(form.width, form.height)
        self._grid = grid_of(self._page, form.width / form.height)

    def draw(self, is_cancelled: Callable[[], bool]) -> None:
        """Draw all pages.

        Raises:
            OSError: the file cannot be written.
        """
        painter = QPainter()
        if not painter.begin(self._writer):
            raise OSError(None, "the file cannot be opened")
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        painter.scale(DPI / 720, DPI / 720)
        boards = self._cut.boards
        per_page = self._grid.per_page
        num_pages = math.ceil(len(boards) / per_page)
        for page in range(num_pages):
            if page:
                self._writer.newPage()
            self._frame_page(painter, page, num_pages)
            for index, board in enumerate(boards[page * per_page : (page + 1) * per_page]):
                if is_cancelled():
                    break
                self._draw_board(painter, board, self._grid.place(index))
        if not painter.end():
            raise OSError(None, "the disk may be full")

    def _frame_page(self, painter: QPainter, page: int, num_pages: int) -> None:
        """Draw what stands around the boards: title, figures, the film's caption, page number."""
        cut = self._cut
        width = self._page.width() - 2 * _MARGIN
        painter.setPen(_INK)
        painter.setFont(_font(190, bold=True))
        painter.drawText(QRectF(_MARGIN, _MARGIN, width * 0.6, 250), _LEFT, cut.name)
        painter.setPen(_SOFT)
        painter.setFont(_font(90))
        shots = len(cut.project.shots)
        figures = (
            f"{shots} {'shot' if shots == 1 else 'shots'}  ·  "
            f"{label(cut.num_frames, cut.rate)}  ·  {rate_text(cut.rate)} fps  ·  "
            f"{self._film.width}×{self._film.height}"
        )
        painter.drawText(QRectF(_MARGIN, _MARGIN, width, 250), _RIGHT, figures)
        if cut.project.caption:
            area = QRectF(_MARGIN, _MARGIN + 235, width, 130)
            _paragraph(painter, cut.project.caption, area, _font(88), 1)
        painter.setPen(QPen(_LINE, 6))
        rule = _MARGIN + _HEAD - 90
        painter.drawLine(QPointF(_MARGIN, rule), QPointF(_MARGIN + width, rule))
        foot = QRectF(_MARGIN, self._page.height() - _MARGIN - 110, width, 110)
        painter.setPen(_SOFT)
        painter.setFont(_font(78))
        painter.drawText(foot, _LEFT, "SmartDirector")
        painter.drawText(foot, _RIGHT, f"{page + 1} / {num_pages}")

    def _draw_board(self, painter: QPainter, board: Board, corner: QPointF) -> None:
        size = self._grid.picture
        frame = QRectF(corner, size)
        self._draw_picture(painter, board, frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_LINE, 6))
        painter.drawRect(frame)
        line = QRectF(frame.left(), frame.bottom() + 50, size.width(), 140)
        painter.setFont(_font(125, bold=True))
        painter.setPen(_INK if board.part == 1 else _SOFT)
        number = board.name.removeprefix("Shot ")
        painter.drawText(line, _LEFT, number)
        across = QFontMetricsF(painter.font()).horizontalAdvance(number)
        if board.part == board.num_parts and board.shot.join == "continue":
            painter.setFont(_font(80))
            painter.setPen(_ACCENT)
            words = "continues" if size.width() > _NARROW else "→"
            painter.drawText(line.adjusted(across + 70, 0, 0, 0), _LEFT, words)
        painter.setPen(_SOFT)
        painter.setFont(_font(80))
        seconds = float(board.num_frames / self._cut.rate.fraction)
        begin = label(self._cut.start + board.frame, self._cut.rate, drop=self._cut.drop)
        length = f"{begin}   {board.num_frames} f   {seconds:.{1 if seconds >= 1 else 2}f} s"
        painter.drawText(line, _RIGHT, length)
        if board.part == 1 and board.shot.caption:
            painter.setPen(_INK)
            top = line.bottom() + 25
            area = QRectF(frame.left(), top, size.width(), frame.bottom() + self._grid.text - top)
            _paragraph(painter, board.shot.caption, area, _font(88), _MAX_LINES)

    def _draw_picture(self, painter: QPainter, board: Board, frame: QRectF) -> None:
        painter.fillRect(frame, _EMPTY)
        keyframe = board.keyframe
        word = "No board yet"
        if board.media is not None and keyframe is not None:
            height = round(PICTURE_PX * self._film.height / self._film.width)
            try:
                pixels = load(Path(board.media.path), PICTURE_PX, height)
            except StillError:
                self.missing.append(board.media.name)
                word = "The picture is missing"
            else:
                look = Look(keyframe.fit, keyframe.bars, keyframe.anchor_x, keyframe.anchor_y)
                painter.drawImage(frame, self._framed(pixels, look, QSize(PICTURE_PX, height)))
                return
        painter.setPen(_SOFT)
        painter.setFont(_font(88))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, word)

    def _framed(self, pixels: RgbImage, look: Look, size: QSize) -> QImage:
        """Return a picture in the film's frame, as pixels: viewers of PDF enlarge coarsely."""
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(_EMPTY)
        with QPainter(image) as brush:
            brush.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            frame = QRectF(0, 0, size.width(), size.height())
            self._fitter.draw(brush, frame, image_of_rgb(pixels), self._film, look)
        return image


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _font(size: int, *, bold: bool = False) -> QFont:
    font = QFont()
    font.setFamilies(_FAMILIES)
    font.setPixelSize(size)
    font.setBold(bold)
    return font


def _paragraph(painter: QPainter, text: str, area: QRectF, font: QFont, max_lines: int) -> None:
    """Draw a text over several lines; the last one ends in an ellipsis when there is more."""
    words = " ".join(text.split())
    layout = QTextLayout(words, font)
    layout.setTextOption(_wrapping())
    layout.beginLayout()
    lines: list[str] = []
    while True:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(area.width())
        lines.append(words[line.textStart() : line.textStart() + line.textLength()])
    layout.endLayout()
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    max_lines = max(1, min(max_lines, int(area.height() / metrics.lineSpacing())))
    for index, shown in enumerate(_shortened(lines, max_lines, metrics, area.width())):
        height = metrics.lineSpacing()
        row = QRectF(area.left(), area.top() + index * height, area.width(), height)
        painter.drawText(row, _LEFT, shown)


def _shortened(
    lines: Sequence[str], most: int, metrics: QFontMetricsF, width: float
) -> Sequence[str]:
    if len(lines) <= most:
        return lines
    rest = "".join(lines[most - 1 :])
    return [*lines[: most - 1], metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)]


def _wrapping() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option
