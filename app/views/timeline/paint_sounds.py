"""The sound lanes: clips with their waveforms, fades and names, and sounds that are being read."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF

from app.state.language import said
from app.state.timecode import seconds_text
from app.timeline.parts import SoundClip
from app.views.theme import color
from app.views.timeline.layout import pixel
from app.views.timeline.paint_offline import paint_offline
from app.views.timeline.scene import Scene
from engine.planning.sound import SAMPLE_RATE, factor_of

HANDLE = 7
"""Width and height of the grips of a fade, in pixels."""

_NAME_HEIGHT = 13
_LEAST_NAME = 40
_DEEPEST = 12 * 3600 * SAMPLE_RATE


def clip_rect(scene: Scene, clip: SoundClip) -> QRectF:
    """Return where a clip is drawn."""
    left, right = pixel(scene.scale.x(clip.frame)), pixel(scene.scale.x(clip.stop))
    lanes = scene.lanes
    top = lanes.sound_lane_top(clip.lane)
    return QRectF(left, top, max(2, right - left - 1), lanes.sound_height - 2)


def fade_grips(scene: Scene, clip: SoundClip) -> tuple[QRectF, QRectF]:
    """Return the grips with which a clip is faded in and out, in its upper corners."""
    area = clip_rect(scene, clip)
    begin = scene.scale.x(clip.frame + clip.fade_in)
    end = scene.scale.x(clip.stop - clip.fade_out) - HANDLE
    begin = max(area.left(), min(begin, area.right() - 2 * HANDLE))
    end = max(begin + HANDLE, min(end, area.right() - HANDLE))
    return (
        QRectF(begin, area.top(), HANDLE, HANDLE),
        QRectF(end, area.top(), HANDLE, HANDLE),
    )


def has_grips(scene: Scene, clip: SoundClip) -> bool:
    """Whether a clip's fades can be taken hold of."""
    wide = clip_rect(scene, clip).width() >= 5 * HANDLE
    return wide and clip.id in scene.selected_sounds


def paint_sounds(painter: QPainter, scene: Scene) -> None:
    """Draw the lanes in sight."""
    lanes = scene.lanes
    for lane in range(lanes.num_sounds):
        area = QRectF(0, lanes.sound_lane_top(lane), scene.width, lanes.sound_height - 1)
        painter.fillRect(area, color("field"))
    clips = scene.project.sound_clips
    for clip in clips:
        if clip.stop >= scene.first_frame and clip.frame <= scene.last_frame:
            _paint_clip(painter, scene, clip)
    for batch in scene.incoming:
        _paint_incoming(painter, scene, batch.frame, batch.lane, batch.name, batch.fraction)
    if not clips and not scene.incoming:
        _paint_hint(painter, scene)


