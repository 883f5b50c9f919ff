"""What one paint of the timeline needs to know, gathered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter, QPixmap

from app.media.fitting import Fitter, Look
from app.media.sound_cache import SoundCache
from app.media.thumbnails import ThumbnailCache
from app.state.light_copies import LightCopies
from app.state.selection import (
    Selection,
    selected_keyframe_ids,
    selected_shot_ids,
    selected_sound_ids,
)
from app.state.snapping import SnapPoint
from app.state.sound_intake import Incoming
from app.state.takes import TakesState
from app.timeline.parts import FootageItem
from app.timeline.project import Keyframe, Project
from app.views.timeline.layout import FilmLayout, Lanes, Pin, Scale
from engine.planning.resolution import FrameSize

_OVERHANG = 24

MARKER_REACH = 6
"""Half the width of a marker's flag."""

THUMBNAIL_HEIGHT = 128
"""Boards are kept at least this high in memory, whatever the zoom."""

_HEIGHTS = (THUMBNAIL_HEIGHT, 192, 256, 384)


def thumbnail_height(device_pixels: float) -> int:
    """Return how high a picture is to be loaded that is drawn so many pixels of the screen high.

    One of a few heights, so that resizing a lane does not load every board again.
    """
    return next((height for height in _HEIGHTS if height >= device_pixels), _HEIGHTS[-1])


@dataclass(frozen=True, slots=True)
class Hover:
    """What the mouse is over."""

    keyframe_id: str = ""
    edge_of: str = ""
    join_of: str = ""
    grid_frame: int = -1


@dataclass(frozen=True, slots=True)
class Marker:
    """A place that is being chosen: by a drop or a drag.

    Attributes:
        inserts: shots would be put here: a mark over the whole height of the shots.
    """

    frame: int
    text: str
    is_taken: bool = False
    inserts: bool = False


FormingFrames = Callable[[str, int, bool], QImage | None]
"""(take, frame of its pass, whether it has a movie) → that frame as it forms, None where it does
not."""


