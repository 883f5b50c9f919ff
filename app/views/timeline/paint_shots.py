"""The shots: title and caption, the filmstrip of boards or takes, joins, and the pins below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from app.media.fitting import Look
from app.state.boards import board_in_shot
from app.state.grid import placement_text
from app.state.language import said
from app.state.timecode import seconds_text
from app.timeline.project import Keyframe, Project, Shot
from app.timeline.takes import FilmPass
from app.views.icons import glyph
from app.views.theme import color
from app.views.timeline.layout import Pin, ShotSpan, pixel
from app.views.timeline.paint_footage import TILE_STEP, footage_tile, paint_footage
from app.views.timeline.paint_offline import paint_offline
from app.views.timeline.paint_ruler import draw_tag
from app.views.timeline.scene import Scene
from app.views.timeline.tiles import paint_tiles

_RADIUS = 4
JOIN_SIZE = 18
_DIAMOND = QPolygonF([QPointF(-5, 0), QPointF(0, -5), QPointF(5, 0), QPointF(0, 5)])
_CLOSE = 14.0
_CLOSEST = 3.0
_NARROW = 10.0


def paint_shots(painter: QPainter, scene: Scene) -> None:
    """Draw the shots in sight."""
    for span in scene.layout.spans_between(scene.first_frame, scene.last_frame):
        _paint_shot(painter, scene, span)


def shot_rect(scene: Scene, span: ShotSpan) -> QRectF:
    """Return where a shot stands: title and filmstrip."""
    left = scene.scale.x(span.start)
    width = scene.scale.width(span.shot.num_frames)
    top = scene.lanes.title_top
    return QRectF(left, top, width, scene.lanes.strip_bottom - top).adjusted(0.5, 0, -0.5, 0)


def join_rect(scene: Scene, span: ShotSpan) -> QRectF:
    """Return where the switch between a shot and the next one stands."""
    x = scene.scale.x(span.stop)
    top = scene.lanes.title_top + 1
    return QRectF(x - JOIN_SIZE / 2, top, JOIN_SIZE, JOIN_SIZE)


def shows_join(scene: Scene, span: ShotSpan) -> bool:
    """Whether there is a next shot, and room for the switch."""
    following = span.index + 1 < len(scene.layout.spans)
    return following and scene.scale.width(span.shot.num_frames) >= 2 * JOIN_SIZE


def _paint_shot(painter: QPainter, scene: Scene, span: ShotSpan) -> None:
    rect = shot_rect(scene, span)
    selected = span.shot.id in scene.selected_shots
    holds_selection = bool(scene.selected_keyframes) and any(
        keyframe.id in scene.selected_keyframes for keyframe in span.shot.keyframes
    )
    if rect.width() < _NARROW and not selected:
        _paint_narrow(painter, scene, span, rect, is_lit=holds_selection)
        return
    path = QPainterPath()
    radius = min(_RADIUS, rect.width() / 2)
    path.addRoundedRect(rect, radius, radius)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_ground(span, is_lit=selected or holds_selection))
    painter.drawPath(path)
    if rect.width() >= 3:
        strip = QRectF(rect.left() + 1, scene.lanes.strip_top, rect.width() - 2, 0)
        strip.setHeight(scene.lanes.strip_height - 1)
        _paint_strip(painter, scene, span, strip)
        _paint_title(painter, scene, span, rect)
    if span.shot.id in scene.carried:
        painter.fillPath(path, color("window", 0.55))
    if selected:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color("accent"), 1.5))
        painter.drawPath(path)


def _ground(span: ShotSpan, *, is_lit: bool) -> QColor:
    if span.shot.footage is not None:
        return color("footage_pressed" if is_lit else "footage_deep")
    return color("pressed" if is_lit else "raised")


def _paint_narrow(
    painter: QPainter, scene: Scene, span: ShotSpan, rect: QRectF, *, is_lit: bool
) -> None:
    """Draw a shot a few pixels wide, as a long film has hundreds: bare, and of one board."""
    body = QRect(pixel(rect.left()), int(rect.top()), max(1, round(rect.width())), 0)
    body.setHeight(int(rect.height()))
    painter.fillRect(body, _ground(span, is_lit=is_lit))
    if body.width() >= 3:
        strip = body.adjusted(1, scene.lanes.strip_top - body.top(), -1, -1)
        height = strip.height()
        picture = _tile(scene, span, 0, max(8, round(height * scene.aspect)), height)
        if picture is None:
            painter.fillRect(strip, color("field"))
        else:
            ratio = scene.pixel_ratio
            source = QRectF(0, 0, strip.width() * ratio, height * ratio)
            painter.drawPixmap(QRectF(strip), picture, source)
    if span.shot.id in scene.carried:
        painter.fillRect(body, color("window", 0.55))


def _paint_title(painter: QPainter, scene: Scene, span: ShotSpan, rect: QRectF) -> None:
    left = max(rect.left(), 0.0) + 7
    right_room = JOIN_SIZE / 2 + 6 if shows_join(scene, span) else 8
    width = rect.right() - left - right_room
    if span.index and shows_join(scene, scene.layout.spans[span.index - 1]) and rect.left() >= 0:
        left, width = left + JOIN_SIZE / 2 - 2, width - JOIN_SIZE / 2 + 2
    if width < 14:
        return
    font = QFont(scene.font)
    font.setPixelSize(11)
    font.setBold(True)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    number = str(span.index + 1)
    area = QRectF(left, rect.top(), width, scene.lanes.title_height)
    painter.setPen(color("text"))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, number)
    area.setLeft(left + metrics.horizontalAdvance(number) + 7)
    font.setBold(False)
    painter.setFont(font)
    metrics = painter.fontMetrics()
    length = seconds_text(span.shot.num_frames, scene.project.format.rate)
    length_width = metrics.horizontalAdvance(length)
    if area.width() > length_width + 60:
        painter.setPen(color("text_dim"))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, length)
        area.setRight(area.right() - length_width - 8)
    if area.width() > 24:
        painter.setPen(color("text_dim"))
        words = shot_words(scene.project, span.shot) or said("Timeline", "No caption")
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)


def shot_words(project: Project, shot: Shot) -> str:
    """Return what a shot is called: its movie, or its caption."""
    if shot.footage is not None:
        return project.footage_item(shot.footage.footage).name
    return " ".join(shot.caption.split())


def _paint_strip(painter: QPainter, scene: Scene, span: ShotSpan, strip: QRectF) -> None:
    if span.shot.footage is not None:
        paint_footage(painter, scene, span, strip)
        return
    painter.fillRect(strip.toRect(), color("field"))
    movie = any(
        scene.takes.take(part).best or _forming(scene, part, 0) is not None
        for part in scene.takes.passes_between(span.start, span.stop)
    )
    painter.save()
    painter.setClipRect(strip, Qt.ClipOperation.IntersectClip)
    for first, stop in ((0, span.shot.num_frames),) if movie else _stretches(scene, span):
        left = strip.left() - 1 + scene.scale.width(first)
        right = strip.left() - 1 + scene.scale.width(stop)
        paint_tiles(painter, scene, span, (left, right), strip, _tile)
        if not movie and scene.missing and _is_offline(scene, span, first):
            area = QRectF(left, strip.top(), right - left, strip.height())
            paint_offline(painter, scene, area)
    painter.restore()
    has_board = span.shot.keyframes or _board_before(scene, span) is not None
    if not has_board and not movie and strip.width() > 90:
        painter.setPen(color("text_faint"))
        painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, said("Timeline", "No board"))


def _forming(scene: Scene, part: FilmPass, frame: int) -> QImage | None:
    if scene.forming is None:
        return None
    return scene.forming(part.take, frame, scene.takes.take(part).best is not None)


def _is_offline(scene: Scene, span: ShotSpan, frame: int) -> bool:
    """Whether the board that holds at a frame of a shot is not where it was."""
    keyframe = _held(scene, span, frame)
    return keyframe is not None and keyframe.media in scene.missing


def _held(scene: Scene, span: ShotSpan, frame: int) -> Keyframe | None:
    keyframe = board_in_shot(span.shot, frame)
    if keyframe is None or keyframe.frame > frame:
        keyframe = _board_before(scene, span) or keyframe
    return keyframe


def _board_before(scene: Scene, span: ShotSpan) -> Keyframe | None:
    """Return the board that goes on holding over a continued join into a shot."""
    if not span.index:
        return None
    before = scene.layout.spans[span.index - 1].shot
    return before.keyframes[-1] if before.join == "continue" and before.keyframes else None


def _stretches(scene: Scene, span: ShotSpan) -> list[tuple[int, int]]:
    """Return the frames ``[first, stop)`` of the shot that each of its boards holds for."""
    frames = [keyframe.frame for keyframe in span.shot.keyframes]
    if frames and frames[0] > 0 and _board_before(scene, span) is None:
        frames = frames[1:]  # the first board holds from the start on
    starts = [0, *(frame for frame in frames if frame > 0)]
    return list(zip(starts, [*starts[1:], span.shot.num_frames], strict=True))


def _tile(scene: Scene, span: ShotSpan, frame: int, width: int, height: int) -> QPixmap | None:
    if span.shot.footage is not None:
        return footage_tile(scene, span, frame, width, height)
    part = scene.takes.pass_at(span.start + frame)
    forming = _forming(scene, part, span.start + frame - part.start) if part else None
    if forming is not None:  # not kept: the next preview shows another picture
        size, ratio = (width, height), scene.pixel_ratio
        return scene.pictures.drawn(forming, size, scene.film, Look(), ratio)
    movie = scene.takes.take(part).best if part is not None else None
    if part is not None and movie is not None:
        local = (span.start - part.start + frame) // TILE_STEP * TILE_STEP
        image = scene.movie_frame(str(movie), local, height)
        if image is not None:
            name = f"{movie}#{local}"
            size, ratio = (width, height), scene.pixel_ratio
            return scene.pictures.fitted(name, image, size, scene.film, Look(), ratio)
    keyframe = _held(scene, span, frame)
    return scene.board(keyframe, width, height) if keyframe is not None else None


def paint_joins(painter: QPainter, scene: Scene) -> None:
    """Draw the switch between cut and continue at each boundary in sight."""
    for span in scene.layout.spans_between(scene.first_frame, scene.last_frame):
        if not shows_join(scene, span):
            continue
        rect = join_rect(scene, span)
        hovered = scene.hover.join_of == span.shot.id
        continues = span.shot.join == "continue"
        painter.setPen(QPen(color("accent" if hovered else "line_hover"), 1))
        painter.setBrush(color("accent_deep" if continues else "window"))
        painter.drawEllipse(rect.adjusted(0.5, 0.5, -0.5, -0.5))
        name = "continue" if continues else "cut"
        tint = "on_accent" if continues else "text" if hovered else "text_dim"
        picture = glyph(name, 11, tint, scene.pixel_ratio)
        painter.drawPixmap(rect.topLeft() + QPointF(3.5, 3.5), picture)


def paint_pins(painter: QPainter, scene: Scene) -> None:
    """Draw the keyframes in sight, the selected and the dragged one on top.

    Where they stand closer than a few pixels most leave only a tick: a thousand stems
    would hide the film.
    """
    margin = int(120 / scene.scale.pixels_per_frame) + 4
    pins = scene.layout.pins_between(scene.first_frame - margin, scene.last_frame + margin)
    chosen: list[Pin] = []
    slot = tick = -1
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ticks: list[QRect] = []
    for pin in pins:
        # Slots of the film, not of the view: while it scrolls, the same pins stay.
        place = scene.scale.width(pin.requested)
        if _is_chosen(scene, pin):
            chosen.append(pin)
        elif int(place / _CLOSE) != slot:
            _paint_pin(painter, scene, pin)
        elif int(place / _CLOSEST) != tick:
            x = pixel(scene.scale.x(pin.requested))
            ticks.append(QRect(x, scene.lanes.strip_bottom + 1, 1, 5))
        slot, tick = int(place / _CLOSE), int(place / _CLOSEST)
    for rect in ticks:
        painter.fillRect(rect, color("keyframe", 0.8))
    for pin in chosen:
        _paint_pin(painter, scene, pin)
    for pin in chosen:
        name = pin.keyframe.id  # of many that are selected, labels would lie over each other
        if len(chosen) < 3 or name in {scene.dragged_id, scene.hover.keyframe_id}:
            _paint_pin_label(painter, scene, pin)


def _is_chosen(scene: Scene, pin: Pin) -> bool:
    name = pin.keyframe.id
    return name in {scene.dragged_id, scene.hover.keyframe_id} or name in scene.selected_keyframes


def _paint_pin(painter: QPainter, scene: Scene, pin: Pin) -> None:
    lanes = scene.lanes
    x = pixel(scene.scale.x(pin.requested)) + 0.5
    selected = pin.keyframe.id in scene.selected_keyframes
    hovered = scene.hover.keyframe_id == pin.keyframe.id
    amber = color("keyframe", 1.0 if selected or hovered else 0.85)
    painter.setPen(QPen(amber, 1))
    # Over the filmstrip of a whole long film the stems would hide the pictures.
    top = lanes.strip_top if scene.scale.pixels_per_frame >= 1 else lanes.strip_bottom
    used_x = scene.scale.x(pin.used) + max(1.0, scene.scale.width(1)) / 2
    foot = lanes.label_top + 12
    painter.fillRect(QRect(int(x - 0.5), top, 1, foot - top), amber)  # quicker than a smooth line
    painter.drawLine(QPointF(x, foot), QPointF(used_x, lanes.grid_top + 1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(amber)
    y = lanes.strip_bottom
    painter.drawPolygon(_DIAMOND.translated(x, y))
    rect = scene.pin_rect(pin)
    picture = scene.board(pin.keyframe, int(rect.width()), int(rect.height()))
    if picture is None:
        painter.fillRect(rect, color("field"))
    if picture is not None:
        painter.drawPixmap(rect.topLeft(), picture)
    if pin.keyframe.media in scene.missing:
        paint_offline(painter, scene, rect)
    elif picture is None and scene.thumbnails.failed(
        scene.media_path(pin.keyframe), scene.thumbnail_height(int(rect.height()))
    ):
        painter.setPen(color("danger_text"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, said("Timeline", "missing"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    width = 2.0 if selected else 1.0
    painter.setPen(
        QPen(color("keyframe") if selected or hovered else color("keyframe", 0.6), width)
    )
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_pin_label(painter: QPainter, scene: Scene, pin: Pin) -> None:
    x = scene.scale.x(pin.requested)
    text = placement_text(pin.requested, pin.used)
    if pin.keyframe.exact:
        text += said("Timeline", ", exact")
    if pin.keyframe.strength < 1:
        text += said("Timeline", ", guides {strength:.0%}", strength=pin.keyframe.strength)
    draw_tag(painter, scene, x, scene.lanes.label_top - 2, text, "keyframe")
