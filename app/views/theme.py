"""The look: Fusion underneath, one of two palettes, and the style sheet in ``resources/theme``.

``color`` always answers from the palette that holds now, so whatever paints by hand follows a
change as soon as it paints again; what keeps painted pixels drops them in ``changeEvent``.
"""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.views.palettes import DARK, PALETTES, Theme

RESOURCES = Path(__file__).resolve().parents[2] / "resources"

_SHEET_ICONS = {
    "chevron_down": ("chevron-down", "text_dim"),
    "chevron_up": ("chevron-up", "text_dim"),
    "check": ("check", "on_accent"),
}


@dataclass
class _Look:
    """The theme that holds for the whole application."""

    theme: Theme = "dark"


_look = _Look()


def theme() -> Theme:
    """Return the theme that holds now."""
    return _look.theme


def color(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the palette that holds now."""
    return _with_alpha(PALETTES[_look.theme][name], alpha)


def stage_color(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour for what is drawn on or beside the picture: dark in every theme."""
    return _with_alpha(DARK[name], alpha)


def is_look_change(event: QEvent) -> bool:
    """Whether a change event says that colours have changed: kept pixels are out of date."""
    return event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}


def apply_theme(app: QApplication, theme: Theme = "dark") -> None:
    """Give the whole application its look; everything that is on the screen follows."""
    _look.theme = theme
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setFont(_font())
    sheet = (RESOURCES / "theme" / "editor.qss").read_text(encoding="utf-8")
    codes = PALETTES[theme]
    icons = {
        key: tinted_svg(name, codes[tint]).as_posix() for key, (name, tint) in _SHEET_ICONS.items()
    }
    app.setStyleSheet(Template(sheet).substitute(codes, **icons))


@lru_cache(maxsize=512)
def tinted_svg(name: str, code: str) -> Path:
    """Return a file of an icon in which every black is ``code``: Qt draws files at any scale."""
    text = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    path = _drawn() / f"{name}-{code.removeprefix('#')}.svg"
    path.write_text(text.replace("#000", code), encoding="utf-8")
    return path


@lru_cache(maxsize=1)
def _drawn() -> Path:
    folder = TemporaryDirectory(prefix="smartdirector-icons-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def mono_font(pixel_size: int) -> QFont:
    """Return a font whose digits do not jump."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixel_size)
    return font


@lru_cache(maxsize=2048)  # a paint of the timeline asks thousands of times; nobody changes one
def _with_alpha(code: str, alpha: float) -> QColor:
    value = QColor(code)
    value.setAlphaF(alpha)
    return value


def _font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setFamilies(
        ["Inter", "SF Pro Text", "Segoe UI", "Noto Sans", "Cantarell", "DejaVu Sans", font.family()]
    )
    font.setPixelSize(12)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "window",
        QPalette.ColorRole.Base: "field",
        QPalette.ColorRole.AlternateBase: "panel",
        QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.Highlight: "accent_deep",
        QPalette.ColorRole.Light: "hover",
        QPalette.ColorRole.Midlight: "raised",
        QPalette.ColorRole.Mid: "line_strong",
        QPalette.ColorRole.Dark: "gap",
        QPalette.ColorRole.Shadow: "gap",
        QPalette.ColorRole.Link: "accent_text",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.BrightText: "text",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.PlaceholderText: "text_faint",
    }
    for role, name in roles.items():
        palette.setColor(role, color(name))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, color("disabled"))
    return palette
