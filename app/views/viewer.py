"""The picture at the playhead: letterboxed, never stretched, whatever it comes from.

A click plays or pauses, a double click fills the screen, the wheel zooms to the mouse, and a drag
moves a zoomed picture or the line of a wipe.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from app.media.player import NATIVE, FrameKey, FrameServer
from app.media.thumbnails import ThumbnailCache
from app.state.editor import Change
from app.state.language import said
from app.state.monitor import FootagePicture, FormingPicture, MoviePicture, Picture
from app.state.timecode import timecode
from app.state.workspace import Workspace
from app.views.focus import is_by_key, paint_ring
from app.views.stage import overlays
from app.views.stage.badges import badge_of
from app.views.stage.framing import (
    FITTED,
    NEAREST_ABOVE,
    Framing,
    fit_scale,
    frame_rect,
    panned,
    zoomed,
)
from app.views.stage.pictures import Pictures, paint_invitation
from app.views.stage.sides import Sides
from app.views.theme import color, stage_color

_MARGIN = 8
_WHEEL_STEP = 1.25


class Viewer(QWidget):
    """Shows what the monitor chooses.

    Signals:
        preview_painted: milliseconds from the engine's event to the picture on the screen.
        files_dropped: files were dropped on the picture (a list of paths).
        full_screen_wanted: a double click.
        mouse_moved: the mouse moved over the picture.
        framing_changed: the picture was zoomed or moved.
    """

    preview_painted = Signal(float)
    files_dropped = Signal(list)
    full_screen_wanted = Signal()
    mouse_moved = Signal()
    framing_changed = Signal()

    def __init__(
        self, workspace: Workspace, frames: FrameServer, thumbnails: ThumbnailCache
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._frames = frames
        self._main = Pictures(frames, thumbnails)
        self._sides = Sides(workspace.viewing, self._main, Pictures(frames, thumbnails))
        self._framing = FITTED
        self._shows_clock = False
        self._last_clip_at = 0.0
        self._pressed_at: QPointF | None = None
        self._dragged_from: QPointF | None = None
        self._drags_line = False
        self._clicked_on = 0
        self.setAccessibleName(said("Viewer", "Viewer"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_ringed = False
        self.setMinimumSize(320, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        workspace.editor.changed.connect(self._on_change)
        workspace.monitor.changed.connect(self._look_again)
        workspace.viewing.changed.connect(self._tell_size)
        workspace.playback.changed.connect(self._look_again)
        workspace.jobs.changed.connect(self.update)
        thumbnails.ready.connect(self.update)
        frames.arrived.connect(self._on_arrival)

    # Where the picture stands.

    @property
    def framing(self) -> Framing:
        """How the picture is looked at."""
        return self._framing

    @property
    def scale(self) -> float:
        """Device pixels for each pixel of the film."""
        fitted = fit_scale(self._rooms()[0], self._film_size(), self.devicePixelRatioF())
        return self._framing.scale or fitted

    def picture_rect(self) -> QRectF:
        """Return where the film's frame stands; side by side, the first of the two."""
        return self._places()[0][1]

    def fit(self) -> None:
        """Show the whole picture."""
        self._set_framing(FITTED)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom to so many device pixels for each pixel of the film, around a place."""
        rooms, ratio = self._rooms(), self.devicePixelRatioF()
        place = at or rooms[0].center()
        room = rooms[-1] if place.x() >= rooms[-1].left() else rooms[0]
        self._set_framing(zoomed(self._framing, scale, place, room, self._film_size(), ratio))

    def zoom_by(self, factor: float) -> None:
        """Zoom around the middle."""
        self.zoom_to(self.scale * factor)

    def show_clock(self, shown: bool) -> None:
        """Show the timecode in the picture: on the full screen there is no other."""
        if shown != self._shows_clock:
            self._shows_clock = shown
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for a film-shaped place."""
        return QSize(960, 540)

    # What is seen.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture at the playhead, and what lies over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("surround"))
        ratio, frame = self.devicePixelRatioF(), self.picture_rect()
        # Above this, who looks wants to see pixels.
        smooth = self._framing.scale is None or self._framing.scale <= NEAREST_ABOVE
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        ws = self._workspace
        picture = ws.monitor.picture(ws.editor.playhead)
        if not ws.editor.project.shots:
            painter.fillRect(frame, stage_color("stage"))
            paint_invitation(painter, frame, ratio, self.font())
            painter.end()
            return
        other = ws.monitor.other_picture(ws.editor.playhead)
        if other is None:
            painter.fillRect(frame, stage_color("stage"))
            self._main.paint(painter, frame, picture, ratio=ratio, font=self.font())
        else:
            both = (picture, other)
            self._sides.paint(painter, self._places(), both, ratio=ratio, font=self.font())
        if isinstance(picture, FormingPicture):
            self._note_latency(picture.clip.emitted_at)
        if self._main.is_exact:
            ws.playback.note_shown()
        self._paint_overlays(painter)
        self._paint_badges(painter, picture, other)
        if self._is_ringed:
            paint_ring(painter, QRectF(self.rect()))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self._is_ringed = is_by_key(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard went elsewhere."""
        super().focusOutEvent(event)
        self._is_ringed = False

    def _paint_overlays(self, painter: QPainter) -> None:
        ws = self._workspace
        found = ws.editor.project.shot_at(ws.editor.playhead)
        for room, area in self._places():
            painter.save()
            painter.setClipRect(room)
            if ws.viewing.shows("thirds"):
                overlays.paint_thirds(painter, area)
            if ws.viewing.shows("safe_areas"):
                overlays.paint_safe_areas(painter, area)
            if ws.viewing.shows("captions") and found is not None:
                visible = area.intersected(room)
                overlays.paint_caption(painter, visible, found[1].caption, self.font())
            painter.restore()

    def _paint_badges(self, painter: QPainter, picture: Picture, other: Picture | None) -> None:
        visible = [area.intersected(room) for room, area in self._places()]
        text, tint = badge_of(picture, self._workspace.jobs)
        if other is None:
            if text:
                corner = visible[0].topLeft() + QPointF(8, 8)
                overlays.paint_badge(painter, corner, text, stage_color(tint), self.font())
        else:
            labels = (text or said("Viewer", "Nothing"), tint or "text_faint")
            other_text, other_tint = badge_of(other, self._workspace.jobs)
            others = (other_text or said("Viewer", "Nothing"), other_tint or "text_faint")
            self._sides.paint_labels(painter, visible, labels, others, self.font())
        if self._framing.scale is not None:
            words = f"{round(self._framing.scale * 100)} %"
            width = overlays.badge_width(painter, words, self.font())
            corner = QPointF(self.width() - width - 16, self.height() - overlays.BADGE_HEIGHT - 16)
            overlays.paint_badge(painter, corner, words, stage_color("text_faint"), self.font())
        if self._shows_clock:
            editor = self._workspace.editor
            words = timecode(editor.playhead, editor.project.format.rate)
            corner = QPointF(16, self.height() - overlays.BADGE_HEIGHT - 16)
            overlays.paint_badge(painter, corner, words, stage_color("playhead"), self.font())

    # What the mouse does.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture, or of the line of a wipe."""
        if event.button() not in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pressed_at = self._dragged_from = event.position()
        left = event.button() == Qt.MouseButton.LeftButton
        self._drags_line = left and self._sides.is_on_line(self.picture_rect(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held."""
        self.mouse_moved.emit()
        place = event.position()
        if self._dragged_from is None:
            over = self._sides.is_on_line(self.picture_rect(), place)
            shape = Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor
            if self.cursor().shape() != shape:
                self.setCursor(shape)
        elif self._drags_line:
            frame = self.picture_rect()
            self._workspace.viewing.set_wipe((place.x() - frame.left()) / frame.width())
        elif self._pressed_at is None or self._is_drag(place):
            self._pressed_at = None
            room, film = self._rooms()[0], self._film_size()
            by = place - self._dragged_from
            self._dragged_from = place
            ratio = self.devicePixelRatioF()
            self._set_framing(panned(self._framing, by, room, film, ratio))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click without a drag plays or pauses."""
        is_click = self._pressed_at is not None and not self._drags_line
        self._pressed_at = self._dragged_from = None
        self._drags_line = False
        left = event.button() == Qt.MouseButton.LeftButton
        if is_click and left and self._workspace.editor.project.shots:
            self._clicked_on = self._workspace.editor.playhead
            self._workspace.playback.toggle()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fill the screen, or come back; the first click's play or pause is taken back."""
        if event.button() == Qt.MouseButton.LeftButton and not self._sides.is_on_line(
            self.picture_rect(), event.position()
        ):
            if self._workspace.editor.project.shots:
                self._workspace.playback.toggle()
                if not self._workspace.playback.is_playing:
                    self._workspace.editor.seek(self._clicked_on)
            self.full_screen_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the mouse."""
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom_to(self.scale * _WHEEL_STEP**turns, event.position())
        event.accept()

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

    # Small doings.

    def _rooms(self) -> tuple[QRectF, ...]:
        """Return the places for pictures: one, or two beside each other."""
        margin = 0 if self.window() is self.parent() else _MARGIN
        whole = QRectF(self.rect()).adjusted(margin, margin, -margin, -margin)
        return self._sides.rooms(whole)

    def _places(self) -> list[tuple[QRectF, QRectF]]:
        """Return each room with where the film's frame stands in it."""
        film, ratio = self._film_size(), self.devicePixelRatioF()
        return [(room, frame_rect(self._framing, room, film, ratio)) for room in self._rooms()]

    def _film_size(self) -> QSizeF:
        film = self._workspace.editor.project.format
        return QSizeF(film.width, film.height)

    def _is_drag(self, place: QPointF) -> bool:
        assert self._pressed_at is not None
        way = (place - self._pressed_at).manhattanLength()
        return way >= QApplication.startDragDistance()

    def _set_framing(self, framing: Framing) -> None:
        if framing != self._framing:
            self._framing = framing
            self._tell_size()
            self._look_again()
            self.framing_changed.emit()

    def _tell_size(self) -> None:
        if self._framing.scale is not None:
            self._frames.set_size(*NATIVE)
            return
        rect = self.picture_rect()
        ratio = self.devicePixelRatioF()
        self._frames.set_size(round(rect.width() * ratio), round(rect.height() * ratio))

    def _want(self) -> None:
        ws = self._workspace
        keys = ws.monitor.upcoming(ws.editor.playhead)
        sides = 1 if ws.viewing.comparison == "off" else 2
        rate = float(ws.editor.project.format.rate.fraction)
        self._frames.want(keys, 1 / rate / sides if ws.playback.is_playing else 0.0)

    def _look_again(self) -> None:
        self._want()
        self.update()

    def _on_change(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._main.forget()
            self._sides.forget()
        if change & Change.PROJECT:
            self._tell_size()
        if change & (Change.PLAYHEAD | Change.PROJECT | Change.FOLDER):
            self._look_again()

    def _on_arrival(self, key: object) -> None:
        ws = self._workspace
        playhead = ws.editor.playhead
        picture, other = ws.monitor.picture(playhead), ws.monitor.other_picture(playhead)
        shown = [p.key for p in (picture, other) if isinstance(p, MoviePicture | FootagePicture)]
        if key in shown:
            self.update()
            return
        speed = ws.playback.speed
        is_movie = isinstance(picture, MoviePicture | FootagePicture)
        if speed and is_movie and isinstance(key, FrameKey):
            late = (picture.key.frame - key.frame) * (1 if speed > 0 else -1)
            image = self._frames.frame(key) if key.path == picture.key.path and late > 0 else None
            if image is not None and self._frames.frame(picture.key) is None:
                self._main.arrived_late(image)
                self.update()

    def _note_latency(self, emitted_at: float) -> None:
        if emitted_at != self._last_clip_at:
            self._last_clip_at = emitted_at
            self.preview_painted.emit((time.time() - emitted_at) * 1000)
