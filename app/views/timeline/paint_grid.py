"""The grid lane: chunks, the latent frames in them, and the heads that the 4n + 1 rule allows."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.state.grid import GridPass, HeadKind, head_kind
from app.state.language import counted, said
from app.views.theme import color
from app.views.timeline.layout import pixel
from app.views.timeline.paint_ruler import draw_tag
from app.views.timeline.scene import Scene
from engine.planning.grid import FRAMES_PER_GROUP
from engine.planning.plan import Chunk

_HEAD_COLORS: dict[HeadKind, str] = {
    "start": "text_dim",
    "keyframe": "keyframe",
    "cut": "cut",
    "free": "free",
}

HEAD_NAMES: dict[HeadKind, str] = {
    "start": "start of the pass",
    "keyframe": "keyframe",
    "cut": "cut",
    "free": "free head",
}

_MIN_CELL = 5.0
_ROOMY = 12.0
"""Below this width of a chunk its head fades, so that a whole film is no wall of amber."""


def paint_grid(painter: QPainter, scene: Scene) -> None:
    """Draw the passes in sight on the grid."""
    lane = QRectF(0, scene.lanes.grid_top, scene.width, scene.lanes.grid_height)
    painter.fillRect(lane, color("field"))
    for part in scene.layout.grid.passes:
        left, right = scene.scale.x(part.first_frame), scene.scale.x(part.end)
        if right >= scene.left and left <= scene.right:
            _paint_pass(painter, scene, part)


def _paint_pass(painter: QPainter, scene: Scene, part: GridPass) -> None:
    lanes = scene.lanes
    left, right = scene.scale.x(part.first_frame), scene.scale.x(part.end)
    painter.save()
    painter.setClipRect(
        QRectF(left, lanes.grid_top, right - left - 1, lanes.grid_height),
        Qt.ClipOperation.IntersectClip,
    )
    for index, chunk in enumerate(part.plan.chunks):
        start = scene.scale.x(part.start + chunk.start)
        stop = scene.scale.x(part.start + chunk.stop)
        if stop < scene.left:
            continue
        if start > scene.right:
            break
        _paint_chunk(painter, scene, chunk, index, start, stop)
    painter.restore()
    _paint_ghosts(painter, scene, part)


def _paint_chunk(
    painter: QPainter, scene: Scene, chunk: Chunk, index: int, start: float, stop: float
) -> None:
    lanes = scene.lanes
    top, height = lanes.grid_top + 3, lanes.grid_height - 6
    frame = scene.scale.pixels_per_frame
    block = QRectF(start, top, max(1.0, stop - start - 1), height)
    shade = "pressed" if index % 2 else "raised"
    painter.fillRect(block, color(shade))
    cell = frame * FRAMES_PER_GROUP
    if cell >= _MIN_CELL:
        first = max(0, int((scene.left - start - frame) // cell))
        x = start + frame + first * cell
        lines: list[QLineF] = []
        while x < min(stop, scene.right) - 1:
            lines.append(QLineF(pixel(x), top, pixel(x), top + height))
            x += cell
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(color("field"), 1))
        painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    kind = head_kind(chunk, index == 0)
    width = max(min(2.0, (stop - start) / 2), frame - 1)
    room = _ROOMY if frame >= 1 else stop - start
    _paint_head(painter, kind, QRectF(start, top, width, height), room)


def _paint_head(painter: QPainter, kind: HeadKind, head: QRectF, room: float) -> None:
    tint = color(_HEAD_COLORS[kind], 1.0 if room >= _ROOMY else 0.25 + 0.75 * room / _ROOMY)
    if kind == "free":
        painter.fillRect(head, color("free", 0.35))
        painter.setPen(QPen(tint, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(head.adjusted(0.5, 0.5, -0.5, -0.5))
        return
    painter.fillRect(head, tint if kind != "start" else color("text_dim", 0.6))
    if kind == "keyframe" and head.width() >= 7:
        centre = head.center()
        size = min(4.0, head.width() / 2 - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("window"))
        points = [(0.0, -size), (size, 0.0), (0.0, size), (-size, 0.0)]
        painter.drawPolygon(QPolygonF([centre + QPointF(dx, dy) for dx, dy in points]))


def _paint_ghosts(painter: QPainter, scene: Scene, part: GridPass) -> None:
    """Draw the requested frame as a ghost wherever the grid puts a keyframe elsewhere."""
    lanes = scene.lanes
    width = max(3.0, scene.scale.width(1))
    for pin in scene.layout.pins_between(part.first_frame, part.end - 1):
        if pin.requested == pin.used or scene.scale.pixels_per_frame < 1.5:
            continue
        x = scene.scale.x(pin.requested)
        if not -width <= x <= scene.width:
            continue
        painter.setBrush(color("keyframe", 0.12))
        painter.setPen(QPen(color("keyframe", 0.9), 1, Qt.PenStyle.DotLine))
        ghost = QRectF(x, lanes.grid_top + 1, width, lanes.grid_height - 2)
        painter.drawRect(ghost.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_grid_label(painter: QPainter, scene: Scene) -> None:
    """Say what the chunk under the mouse is."""
    frame = scene.hover.grid_frame
    text = chunk_text(scene, frame) if frame >= 0 else ""
    if text:
        x = scene.scale.x(frame) + 10
        draw_tag(painter, scene, x, scene.lanes.grid_top - 20, text, "line_hover")


def chunk_text(scene: Scene, film_frame: int) -> str:
    """Describe the chunk that covers a film frame."""
    for part in scene.layout.grid.passes:
        if not part.first_frame <= film_frame < part.end:
            continue
        for index, chunk in enumerate(part.plan.chunks):
            if chunk.start <= film_frame - part.start < chunk.stop:
                head = said("Timeline", HEAD_NAMES[head_kind(chunk, index == 0)])
                first = max(part.first_frame, part.start + chunk.start)
                last = min(part.end, part.start + chunk.stop) - 1
                latents = counted(
                    "Timeline", "%n latent frames", "1 latent frame", n=chunk.num_latents
                )
                return said(
                    "Timeline",
                    "chunk {number} · frames {first}–{last} · {latents} · head: {head}",
                    number=index + 1,
                    first=first,
                    last=last,
                    latents=latents,
                    head=head,
                )
    return ""