def _paint_clip(painter: QPainter, scene: Scene, clip: SoundClip) -> None:
    area = clip_rect(scene, clip)
    tint = "text_faint" if clip.is_muted else "sound"
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.fillRect(area, color(tint, 0.2))
    item = scene.project.sound_item(clip.sound)
    path = scene.media_file(item.file)
    peaks = scene.sounds.peaks(item.sha256, path)
    if peaks is not None:
        _paint_wave(painter, scene, clip, area, tint)
    _paint_fades(painter, scene, clip, area, tint)
    words = item.name
    if clip.sound in scene.missing:
        paint_offline(painter, scene, area, has_words=False)
        words = said("Timeline", "Offline · {name}", name=item.name)
    elif scene.sounds.failed(item.sha256):
        words = said("Timeline", "{name} cannot be read", name=item.name)
    elif clip.is_muted:
        words += said("Timeline", "  ·  muted")
    elif clip.gain_db:
        words += f"  ·  {clip.gain_db:+.1f} dB".replace("-", "−")
    _paint_name(painter, scene, area, words)
    painter.restore()
    selected = clip.id in scene.selected_sounds
    painter.setPen(QPen(color("accent" if selected else tint, 1.0 if selected else 0.55), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    if has_grips(scene, clip):
        painter.setPen(QPen(color("window"), 1))
        painter.setBrush(color("accent"))
        for grip in fade_grips(scene, clip):
            painter.drawRect(grip.adjusted(0.5, 0.5, -0.5, -0.5))


def _paint_wave(painter: QPainter, scene: Scene, clip: SoundClip, area: QRectF, tint: str) -> None:
    """Draw the waveform as loud as it is heard, one line for each pixel of the screen."""
    import numpy as np

    from app.media.sounds import peaks_between

    left, right = max(area.left(), scene.left), min(area.right(), scene.right)
    if right <= left:
        return
    item = scene.project.sound_item(clip.sound)
    peaks = scene.sounds.peaks(item.sha256, scene.media_file(item.file))
    assert peaks is not None
    ratio = max(1.0, scene.pixel_ratio)
    x = np.arange(np.floor(left * ratio), np.ceil(right * ratio) + 1) / ratio
    frames = (x - scene.scale.x(clip.frame)) / scene.scale.pixels_per_frame
    samples_per_frame = SAMPLE_RATE / float(scene.project.format.rate.fraction)
    edges = clip.offset + np.clip(frames * samples_per_frame, -1, _DEEPEST)
    found = peaks_between(peaks, edges.astype(np.int64)).astype(np.float64) / 128
    level = np.full(len(found), factor_of(clip.gain_db))
    inside = frames[:-1]
    if clip.fade_in:
        level *= np.clip(inside / clip.fade_in, 0, 1)
    if clip.fade_out:
        level *= np.clip((clip.num_frames - inside) / clip.fade_out, 0, 1)
    half = (area.height() - 4) / 2
    middle = area.center().y()
    low = middle - np.clip(found[:, 0] * level, -1, 1) * half
    high = middle - np.clip(found[:, 1] * level, -1, 1) * half
    lines = [
        QLineF(float(at), float(top) - 0.3, float(at), float(bottom) + 0.3)
        for at, top, bottom in zip(x[:-1] + 0.5 / ratio, high, low, strict=True)
    ]
    painter.setPen(QPen(color(tint, 0.9), 1 / ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _paint_fades(painter: QPainter, scene: Scene, clip: SoundClip, area: QRectF, tint: str) -> None:
    painter.setPen(QPen(color(tint), 1))
    painter.setBrush(color("field", 0.55))
    top, bottom = area.top(), area.bottom()
    if clip.fade_in:
        x = scene.scale.x(clip.frame + clip.fade_in)
        corners = [QPointF(area.left(), bottom), QPointF(x, top), QPointF(area.left(), top)]
        painter.drawPolygon(QPolygonF(corners))
    if clip.fade_out:
        x = scene.scale.x(clip.stop - clip.fade_out)
        corners = [QPointF(area.right(), bottom), QPointF(x, top), QPointF(area.right(), top)]
        painter.drawPolygon(QPolygonF(corners))


def _paint_name(painter: QPainter, scene: Scene, area: QRectF, words: str) -> None:
    if area.width() < _LEAST_NAME or area.height() < _NAME_HEIGHT + 4:
        return
    painter.setFont(_small(scene.font))
    metrics = painter.fontMetrics()
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()) - 18)
    place = QRectF(area.left() + 9, area.top() + 1, area.width() - 18, _NAME_HEIGHT)
    ground = QRectF(place.left() - 3, place.top(), metrics.horizontalAdvance(words) + 6, 13)
    painter.fillRect(ground, color("field", 0.7))
    painter.setPen(color("text"))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def _paint_incoming(
    painter: QPainter, scene: Scene, frame: int, lane: int, name: str, fraction: float
) -> None:
    lanes = scene.lanes
    lane = min(lane, lanes.num_sounds - 1)
    left = max(2.0, scene.scale.x(frame))
    area = QRectF(left, lanes.sound_lane_top(lane), 240, lanes.sound_height - 2)
    painter.fillRect(area, color("raised"))
    painter.fillRect(QRectF(left, area.top(), 240 * fraction, area.height()), color("sound", 0.35))
    painter.setPen(QPen(color("sound"), 1, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setFont(_small(scene.font))
    painter.setPen(color("text"))
    words = said("Timeline", "Reading {name}…", name=name) + (
        f"  {fraction:.0%}" if fraction else ""
    )
    words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, 224)
    painter.drawText(area.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, words)


def _paint_hint(painter: QPainter, scene: Scene) -> None:
    left = scene.scale.x(0)  # it scrolls with the film, as everything painted here does
    area = QRectF(left, scene.lanes.sound_lane_top(0), 600, scene.lanes.sound_height - 2)
    painter.setFont(_small(scene.font))
    painter.setPen(color("text_faint"))
    painter.drawText(
        area,
        Qt.AlignmentFlag.AlignVCenter,
        said("Timeline", "Drop music, speech or a movie here for its sound"),
    )


def clip_words(scene: Scene, clip: SoundClip) -> str:
    """Return what a clip is, in a line."""
    name = scene.project.sound_item(clip.sound).name
    return f"{name} · {seconds_text(clip.num_frames, scene.project.format.rate)}"


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(10)
    return small
