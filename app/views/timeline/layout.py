"""Where things stand in the timeline, in pixels: lanes downwards, frames to the right.

Pure arithmetic; what is drawn there and what a mouse does there is decided elsewhere.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from app.state.grid import FilmGrid, film_grid, requested_frames
from app.timeline.project import Keyframe, Project, Shot

MIN_PIXELS_PER_FRAME = 0.02
MAX_PIXELS_PER_FRAME = 40.0
LEFT_MARGIN = 12
EMPTY_SOUND_HEIGHT, MIN_SOUND_HEIGHT, MAX_SOUND_HEIGHT, SOUND_GAP = 18, 26, 64, 9
TAIL = 240
"""Room after the last shot, where new ones can be dropped."""


def pixel(x: float) -> int:
    """Return the pixel nearest to a place, the same one however far the film is scrolled.

    ``round`` would take halves to even numbers, and noise in the last digit decide the rest.
    """
    return math.floor(x + 0.5 + 1e-6)


@dataclass(frozen=True, slots=True)
class Scale:
    """The horizontal axis: ``x = LEFT_MARGIN + frame · pixels_per_frame − scroll``."""

    pixels_per_frame: float = 4.0
    scroll: int = 0

    def x(self, frame: float) -> float:
        """Return the place of a frame's left edge."""
        return LEFT_MARGIN + frame * self.pixels_per_frame - self.scroll

    def frame(self, x: float) -> int:
        """Return the frame under a place; negative left of the film."""
        return int((x + self.scroll - LEFT_MARGIN) // self.pixels_per_frame)

    def nearest_edge(self, x: float) -> int:
        """Return the frame boundary nearest to a place."""
        return round((x + self.scroll - LEFT_MARGIN) / self.pixels_per_frame)

    def width(self, num_frames: float) -> float:
        """Return the width of some frames."""
        return num_frames * self.pixels_per_frame

    def content_width(self, num_frames: int) -> int:
        """Return the width of everything that can be scrolled to."""
        return int(LEFT_MARGIN + self.width(num_frames) + TAIL)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The vertical axis: tops and heights of the lanes in a viewport of some height."""

    tick_height: int = 22
    ruler_height: int = 37
    title_top: int = 39
    title_height: int = 20
    strip_height: int = 60
    pin_height: int = 58
    grid_height: int = 30
    num_sounds: int = 1
    sound_height: int = MIN_SOUND_HEIGHT

    @staticmethod
    def fitted(height: int, num_sounds: int = 1) -> Lanes:
        """Return lanes that fill a viewport: the filmstrip and the pins take what is left.

        Without a sound there is one low lane, on which the first can be dropped.
        """
        spare = max(0, height - 39 - 20 - 30 - 8 - 8 - SOUND_GAP)
        # A roomy timeline gives its sound more room, too.
        sound = max(MIN_SOUND_HEIGHT, min(MAX_SOUND_HEIGHT, spare // (4 + num_sounds)))
        sound = sound if num_sounds else EMPTY_SOUND_HEIGHT
        shown = max(1, num_sounds)
        spare -= sound * shown
        strip = max(40, min(120, int(spare * 0.47)))
        pins = max(46, min(104, spare - strip))
        return Lanes(strip_height=strip, pin_height=pins, num_sounds=shown, sound_height=sound)

    @property
    def marks_top(self) -> int:
        """Top of the markers and the marked range, under the ticks."""
        return self.tick_height

    @property
    def strip_top(self) -> int:
        """Top of the filmstrip."""
        return self.title_top + self.title_height

    @property
    def strip_bottom(self) -> int:
        """Bottom of the filmstrip."""
        return self.strip_top + self.strip_height

    @property
    def pin_top(self) -> int:
        """Top of the pins' pictures."""
        return self.strip_bottom + 8

    @property
    def pin_picture_height(self) -> int:
        """Height of a pin's picture; a line of text stands under it."""
        return self.pin_height - 8 - 16

    @property
    def label_top(self) -> int:
        """Top of the pins' labels."""
        return self.pin_top + self.pin_picture_height + 1

    @property
    def grid_top(self) -> int:
        """Top of the grid lane."""
        return self.strip_bottom + self.pin_height + 8

    @property
    def grid_bottom(self) -> int:
        """Bottom of the grid lane."""
        return self.grid_top + self.grid_height

    @property
    def bottom(self) -> int:
        """Bottom of everything."""
        return self.sound_lane_top(self.num_sounds)

    def sound_lane_top(self, lane: int) -> int:
        """Return the top of a sound lane."""
        return self.grid_bottom + SOUND_GAP + lane * self.sound_height

    def sound_lane_at(self, y: float) -> int:
        """Return the sound lane at a height; negative above them, beyond the last one below."""
        return math.floor((y - self.sound_lane_top(0)) / self.sound_height)


@dataclass(frozen=True, slots=True)
class ShotSpan:
    """A shot with its place in the film."""

    index: int
    start: int
    shot: Shot

    @property
    def stop(self) -> int:
        """Film frame after the shot."""
        return self.start + self.shot.num_frames


@dataclass(frozen=True, slots=True)
class Pin:
    """A keyframe with its place in the film: asked for, and used."""

    keyframe: Keyframe
    requested: int
    used: int


class FilmLayout:
    """A project laid out on the film's axis, with quick look-ups."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.grid: FilmGrid = film_grid(project)
        self.spans = tuple(
            ShotSpan(index, start, shot)
            for index, (start, shot) in enumerate(project.shot_starts())
        )
        self._by_id = {span.shot.id: span for span in self.spans}
        self._starts = [span.start for span in self.spans]
        requested = requested_frames(project)
        self.pins = tuple(
            Pin(k, requested[k.id], self.grid.used.get(k.id, requested[k.id]))
            for span in self.spans
            for k in span.shot.keyframes
            if k.id  # a drop that hovers has none: it shifts the grid but hangs no picture yet
        )
        self._files = {item.id: item.file for item in project.media}
        self._pin_by_id = {pin.keyframe.id: pin for pin in self.pins}
        self._pin_frames = [pin.requested for pin in self.pins]

    @property
    def num_frames(self) -> int:
        """Length of the film."""
        return self.spans[-1].stop if self.spans else 0

    def spans_between(self, first: int, last: int) -> tuple[ShotSpan, ...]:
        """Return the shots that touch the frames ``[first, last]``."""
        low = max(0, bisect_right(self._starts, first) - 1)
        return self.spans[low : bisect_right(self._starts, last)]

    def span_at(self, frame: int) -> ShotSpan | None:
        """Return the shot that covers a frame."""
        if not 0 <= frame < self.num_frames:
            return None
        return self.spans[bisect_right(self._starts, frame) - 1]

    def span_of(self, shot_id: str) -> ShotSpan | None:
        """Return a shot's place by its id."""
        return self._by_id.get(shot_id)

    def media_file(self, media_id: str) -> str:
        """Return the file of an image, by the image's id."""
        return self._files[media_id]

    def pins_between(self, first: int, last: int) -> tuple[Pin, ...]:
        """Return the pins that ask for frames ``[first, last]``."""
        low = bisect_left(self._pin_frames, first)
        return self.pins[low : bisect_right(self._pin_frames, last)]

    def pin_of(self, keyframe_id: str) -> Pin | None:
        """Return a keyframe's place by its id."""
        return self._pin_by_id.get(keyframe_id)
