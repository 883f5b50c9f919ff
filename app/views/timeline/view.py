"""The timeline under the user's hands: mouse, keys and files become one call per gesture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.drops import DropTarget
from app.state.editor import Change
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.views.timeline.canvas import TimelineCanvas
from app.views.timeline.drop_marker import drop_marker
from app.views.timeline.gestures import Idle, PinDrag, TimelineGestures
from app.views.timeline.hits import OnGrid, OnJoin, OnPin, OnShot, OnTitle, drop_target, hit
from app.views.timeline.layout import (
    Lanes,
)
from app.views.timeline.overlays import CaptionEditor, OfferCard
from app.views.timeline.scene import Hover, Marker, Scene

ZOOM_STEP = 1.25


class TimelineView(TimelineCanvas):
    """The film over time, under the user's hands.

    Signals:
        menu_wanted: what lies under the mouse, and where on the screen.
        files_wanted: the user double-clicked empty room: choose images.
    """

    menu_wanted = Signal(object, QPoint)
    files_wanted = Signal()

    def __init__(
        self, workspace: Workspace, thumbnails: ThumbnailCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, thumbnails, parent)
        self._gestures = TimelineGestures(workspace)
        self._drop: tuple[DropTarget, int] | None = None
        self.setAccessibleName("Timeline")
        self.setAccessibleDescription("Shots, keyframes and the grid of the film")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self._caption = CaptionEditor(self.viewport())
        self._caption.done.connect(workspace.shots.set_caption)
        self._caption.ended.connect(self.setFocus)
        self._offer = OfferCard(self.viewport())
        self._offer.accepted.connect(workspace.keyframes.accept_offer)
        self._offer.declined.connect(workspace.keyframes.decline_offer)
        self.scrolled.connect(self._place_offer)
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(16)
        self._refresh_soon.timeout.connect(self.refresh)
        thumbnails.ready.connect(self._refresh_soon.start)
        workspace.editor.changed.connect(self._on_change)
        workspace.keyframes.offer_changed.connect(self._show_offer)
        workspace.takes.changed.connect(self.refresh)
        workspace.jobs.changed.connect(self._refresh_soon.start)

    def candidate(self) -> Project | None:
        """Return the film as the drag or the drop that is under way would make it."""
        return self._gestures.candidate or self._drop_candidate()

    def dragged_id(self) -> str:
        """Return the keyframe that is being dragged."""
        return self._gestures.dragged_id

    def marker(self) -> Marker | None:
        """Return the place that is being chosen."""
        if self._drop is None:
            return self._gestures.marker()
        return drop_marker(self._workspace.editor.project, self._drop_candidate(), *self._drop)

    def is_drop_target(self) -> bool:
        """Whether files hover over the timeline."""
        return self._drop is not None

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

    # How it works.

    def _film_scene(self) -> Scene:
        """The film as it is: a drop is aimed at that, not at its own preview."""
        drop, self._drop = self._drop, None
        scene = self.scene()
        self._drop = drop
        return scene

    def _drop_candidate(self) -> Project | None:
        return self._workspace.keyframes.preview_drop(*self._drop) if self._drop else None

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
