"""The timeline's surface: lanes, zoom and scroll. It draws a scene; whose hands are on it is the
view's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.snapping import SnapPoint
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.timeline.storage import MEDIA_FOLDER
from app.views.focus import is_by_key, paint_ring
from app.views.theme import color, is_look_change
from app.views.timeline import paint_grid, paint_marks, paint_ruler, paint_shots, paint_sounds
from app.views.timeline.empty import paint_empty, paint_lane_names
from app.views.timeline.layout import (
    LEFT_MARGIN,
    MAX_PIXELS_PER_FRAME,
    MIN_PIXELS_PER_FRAME,
    MIN_SOUND_HEIGHT,
    FilmLayout,
    Lanes,
    Scale,
)
from app.views.timeline.scene import Hover, Marker, PictureCache, Scene

_FIT_TAIL = 150
_MIN_HEIGHT = 236
_FIT_MAX = 20.0
_SEAM = 4
"""Painted again where a shifted picture meets what is new: smooth edges reach over."""


class TimelineCanvas(QAbstractScrollArea):
    """Draws the film over time.

    Signals:
        zoom_changed: pixels per frame.
        scrolled: another part is in sight, or the same at another zoom.
    """

    zoom_changed = Signal(float)
    scrolled = Signal()

    def __init__(
        self, workspace: Workspace, thumbnails: ThumbnailCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._thumbnails = thumbnails
        self._pictures = PictureCache()
        self._scale = Scale()
        self._is_fitted = True
        self._hover = Hover()
        self._layout_cache: FilmLayout | None = None
        self._base: QPixmap | None = None
        self._followed: int | None = None  # where the playhead was while it played
        self._is_ringed = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(_MIN_HEIGHT)
        self.horizontalScrollBar().valueChanged.connect(self._on_scroll)

    # What is under way, told by who holds the mouse.

    def candidate(self) -> Project | None:
        """Return the film as a drag would make it; None shows the film as it is."""
        return None

    def dragged_id(self) -> str:
        """Return the keyframe that is being dragged."""
        return ""

    def marker(self) -> Marker | None:
        """Return the place that is being chosen."""
        return None

    def snap(self) -> SnapPoint | None:
        """Return the point that pulls the drag."""
        return None

    def band(self) -> QRectF | None:
        """Return the rubber band that is being drawn."""
        return None

    def carried(self) -> frozenset[str]:
        """Return the shots that are being carried elsewhere."""
        return frozenset()

    def is_drop_target(self) -> bool:
        """Whether files hover over the timeline."""
        return False

    # What is seen.

    def scene(self) -> Scene:
        """Gather what is drawn: the film, or the film as a drag would make it."""
        editor = self._workspace.editor
        return Scene(
            layout=self._layout_of(self.candidate()),
            scale=self._scale,
            lanes=self.lanes(),
            width=self.viewport().width(),
            pixel_ratio=self.devicePixelRatioF(),
            font=self.font(),
            media_folder=(editor.folder / MEDIA_FOLDER).as_posix(),
            selection=editor.selection,
            playhead=editor.playhead,
            thumbnails=self._thumbnails,
            takes=self._workspace.takes,
            sounds=self._workspace.sound_cache,
            pictures=self._pictures,
            copies=self._workspace.copies,
            hover=self._hover,
            dragged_id=self.dragged_id(),
            marker=self.marker(),
            snap=self.snap(),
            band=self.band(),
            carried=self.carried(),
            progress=_progress(self._workspace),
            incoming=self._workspace.sounds.incoming,
            missing=self._workspace.relinking.missing,
            forming=self._workspace.jobs.forming_frame,
        )

    def lanes(self) -> Lanes:
        """Return the vertical axis: one sound lane at least, and one for each that is used."""
        project = self.candidate() or self._workspace.editor.project
        used = max((clip.lane + 1 for clip in project.sound_clips), default=0)
        used = max(used, int(bool(self._workspace.sounds.incoming)))
        return Lanes.fitted(self.viewport().height(), used)

    @property
    def scale(self) -> Scale:
        """The horizontal axis as it is."""
        return self._scale

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
            paint_ruler.paint_progress(painter, scene)
            paint_grid.paint_grid_label(painter, scene)
            paint_marks.paint_snap(painter, scene)
            paint_ruler.paint_marker(painter, scene)
            paint_marks.paint_band(painter, scene)
            paint_ruler.paint_playhead(painter, scene)
        elif self.is_drop_target():
            paint_empty(painter, scene, is_target=True)
        if self._is_ringed:
            paint_ring(painter, QRectF(self.viewport().rect()))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self._is_ringed = is_by_key(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keyboard went elsewhere."""
        super().focusOutEvent(event)
        self._is_ringed = False
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme: what is painted and kept is of the old one."""
        super().changeEvent(event)
        if is_look_change(event):
            self.refresh()

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted film fitted."""
        super().resizeEvent(event)
        self._set_zoom(self._scale.pixels_per_frame, self._scale.scroll)
        if self._is_fitted:
            self.fit()

    def _base_size(self) -> QSize:
        return self.viewport().size() * self.devicePixelRatioF()

    def _painted_base(self, scene: Scene) -> QPixmap:
        pixmap = QPixmap(self.viewport().size() * self.devicePixelRatioF())
        pixmap.setDevicePixelRatio(self.devicePixelRatioF())
        pixmap.fill(color("window"))
        with QPainter(pixmap) as painter:  # ends also where painting fails
            painter.setFont(self.font())
            _paint_film(painter, scene)
        return pixmap

    def _shift_base(self, by: int) -> bool:
        """Move what is painted by some pixels and paint only what came into sight.

        Whether that could be done: what keeps itself inside the view must be painted anew.
        """
        base, ratio = self._base, self.devicePixelRatioF()
        width = self.viewport().width()
        whole = (by * ratio).is_integer() and 0 < abs(by) < width / 2
        if base is None or base.size() != self._base_size() or not whole:
            return False
        scene = self.scene()
        tail = scene.scale.x(scene.layout.num_frames) - abs(by)
        labelled = scene.selected_keyframes or scene.hover.keyframe_id or scene.dragged_id
        if labelled or tail < width or not scene.layout.spans:
            return False
        exposed = (width - by - _SEAM, width) if by > 0 else (0, _SEAM - by)
        dirty = [exposed, (0, self._title_stop(scene, by))]
        if sum(stop - start for start, stop in dirty) > width / 2:
            return False
        base.scroll(round(-by * ratio), 0, base.rect())
        self._repaint_base(base, scene, dirty)
        return True

    def refresh_frames(self, start: int, stop: int) -> None:
        """Draw film frames ``[start, stop)`` anew, and leave the rest as it is."""
        base, width = self._base, self.viewport().width()
        left, right = round(self._scale.x(start)) - _SEAM, round(self._scale.x(stop)) + _SEAM
        left, right = max(0, left), min(width, right)
        if base is None or base.size() != self._base_size() or left >= right:
            return
        self._repaint_base(base, self.scene(), [(left, right)])
        self.viewport().update(QRect(left, 0, right - left, self.viewport().height()))

    def _repaint_base(self, base: QPixmap, scene: Scene, spans: Sequence[tuple[int, int]]) -> None:
        with QPainter(base) as painter:
            painter.setFont(self.font())
            for start, stop in spans:
                area = QRect(start, 0, stop - start, self.viewport().height())
                painter.setClipRect(area)
                painter.fillRect(area, color("window"))
                _paint_film(painter, replace(scene, window=(float(start), float(stop))))

    def _title_stop(self, scene: Scene, by: int) -> int:
        """Return where the titles end that stick to the left border, or did before the shift."""
        spans = scene.layout.spans_between(
            scene.scale.frame(min(0, -by)), scene.scale.frame(max(0, -by))
        )
        return round(scene.scale.x(spans[-1].stop)) + 16 if spans else 0

    def _set_zoom(self, pixels_per_frame: float, scroll: int) -> None:
        self._base = None  # of another zoom: there is nothing in it to be shifted
        self._scale = Scale(pixels_per_frame, self._scale.scroll)
        project = self._workspace.editor.project
        lanes = max((clip.lane for clip in project.sound_clips), default=0)
        self.setMinimumHeight(_MIN_HEIGHT + lanes * MIN_SOUND_HEIGHT)
        ends = [project.num_frames, *(clip.stop for clip in project.sound_clips)]
        content = self._scale.content_width(max(ends))
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(0, content - self.viewport().width()))
        bar.setPageStep(self.viewport().width())
        bar.setSingleStep(40)
        bar.setValue(scroll)
        self._scale = Scale(pixels_per_frame, bar.value())
        self.zoom_changed.emit(pixels_per_frame)
        self.scrolled.emit()
        self.refresh()

    def _on_scroll(self, value: int) -> None:
        by = value - self._scale.scroll
        self._scale = Scale(self._scale.pixels_per_frame, value)
        self.scrolled.emit()
        if self._shift_base(by):
            self.viewport().update()
        else:
            self.refresh()

    def _layout_of(self, candidate: Project | None) -> FilmLayout:
        project = candidate if candidate is not None else self._workspace.editor.project
        cached = self._layout_cache
        if cached is None or cached.project is not project:
            cached = self._layout_cache = FilmLayout(project)
        return cached

    def _playhead(self) -> int:
        return self._workspace.editor.playhead

    def _follow_playhead(self) -> None:
        """Turn the page when the playhead runs out of sight, but not for who has scrolled away."""
        frame = self._playhead()
        if not self._workspace.playback.is_playing:
            self._followed = None
            return
        before, self._followed = self._followed, frame
        looks_elsewhere = before is not None and not self._is_in_sight(before)
        if not self._is_in_sight(frame) and not looks_elsewhere:
            self.horizontalScrollBar().setValue(
                round(self._scale.x(frame) + self._scale.scroll - 40)
            )

    def _is_in_sight(self, frame: int) -> bool:
        return 0 <= self._scale.x(frame) <= self.viewport().width() - 8


def _paint_film(painter: QPainter, scene: Scene) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_ruler.paint_ruler(painter, scene)
    paint_marks.paint_marks(painter, scene)
    if scene.layout.spans:
        paint_shots.paint_shots(painter, scene)
        paint_shots.paint_joins(painter, scene)
        paint_grid.paint_grid(painter, scene)
        paint_ruler.paint_takes(painter, scene)
        paint_sounds.paint_sounds(painter, scene)
        paint_shots.paint_pins(painter, scene)
        paint_lane_names(painter, scene)
    else:
        paint_empty(painter, scene, is_target=False)


def _progress(workspace: Workspace) -> dict[str, float]:
    running = workspace.jobs.running
    if running is None or not running.take:
        return {}
    return {running.take: running.fraction}
