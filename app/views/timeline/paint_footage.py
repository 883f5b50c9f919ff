"""A shot of footage in the timeline: another colour, the movie's name, its frames and its sound.

Frames come from the light copy; until that is there, how far it is. A movie that is not where it
was is plain to see.
"""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from app.media.fitting import Look
from app.media.sound_cache import track_key
from app.state.language import told
from app.timeline.parts import FootageItem, FootageUse
from app.views.theme import color
from app.views.timeline.layout import ShotSpan
from app.views.timeline.paint_offline import paint_offline, paint_words
from app.views.timeline.scene import Scene
from app.views.timeline.tiles import paint_tiles
from engine.planning.sound import SAMPLE_RATE, factor_of

TILE_STEP = 4
"""Frames of a movie are shown on this raster, so that a small zoom needs no new ones."""

_BAND = "footage"
_LEAST_WORDS = 60
_WAVE_SHARE = 0.3
_DEEPEST = 12 * 3600 * SAMPLE_RATE


def movie_of(scene: Scene, span: ShotSpan) -> tuple[FootageUse, FootageItem]:
    """Return what a shot of footage shows."""
    use = span.shot.footage
    assert use is not None, "who asks has looked"
    return use, scene.project.footage_item(use.footage)


def paint_footage(painter: QPainter, scene: Scene, span: ShotSpan, strip: QRectF) -> None:
    """Draw the filmstrip of a shot of footage, and its sound over the strip's foot."""
    use, item = movie_of(scene, span)
    painter.save()
    painter.setClipRect(strip, Qt.ClipOperation.IntersectClip)
    painter.fillRect(strip.toRect(), color("field"))
    copy = scene.copies.path(item)
    offline = scene.copies.is_offline(item)
    if copy is None and not offline:
        _paint_waiting(painter, scene, item, strip)
    elif copy is not None:
        sides = (strip.left() - 1, strip.right() + 1)
        paint_tiles(painter, scene, span, sides, strip, footage_tile)
        if item.num_sounds and use.track < item.num_sounds:
            _paint_wave(painter, scene, span, strip)
    if offline:
        paint_offline(painter, scene, strip)
    painter.fillRect(QRectF(strip.left(), strip.top(), strip.width(), 2), color(_BAND))
    painter.restore()


def footage_tile(
    scene: Scene, span: ShotSpan, frame: int, width: int, height: int
) -> QPixmap | None:
    """Return a frame of a shot of footage as it stands in the film, once it is loaded."""
    use, item = movie_of(scene, span)
    copy = scene.copies.path(item)
    if copy is None:
        return None
    last = use.start + span.shot.num_frames - 1
    local = min(last, max(use.start, (use.start + frame) // TILE_STEP * TILE_STEP))
    image = scene.movie_frame(str(copy), local, height)
    if image is None:
        return None
    look = Look(use.fit, use.bars)
    name = f"{copy}#{local}"
    return scene.pictures.fitted(name, image, (width, height), scene.film, look, scene.pixel_ratio)


def _paint_waiting(painter: QPainter, scene: Scene, item: FootageItem, strip: QRectF) -> None:
    """Draw how far the light copy is."""
    fraction = scene.copies.fraction(item)
    if fraction:
        done = QRectF(strip.left(), strip.top(), strip.width() * fraction, strip.height())
        painter.fillRect(done, color(_BAND, 0.3))
    if strip.width() > _LEAST_WORDS:
        words = told(scene.copies.sign(item))
        paint_words(painter, scene, strip, words, "text_dim")


def _paint_wave(painter: QPainter, scene: Scene, span: ShotSpan, strip: QRectF) -> None:
    """Draw the movie's own sound, one line for each pixel of the screen."""
    use, item = movie_of(scene, span)
    key = track_key(item.fingerprint, use.track)
    peaks = scene.sounds.peaks(key, scene.path_of(item), use.track)
    if peaks is None:
        return
    import numpy as np

    from app.media.sounds import peaks_between

    left, right = max(strip.left(), scene.left), min(strip.right(), scene.right)
    if right <= left:
        return
    height = round(strip.height() * _WAVE_SHARE)
    band = QRectF(left, strip.bottom() - height, right - left, height)
    painter.fillRect(band, color("field", 0.6))
    ratio = max(1.0, scene.pixel_ratio)
    x = np.arange(np.floor(left * ratio), np.ceil(right * ratio) + 1) / ratio
    frames = (x - scene.scale.x(span.start)) / scene.scale.pixels_per_frame + use.start
    samples_per_frame = SAMPLE_RATE / float(scene.project.format.rate.fraction)
    edges = np.clip(frames * samples_per_frame, -1, _DEEPEST)
    level = 0.0 if use.is_muted else factor_of(use.gain_db)
    found = peaks_between(peaks, edges.astype(np.int64)).astype(np.float64) / 128 * level
    half, middle = band.height() / 2 - 1, band.center().y()
    low = middle - np.clip(found[:, 0], -1, 1) * half
    high = middle - np.clip(found[:, 1], -1, 1) * half
    lines = [
        QLineF(QPointF(float(at), float(top) - 0.3), QPointF(float(at), float(bottom) + 0.3))
        for at, top, bottom in zip(x[:-1] + 0.5 / ratio, high, low, strict=True)
    ]
    tint = "text_faint" if use.is_muted else _BAND
    painter.setPen(QPen(color(tint, 0.8), 1 / ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.drawLines(lines)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
