"""The timeline under the user's hands: mouse, keys and files become one call per gesture."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.editor import Change
from app.state.language import said
from app.state.selection import selected_keyframe_ids
from app.state.snapping import SnapPoint
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.views.timeline.drags import BandDrag, Idle, Scrubbing, Touch
from app.views.timeline.drop_marker import incoming_marker
from app.views.timeline.drops import TimelineDrops
from app.views.timeline.gestures import TimelineGestures
from app.views.timeline.hits import (
    OnGrid,
    OnJoin,
    OnMarker,
    OnPin,
    OnShot,
    OnTitle,
    hit,
)
from app.views.timeline.overlays import OfferCard, TextEditor
from app.views.timeline.sayings import cursor, drag_marker
from app.views.timeline.scene import Hover, Marker, Scene
from app.views.timeline.speech import TimelineSpeech

ZOOM_STEP = 1.25
_PICTURES_MS = 60
"""Pictures that come in one after another are shown together: each time the film is painted."""


class TimelineView(TimelineDrops):
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
        self._shown_playhead = 0
        self.setAccessibleName(said("Timeline", "Timeline"))
        TimelineSpeech(workspace, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        surface = self.viewport()
        self._caption = TextEditor(
            said("Timeline", "Caption of the shot"),
            said("Timeline", "What happens in this shot"),
            4000,
            surface,
        )
        self._caption.done.connect(workspace.shots.set_caption)
        self._name = TextEditor(
            said("Timeline", "Name of the marker"),
            said("Timeline", "What is to be noted here"),
            200,
            surface,
        )
        self._name.done.connect(workspace.marks.rename)
        for editor in (self._caption, self._name):
            editor.ended.connect(self.setFocus)
        workspace.marks.name_wanted.connect(self.edit_marker)
        self._offer = OfferCard(self.viewport())
        self._offer.accepted.connect(workspace.keyframes.accept_offer)
        self._offer.declined.connect(workspace.keyframes.decline_offer)
        self.scrolled.connect(self._place_offer)
        self._refresh_soon = QTimer(self)
        self._refresh_soon.setSingleShot(True)
        self._refresh_soon.setInterval(_PICTURES_MS)
        self._refresh_soon.timeout.connect(self.refresh)
        thumbnails.ready.connect(self._refresh_soon.start)
        workspace.sound_cache.changed.connect(self._refresh_soon.start)
        workspace.sounds.incoming_changed.connect(self._refresh_soon.start)
        workspace.footage.changed.connect(self._refresh_soon.start)
        workspace.relinking.changed.connect(self._refresh_soon.start)
        workspace.editor.changed.connect(self._on_change)
        workspace.keyframes.offer_changed.connect(self._show_offer)
        workspace.takes.changed.connect(self.refresh)
        workspace.pacing.preview_changed.connect(self.refresh)
        workspace.jobs.changed.connect(self.viewport().update)
        workspace.jobs.preview_changed.connect(self._show_forming)

    def candidate(self) -> Project | None:
        """Return the film as the drag or the drop that is under way would make it."""
        tried = self._workspace.pacing.preview
        return self._gestures.candidate or self.drop_candidate() or tried

    def dragged_id(self) -> str:
        """Return the keyframe that is being dragged."""
        return self._gestures.dragged_id

    def marker(self) -> Marker | None:
        """Return the place that is being chosen."""
        project, footage = self._workspace.editor.project, self._workspace.footage
        dragged = drag_marker(project, self._gestures.gesture)
        if dragged is None and footage.incoming_index is not None:
            dragged = incoming_marker(project, footage.incoming_index, footage.incoming)
        return self.drop_marker() or dragged

    def snap(self) -> SnapPoint | None:
        """Return the point that pulls the drag."""
        return self._gestures.snap

    def band(self) -> QRectF | None:
        """Return the rubber band that is being drawn."""
        gesture = self._gestures.gesture
        return gesture.rect if isinstance(gesture, BandDrag) else None

    def carried(self) -> frozenset[str]:
        """Return the shots that are being carried elsewhere."""
        return self._gestures.carried

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

    def edit_marker(self, marker_id: str) -> None:
        """Open the name of a marker for editing in place."""
        project = self._workspace.editor.project
        marker = next((known for known in project.markers if known.id == marker_id), None)
        if marker is None:
            return
        width = min(220, self.viewport().width() - 8)
        left = round(self._scale.x(marker.frame)) - 6
        left = max(4, min(left, self.viewport().width() - width - 4))
        lanes = self.scene().lanes
        place = QRect(left, lanes.marks_top - 5, width, lanes.ruler_height - lanes.marks_top + 8)
        self._name.begin(marker_id, marker.name, place)

    # The mouse and the keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._workspace.keyframes.decline_offer()
        scene = self.scene()
        found = hit(scene, event.position())
        self._gestures.press(scene, found, Touch.of(event.position(), event.modifiers()))
        self.refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or show what lies under the mouse."""
        scene = self.scene()
        if not isinstance(self._gestures.gesture, Idle):
            self._go_on(scene, Touch.of(event.position(), event.modifiers()))
        found = hit(scene, event.position())
        self.viewport().setCursor(cursor(self._gestures.gesture, found))
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
            self._workspace.preflight.consider(None)
            self.refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit a caption, or choose images for an empty timeline."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = hit(self.scene(), event.position())
        if isinstance(found, OnTitle | OnShot):
            self.edit_caption(found.shot_id)
        elif isinstance(found, OnMarker):
            self.edit_marker(found.marker_id)
        elif isinstance(found, OnJoin):
            self._gestures.cancel()  # the first click has switched it, the second switches back
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
        """Esc leaves a gesture or an offer without an edit; the arrows nudge keyframes."""
        if event.key() == Qt.Key.Key_Escape:
            self._gestures.cancel()
            self._workspace.preflight.consider(None)
            self._workspace.keyframes.decline_offer()
            self.refresh()
            return
        step = self._nudge_of(event)
        if step:
            self._workspace.keyframes.nudge(step)
            return
        event.ignore()

    def event(self, event: QEvent) -> bool:
        """While keyframes are selected here, the arrows are theirs and not the playhead's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._nudge_of(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is under the mouse and ask for its menu."""
        scene = self.scene()
        found = hit(scene, QPointF(event.pos()))
        self._gestures.point_at(found)
        self.menu_wanted.emit(found, event.globalPos())

    # How it works.

    def _go_on(self, scene: Scene, touch: Touch) -> None:
        film = scene if self._gestures.candidate is None else self.film_scene()
        before = self._gestures.gesture
        self._gestures.move(scene, film, touch)
        self._scroll_at_borders(touch.x)
        after = self._gestures.gesture
        self._workspace.preflight.consider(self._gestures.candidate)
        if self._gestures.candidate is not None or self._gestures.carried:
            if after != before:
                self.refresh()
        elif not isinstance(after, Scrubbing | Idle):
            self.viewport().update()  # what these change lies on top of the film

    def _nudge_of(self, event: QKeyEvent) -> int:
        """Return by how many frames a key moves the selected keyframes; 0 for other keys."""
        if not selected_keyframe_ids(self._workspace.editor.selection):
            return 0
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if keys == Qt.KeyboardModifier.NoModifier:
            return direction
        return 10 * direction if keys == Qt.KeyboardModifier.ShiftModifier else 0

    def _scroll_at_borders(self, x: float) -> None:
        if isinstance(self._gestures.gesture, Idle):
            return
        bar = self.horizontalScrollBar()
        if x < 0:
            bar.setValue(bar.value() - 16)
        elif x > self.viewport().width():
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
            self._gestures.cancel()  # what was dragged may be elsewhere now
            if self._is_fitted:
                self.fit()
            else:
                self._set_zoom(self._scale.pixels_per_frame, self._scale.scroll)
        if change & (Change.PROJECT | Change.SELECTION | Change.FOLDER):
            self.refresh()
        if change & Change.PLAYHEAD:
            self._follow_playhead()
            self._update_playhead()

    def _show_forming(self, take: str) -> None:
        for part in self._workspace.takes.passes:
            if part.take == take:
                self.refresh_frames(part.first_frame, part.end)

    def _update_playhead(self) -> None:
        """Draw only where the playhead was and where it is: it moves 24 times a second."""
        height = self.viewport().height()
        room = round(max(8.0, self._scale.width(1) + 3))
        for frame in (self._shown_playhead, self._playhead()):
            self.viewport().update(QRect(round(self._scale.x(frame)) - 8, 0, room + 10, height))
        self._shown_playhead = self._playhead()

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
        lanes = self.lanes()
        x = round(self._scale.x(offer.film_frame)) + 10
        x = max(4, min(x, self.viewport().width() - self._offer.width() - 4))
        self._offer.move(x, lanes.strip_top + 8)
