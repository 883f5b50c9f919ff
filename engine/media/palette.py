"""256 colours for every frame of a GIF: its own palette, dithered, by FFmpeg's filters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

import av
from av.filter import Graph


class PaletteFilter:
    """Turns RGB frames into frames with a palette, one by one."""

    def __init__(self, width: int, height: int, rate: Fraction) -> None:
        graph: Any = Graph()
        source = graph.add_buffer(width=width, height=height, format="rgb24", time_base=1 / rate)
        split = graph.add("split")
        palette = graph.add("palettegen", "stats_mode=single")
        use = graph.add("paletteuse", "new=1:dither=sierra2_4a:diff_mode=rectangle")
        sink = graph.add("buffersink")
        source.link_to(split)
        split.link_to(use, 0, 0)
        split.link_to(palette, 1, 0)
        palette.link_to(use, 0, 1)
        use.link_to(sink)
        graph.configure()
        self._graph = graph

    def apply(self, picture: av.VideoFrame) -> av.VideoFrame:
        """Return the frame with its palette, at the same moment."""
        pts, tick = picture.pts, picture.time_base
        self._graph.push(picture)
        made = cast("av.VideoFrame", self._graph.pull())
        made.pts, made.time_base = pts, tick
        return made
