"""Files dropped on the timeline: shown as they would land while they hover, then handed on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.arrivals import Places, is_movie_file
from app.state.drops import DropTarget
from app.state.workspace import Workspace
from app.timeline.project import Project
from app.views.timeline.canvas import TimelineCanvas
from app.views.timeline.drop_marker import drop_marker, movie_marker
from app.views.timeline.hits import drop_target, insertion_index
from app.views.timeline.layout import FilmLayout
from app.views.timeline.scene import Marker, Scene
from app.views.timeline.sound_drops import dropped_paths, sound_drop, sound_drop_marker


class TimelineDrops(TimelineCanvas):
    """The timeline's surface as a place where files can be dropped."""

    def __init__(
        self, workspace: Workspace, thumbnails: ThumbnailCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, thumbnails, parent)
        self._drop: tuple[DropTarget, int] | None = None
        self._movie_drop: tuple[int, int] | None = None
        self._sound_drop: tuple[int, int] | None = None
        self._film_layout: FilmLayout | None = None
        self.setAcceptDrops(True)

    def is_drop_target(self) -> bool:
        """Whether files hover over the timeline."""
        drops = (self._drop, self._sound_drop, self._movie_drop)
        return any(drop is not None for drop in drops)

    def drop_candidate(self) -> Project | None:
        """Return the film as the drop that hovers would make it."""
        return self._workspace.keyframes.preview_drop(*self._drop) if self._drop else None

    def drop_marker(self) -> Marker | None:
        """Return the place that the drop that hovers is aimed at."""
        project = self._workspace.editor.project
        if self._sound_drop is not None:
            return sound_drop_marker(project, *self._sound_drop)
        if self._movie_drop is not None:
            return movie_marker(project, *self._movie_drop)
        if self._drop is not None:
            return drop_marker(project, self.drop_candidate(), *self._drop)
        return None

    def film_scene(self) -> Scene:
        """The film as it is: a drop or a carried shot is aimed at that, not at a preview."""
        scene = self.scene()
        project = self._workspace.editor.project
        if scene.project is project:
            return scene
        if self._film_layout is None or self._film_layout.project is not project:
            self._film_layout = FilmLayout(project)
        return replace(scene, layout=self._film_layout)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, nothing else."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where the files would go, on the grid as it would be."""
        scene = self.film_scene()
        self._sound_drop = self._movie_drop = self._drop = None
        self._sound_drop = sound_drop(scene, event)
        movies = sum(map(is_movie_file, dropped_paths(event)))
        count = len(event.mimeData().urls())
        if self._sound_drop is not None:
            pass
        elif movies == count:
            self._movie_drop = (insertion_index(scene, event.position().x()), count)
        else:
            target = drop_target(scene, event.position())
            self._drop = (target, count - movies)
        event.acceptProposedAction()
        self.refresh()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        self._drop = self._sound_drop = self._movie_drop = None
        self.refresh()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand the files on."""
        self._drop = self._sound_drop = self._movie_drop = None
        scene = self.film_scene()
        target = drop_target(scene, event.position())
        sound = sound_drop(scene, event)
        paths = dropped_paths(event)
        event.acceptProposedAction()
        if self._workspace.interchange.take_dropped(paths):
            pass
        elif sound is not None:
            self._workspace.sounds.drop(paths, *sound)
        else:
            x = event.position().x()
            frame = max(0, scene.scale.frame(x))
            places = Places(target, insertion_index(scene, x), frame)
            self._workspace.arrivals.drop(paths, places)
        self.refresh()