@dataclass(frozen=True)
class Scene:
    """The present film, or the film as it would be after the drag that is under way.

    Attributes:
        missing: ids of boards, sounds and movies that are not where they were.
        window: the part, from left to right in pixels, that is painted; None: everything in sight.
    """

    layout: FilmLayout
    scale: Scale
    lanes: Lanes
    width: int
    pixel_ratio: float
    font: QFont
    media_folder: str
    selection: Selection
    playhead: int
    thumbnails: ThumbnailCache
    takes: TakesState
    sounds: SoundCache
    pictures: PictureCache
    copies: LightCopies
    hover: Hover = Hover()
    dragged_id: str = ""
    marker: Marker | None = None
    loop: tuple[int, int] | None = None
    window: tuple[float, float] | None = None
    snap: SnapPoint | None = None
    band: QRectF | None = None
    carried: frozenset[str] = frozenset()
    progress: dict[str, float] = field(default_factory=dict[str, float])
    missing: frozenset[str] = frozenset()
    incoming: tuple[Incoming, ...] = ()
    forming: FormingFrames | None = None

    @property
    def project(self) -> Project:
        """The film that is drawn."""
        return self.layout.project

    @cached_property
    def selected_shots(self) -> frozenset[str]:
        """The shots that are selected."""
        return selected_shot_ids(self.selection)

    @cached_property
    def selected_keyframes(self) -> frozenset[str]:
        """The keyframes that are selected."""
        return selected_keyframe_ids(self.selection)

    @cached_property
    def selected_sounds(self) -> frozenset[str]:
        """The sound clips that are selected."""
        return selected_sound_ids(self.selection)

    @property
    def left(self) -> float:
        """Where painting begins: a little left of what is wanted, for what hangs over."""
        return self.window[0] - _OVERHANG if self.window else 0.0

    @property
    def right(self) -> float:
        """Where painting ends."""
        return min(self.width, self.window[1] + _OVERHANG) if self.window else float(self.width)

    @property
    def first_frame(self) -> int:
        """The first frame in sight."""
        return max(0, self.scale.frame(self.left))

    @property
    def last_frame(self) -> int:
        """The last frame in sight."""
        return self.scale.frame(self.right)

    @property
    def aspect(self) -> float:
        """Width over height of the film's frame."""
        return self.project.format.width / self.project.format.height

    @property
    def film(self) -> FrameSize:
        """Size of the film's frame."""
        return FrameSize(self.project.format.width, self.project.format.height)

    def pin_rect(self, pin: Pin) -> QRectF:
        """Return where a pin's picture hangs: right of its frame, or drawn together when small."""
        height = self.lanes.pin_picture_height
        x = self.scale.x(pin.requested)
        return QRectF(x, self.lanes.pin_top, round(height * self.aspect), height)

    def media_path(self, keyframe: Keyframe) -> str:
        """Return where a keyframe's image lies."""
        return f"{self.media_folder}/{self.layout.media_file(keyframe.media)}"

    def path_of(self, item: FootageItem) -> Path:
        """Return where a movie lies."""
        return Path(item.path)

    def media_file(self, file: str) -> Path:
        """Return where a file of the project's media lies."""
        return Path(self.media_folder) / file

    def board(self, keyframe: Keyframe, width: int, height: int) -> QPixmap | None:
        """Return a board fitted to the film's frame at a size, once it is loaded."""
        if not keyframe.media:
            return None  # the ghost of a drop: its picture is not in the project yet
        path = self.media_path(keyframe)
        wanted = self.thumbnail_height(height)
        image = self.thumbnails.still(path, wanted) or self._smaller(path, wanted)
        if image is None:
            return None
        look = look_of(keyframe)
        return self.pictures.fitted(path, image, (width, height), self.film, look, self.pixel_ratio)

    def movie_frame(self, movie: str, frame: int, height: int) -> QImage | None:
        """Return a frame of a movie for a place of some height, once it is loaded."""
        wanted = self.thumbnail_height(height)
        image = self.thumbnails.movie_frame(movie, frame, wanted)
        return image or self._smaller(movie, wanted, frame)

    def thumbnail_height(self, height: float) -> int:
        """Return how high a picture is loaded that is drawn ``height`` logical pixels high."""
        return thumbnail_height(height * self.pixel_ratio)

    def _smaller(self, path: str, wanted: int, frame: int | None = None) -> QImage | None:
        """Until the right one is there, the one for a smaller lane or another screen does."""
        heights = [height for height in reversed(_HEIGHTS) if height != wanted]
        found = (self.thumbnails.kept(path, height, frame) for height in heights)
        return next((image for image in found if image is not None), None)


class PictureCache:
    """Boards at the exact size they are drawn at, so that scrolling only copies pixels."""

    def __init__(self, limit: int = 600) -> None:
        self._limit = limit
        self._fitter = Fitter()
        self._pixmaps: dict[tuple[object, ...], QPixmap] = {}

    def fitted(
        self,
        name: str,
        image: QImage,
        size: tuple[int, int],
        film: FrameSize,
        look: Look,
        pixel_ratio: float,
    ) -> QPixmap:
        """Return ``image`` as it stands in the film's frame, at a size in logical pixels."""
        key = (name, size, film, look, pixel_ratio, image.cacheKey())
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            if len(self._pixmaps) >= self._limit:
                self._pixmaps.clear()
            pixmap = self.drawn(image, size, film, look, pixel_ratio)
            self._pixmaps[key] = pixmap
        return pixmap

    def drawn(
        self,
        image: QImage,
        size: tuple[int, int],
        film: FrameSize,
        look: Look,
        pixel_ratio: float,
    ) -> QPixmap:
        """Return ``image`` as ``fitted`` does, for once: nothing is kept of it."""
        width, height = (max(1, round(side * pixel_ratio)) for side in size)
        pixmap = QPixmap(width, height)
        with QPainter(pixmap) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            self._fitter.draw(painter, QRectF(0, 0, width, height), image, film, look)
        pixmap.setDevicePixelRatio(pixel_ratio)
        return pixmap


def look_of(keyframe: Keyframe) -> Look:
    """Return how a keyframe's picture stands in the frame."""
    return Look(keyframe.fit, keyframe.bars, keyframe.anchor_x, keyframe.anchor_y)
