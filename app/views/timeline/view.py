"""The timeline: draws the film, hands gestures on. Holds zoom and scroll, nothing of the film."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.drops import DropTarget
from app.state.editor import Change
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.views.theme import color
from app.views.timeline import paint_grid, paint_ruler, paint_shots
from app.views.timeline.drop_marker import drop_marker
from app.views.timeline.empty import paint_empty, paint_lane_names
from app.views.timeline.gestures import Idle, PinDrag, TimelineGestures
from app.views.timeline.hits import OnGrid, OnJoin, OnPin, OnShot, OnTitle, drop_target, hit
from app.views.timeline.layout import (
    LEFT_MARGIN,
    MAX_PIXELS_PER_FRAME,
    MIN_PIXELS_PER_FRAME,
    FilmLayout,
    Lanes,
    Scale,
)
from app.views.timeline.overlays import CaptionEditor, OfferCard
from app.views.timeline.scene import Hover, Marker, PictureCache, Scene

_FIT_TAIL = 150
_FIT_MAX = 8.0
ZOOM_STEP = 1.25


class TimelineView(QAbstractScrollArea):
    """The film over time.

    Signals:
        zoom_changed: pixels per frame.
        menu_wanted: what lies under the mouse, and where on the screen.
        files_wanted: the user double-clicked empty room: choose images.
    """

    zoom_changed = Signal(float)
    menu_wanted = Signal(object, QPoint)
    files_wanted = Signal()

    def __init__(
        self, workspace: Workspace, thumbnails: ThumbnailCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._thumbnails = thumbnails
        self._gestures = TimelineGestures(workspace)
        self._pictures = PictureCache()
        self._scale = Scale()
        self._is_fitted = True
        self._hover = Hover()
        self._layout_cache: FilmLayout | None = None
        self._drop: tuple[DropTarget, int] | None = None
        self._base: QPixmap | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Timeline")
        self.setAccessibleDescription("Shots, keyframes and the grid of the film")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(210)
        self.viewport().setMouseTracking(True)
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self._caption = CaptionEditor(self.viewport())
        self._caption.done.connect(workspace.shots.set_caption)
        self._caption.ended.connect(self.setFocus)
        self._offer = OfferCard(self.viewport())
        self._offer.accepted.connect(workspace.keyframes.accept_offer)
        self._offer.declined.connect(workspace.keyframes.decline_offer)
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(16)
        self._refresh_soon.timeout.connect(self.refresh)
        thumbnails.ready.connect(self._refresh_soon.start)
        workspace.editor.changed.connect(self._on_change)
        workspace.keyframes.offer_changed.connect(self._show_offer)
        workspace.takes.changed.connect(self.refresh)
        workspace.jobs.changed.connect(self._refresh_soon.start)
        self.horizontalScrollBar().valueChanged.connect(self._on_scroll)

    # What is seen.

    @property
    def scale(self) -> Scale:
        """The horizontal axis as it is."""
        return self._scale

    def scene(self) -> Scene:
        """Gather what is drawn: the film, or the film as a drag would make it."""
        project = self._gestures.candidate or self._drop_candidate()
        layout = self._layout_of(project)
        editor = self._workspace.editor
        return Scene(
            layout=layout,
            scale=self._scale,
            lanes=Lanes.fitted(self.viewport().height()),
            width=self.viewport().width(),
            pixel_ratio=self.devicePixelRatioF(),
            font=self.font(),
            folder=editor.folder,
            selection=editor.selection,
            playhead=editor.playhead,
            thumbnails=self._thumbnails,
            takes=self._workspace.takes,
            pictures=self._pictures,
            hover=self._hover,
            dragged_id=self._gestures.dragged_id,
            marker=self._marker(),
            progress=_progress(self._workspace),
        )

    def refresh(self) -> None:
        """Draw everything anew."""
        self._base = None
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the film; what moves all the time comes on top of what does not."""
        scene = self.scene()
        if self._base is None or self._base.size() != self._base_size():
            self._base = self._painted_base(scene)
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, self._base)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if scene.layout.spans:
            paint_grid.paint_grid_label(painter, scene)
            paint_ruler.paint_marker(painter, scene)
            paint_ruler.paint_playhead(painter, scene)
        elif self._drop is not None:
            paint_empty(painter, scene, is_target=True)
        painter.end()

    def zoom_to(self, pixels_per_frame: float, around_x: float | None = None) -> None:
        """Change the zoom so that the frame at ``around_x`` stays where it is."""
        scene_x = around_x if around_x is not None else self._scale.x(self._playhead())
        if around_x is None and not 0 <= scene_x <= self.viewport().width():
            scene_x = self.viewport().width() / 2
        frame = (scene_x + self._scale.scroll - LEFT_MARGIN) / self._scale.pixels_per_frame
        value = max(MIN_PIXELS_PER_FRAME, min(MAX_PIXELS_PER_FRAME, pixels_per_frame))
        self._is_fitted = False
        self._set_zoom(value, round(LEFT_MARGIN + frame * value - scene_x))

    def zoom_by(self, factor: float) -> None:
        """Zoom in or out around the playhead."""
        self.zoom_to(self._scale.pixels_per_frame * factor)

    def fit(self) -> None:
        """Show the whole film, with room to drop more behind it."""
        self._is_fitted = True
        num_frames = self._workspace.editor.project.num_frames
        room = max(100, self.viewport().width() - LEFT_MARGIN - _FIT_TAIL)
        value = room / num_frames if num_frames else 4.0
        self._set_zoom(max(MIN_PIXELS_PER_FRAME, min(_FIT_MAX, value)), 0)

    def edit_caption(self, shot_id: str) -> None:
        """Open the caption of a shot for editing in place."""
        scene = self.scene()
        span = scene.layout.span_of(shot_id)
        if span is None:
            return
        left = max(0, round(scene.scale.x(span.start)))
        width = max(240, round(scene.scale.x(span.stop)) - left)
        width = min(width, self.viewport().width() - 8)
        left = min(left, self.viewport().width() - width - 4)
        place = QRect(left, scene.lanes.title_top - 2, width, scene.lanes.title_height + 4)
        self._caption.begin(shot_id, span.shot.caption, place)

    # The mouse and the keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._workspace.keyframes.decline_offer()
        scene = self.scene()
        found = hit(scene, event.position())
        self._gestures.press(scene, found, event.position())
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or show what lies under the mouse."""
        scene = self.scene()
        if not isinstance(self._gestures.gesture, Idle):
            self._gestures.move(scene, event.position())
            self._scroll_at_borders(event.position().x())
            if not isinstance(self._gestures.gesture, Idle):
                self.refresh()
        found = hit(scene, event.position())
        self.viewport().setCursor(self._gestures.cursor(found))
        hover = Hover(
            keyframe_id=found.keyframe_id if isinstance(found, OnPin) else "",
            join_of=found.shot_id if isinstance(found, OnJoin) else "",
            grid_frame=found.frame if isinstance(found, OnGrid) else -1,
        )
        self._set_hover(hover)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture: this makes the edit."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._gestures.release()
            self.refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit a caption, or choose images for an empty timeline."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = hit(self.scene(), event.position())
        if isinstance(found, OnTitle | OnShot):
            self.edit_caption(found.shot_id)
        elif isinstance(found, OnJoin):
            self._workspace.shots.toggle_join(found.shot_id)
        elif not self._workspace.editor.project.shots:
            self.files_wanted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self._set_hover(Hover())
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms around the mouse; else the film scrolls."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            factor = ZOOM_STEP ** (delta.y() / 120)
            self.zoom_to(self._scale.pixels_per_frame * factor, event.position().x())
        else:
            pixels = event.pixelDelta()
            step = pixels.x() or pixels.y() or delta.x() or delta.y()
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - step)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves a gesture or an offer without an edit."""
        if event.key() == Qt.Key.Key_Escape:
            self._gestures.cancel()
            self._workspace.keyframes.decline_offer()
            self.refresh()
            return
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is under the mouse and ask for its menu."""
        scene = self.scene()
        found = hit(scene, QPointF(event.pos()))
        if isinstance(found, OnPin | OnTitle | OnShot):
            self._gestures.press(scene, found, QPointF(event.pos()))
            self._gestures.cancel()
        self.menu_wanted.emit(found, event.globalPos())

    # Files from outside.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, nothing else."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the files would go, on the grid as it would be."""
        target = drop_target(self._film_scene(), event.position())
        self._drop = (target, len(event.mimeData().urls()))
        event.acceptProposedAction()
        self.refresh()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self._drop = None
        self.refresh()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files on."""
        self._drop = None
        target = drop_target(self._film_scene(), event.position())
        urls = event.mimeData().urls()
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        event.acceptProposedAction()
        self._workspace.keyframes.drop(paths, target)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted film fitted."""
        super().resizeEvent(event)
        self._set_zoom(self._scale.pixels_per_frame, self._scale.scroll)
        if self._is_fitted:
            self.fit()

    # How it works.

    def _playhead(self) -> int:
        return self._workspace.editor.playhead

    def _film_scene(self) -> Scene:
        """The film as it is: a drop is aimed at that, not at its own preview."""
        drop, self._drop = self._drop, None
        scene = self.scene()
        self._drop = drop
        return scene

    def _layout_of(self, candidate: Project | None) -> FilmLayout:
        project = candidate if candidate is not None else self._workspace.editor.project
        cached = self._layout_cache
        if cached is None or cached.project is not project:
            cached = self._layout_cache = FilmLayout(project)
        return cached

    def _drop_candidate(self) -> Project | None:
        return self._workspace.keyframes.preview_drop(*self._drop) if self._drop else None

    def _marker(self) -> Marker | None:
        if self._drop is None:
            return self._gestures.marker()
        return drop_marker(self._workspace.editor.project, self._drop_candidate(), *self._drop)

    def _base_size(self) -> QSize:
        return self.viewport().size() * self.devicePixelRatioF()

    def _painted_base(self, scene: Scene) -> QPixmap:
        pixmap = QPixmap(self.viewport().size() * self.devicePixelRatioF())
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        pixmap.fill(color("window"))
        painter = QPainter(pixmap)
        painter.setFont(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ruler.paint_ruler(painter, scene)
        if scene.layout.spans:
            paint_shots.paint_shots(painter, scene)
            paint_shots.paint_joins(painter, scene)
            paint_grid.paint_grid(painter, scene)
            paint_ruler.paint_takes(painter, scene)
            paint_shots.paint_pins(painter, scene)
            paint_lane_names(painter, scene)
        else:
            paint_empty(painter, scene, is_target=False)
        painter.end()
        return pixmap

    def _set_zoom(self, pixels_per_frame: float, scroll: int) -> None:
        self._scale = Scale(pixels_per_frame, self._scale.scroll)
        content = self._scale.content_width(self._workspace.editor.project.num_frames)
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(0, content - self.viewport().width()))
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(40)
        bar.setValue(scroll)
        self._scale = Scale(pixels_per_frame, bar.value())
        self.zoom_changed.emit(pixels_per_frame)
        self._place_offer()
        self.refresh()

    def _on_scroll(self, value: int) -> None:
        self._scale = Scale(self._scale.pixels_per_frame, value)
        self._place_offer()
        self.refresh()

    def _scroll_at_borders(self, x: float) -> None:
        bar = self.horizontalScrollBar()
        if x < 0:
            bar.setValue(bar.value() - 16)
        elif x > self.viewport().width() and isinstance(self._gestures.gesture, PinDrag):
            bar.setValue(bar.value() + 16)

    def _set_hover(self, hover: Hover) -> None:
        if hover == self._hover:
            return
        only_grid = (hover.keyframe_id, hover.join_of) == (
            self._hover.keyframe_id,
            self._hover.join_of,
        )
        self._hover = hover
        if only_grid:
            self.viewport().update()
        else:
            self.refresh()

    def _on_change(self, change: Change) -> None:
        if change & Change.FOLDER:
            self._gestures.cancel()
            self.fit()
        elif change & Change.PROJECT:
            if self._is_fitted:
                self.fit()
            else:
                self._set_zoom(self._scale.pixels_per_frame, self._scale.scroll)
        if change & (Change.PROJECT | Change.SELECTION | Change.FOLDER):
            self.refresh()
        if change & Change.PLAYHEAD:
            self._follow_playhead()
            self.viewport().update()

    def _follow_playhead(self) -> None:
        x = self._scale.x(self._playhead())
        if not self._workspace.playback.is_playing or 0 <= x <= self.viewport().width() - 8:
            return
        self.horizontalScrollBar().setValue(round(x + self._scale.scroll - 40))

    def _show_offer(self) -> None:
        offer = self._workspace.keyframes.offer
        if offer is None:
            if self._offer.isVisible():
                self._offer.hide()
                self.setFocus()
            return
        self._offer.ask(offer.film_frame)
        self._place_offer()

    def _place_offer(self) -> None:
        offer = self._workspace.keyframes.offer
        if offer is None:
            return
        lanes = Lanes.fitted(self.viewport().height())
        x = round(self._scale.x(offer.film_frame)) + 10
        x = max(4, min(x, self.viewport().width() - self._offer.width() - 4))
        self._offer.move(x, lanes.strip_top + 8)


def _progress(workspace: Workspace) -> dict[str, float]:
    running = workspace.jobs.running
    if running is None or not running.take:
        return {}
    return {running.take: running.fraction}
