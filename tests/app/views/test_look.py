"""The themes: readable, switched at once everywhere, and the picture's surroundings stay dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from app.views.look import wanted_theme
from app.views.palettes import DARK, LIGHT, PALETTES, Theme
from app.views.theme import RESOURCES
from tests.app.conftest import Studio

TEXTS = {
    "text": ("window", "panel", "field", "raised", "hover", "pressed"),
    "text_dim": ("window", "panel", "field", "raised", "hover", "pressed"),
    "text_faint": ("window", "panel", "field", "raised"),
    "accent_text": ("panel", "raised"),
    "keyframe_text": ("panel", "hover"),
    "master_text": ("panel", "raised"),
    "danger_text": ("panel", "field", "raised"),
    "on_accent": ("accent_deep", "accent_hover", "danger_deep", "danger_hover"),
}
"""What is written in a colour, and what it stands on, by hand or in the style sheet."""

SHAPES = {
    "accent": ("window", "panel", "field", "raised"),
    "keyframe": ("window", "field", "panel", "raised"),
    "line_hover": ("panel", "field"),
    "draft": ("panel", "raised"),
    "master": ("panel", "raised"),
    "playhead": ("window", "panel", "raised", "field"),
    "free": ("field", "raised"),
    "cut": ("field", "raised"),
    "marker_yellow": ("panel",),
    "marker_green": ("panel",),
    "marker_orange": ("panel",),
    "marker_red": ("panel",),
    "marker_blue": ("panel",),
    "marker_purple": ("panel",),
}


def _contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2.2 (1 to 21)."""

    def luminance(code: str) -> float:
        parts = [int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", PALETTES)
def test_text_is_readable_on_what_it_stands_on(theme: Theme) -> None:
    codes = PALETTES[theme]
    for pairs, least in ((TEXTS, 4.5), (SHAPES, 2.9)):
        for name, grounds in pairs.items():
            for ground in grounds:
                ratio = _contrast(codes[name], codes[ground])
                assert ratio >= least, f"{name} on {ground}: {ratio:.2f}"


@pytest.mark.parametrize("theme", PALETTES)
def test_the_style_sheet_writes_nothing_that_cannot_be_read(theme: Theme) -> None:
    codes = PALETTES[theme]
    sheet = (RESOURCES / "theme" / "editor.qss").read_text(encoding="utf-8")
    checked = 0
    for selector, body in re.findall(r"([^{}]+)\{([^}]*)\}", sheet):
        text = re.search(r"(?<![-\w])color: \$(\w+)", body)
        ground = re.search(r"(?<![-\w])background: \$(\w+)", body)
        if text and ground and text.group(1) != "disabled":
            checked += 1
            ratio = _contrast(codes[text.group(1)], codes[ground.group(1)])
            assert ratio >= 4.5, f"{selector.strip()}: {ratio:.2f}"
    assert checked > 6
    assert "#" not in re.sub(r"^[^{}]*\{|\}[^{}]*\{|\}[^{}]*$|/\*.*?\*/", "", sheet)


def test_both_themes_name_the_same_colours() -> None:
    assert set(DARK) == set(LIGHT)


def test_painted_by_hand_uses_only_colours_that_exist() -> None:
    folder = Path(__file__).parents[3] / "app" / "views"
    for path in folder.rglob("*.py"):
        for name in re.findall(r"\bcolor\(\"(\w+)\"", path.read_text(encoding="utf-8")):
            assert name in DARK, f"{path.name}: {name}"


def test_the_system_is_followed_where_it_says_something() -> None:
    assert wanted_theme("system", Qt.ColorScheme.Light) == "light"
    assert wanted_theme("system", Qt.ColorScheme.Dark) == "dark"
    assert wanted_theme("system", Qt.ColorScheme.Unknown) == "dark"
    assert wanted_theme("light", Qt.ColorScheme.Dark) == "light"


async def _whole(studio: Studio) -> QImage:
    """Return what the window shows once its pictures have come and nothing changes any more."""
    window = studio.app.window
    window.timeline.setFocus()
    shown = QImage()
    for _ in range(20):
        studio.app.thumbnails._pool.waitForDone(5000)
        await studio.settle(0.2)  # pictures that come in are shown together
        before, shown = shown, window.grab().toImage()
        if shown == before:
            break
    return shown


def test_a_switched_window_looks_like_one_that_began_so(studio: Studio) -> None:
    """Nothing keeps a pixel of the other theme: icons, the timeline's picture, coloured words."""

    async def story() -> None:
        window = studio.app.window
        await studio.fill((48, (0, 20)), (48, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        studio.app.playback.pause()
        studio.app.editor.seek(5)
        studio.app.notices.error("Something is wrong.")
        window.bench.bring("takes")
        dark = await _whole(studio)
        window.commands["theme_light"].trigger()
        light = await _whole(studio)
        window.commands["theme_dark"].trigger()
        again = await _whole(studio)
        assert again == dark
        window.commands["theme_light"].trigger()
        assert await _whole(studio) == light
        assert light != dark
        assert window.commands["theme_light"].isChecked()
        assert studio.app.settings.values.theme == "light"

    studio.play(story)


def test_light_is_light_and_the_picture_stays_in_the_dark(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        await studio.fill((48, (0, 20)))
        studio.app.settings.update(theme="light")
        await studio.settle(0.05)
        bar = window.timeline.grab().toImage()
        ratio = bar.width() / window.timeline.width()
        tail = window.timeline.scale.x(48) + 4
        assert bar.pixelColor(round(tail * ratio), round(120 * ratio)).lightness() > 200
        assert window.viewer.grab().toImage().pixelColor(2, 2).lightness() < 90
        image = window.commands["split"].icon().pixmap(QSize(18, 18), 1.0).toImage()
        solid = [
            image.pixelColor(x, y)
            for x in range(18)
            for y in range(18)
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert solid
        assert max(pixel.lightness() for pixel in solid) < 120

    studio.play(story)
