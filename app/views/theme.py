"""The look: one dark palette, Fusion underneath, and the style sheet in ``resources/theme``."""

from __future__ import annotations

from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

RESOURCES = Path(__file__).resolve().parents[2] / "resources"

COLORS: dict[str, str] = {
    "gap": "#0e0f11",
    "stage": "#0b0c0e",
    "window": "#191b1f",
    "panel": "#1f2227",
    "field": "#15171a",
    "raised": "#292d34",
    "hover": "#31363e",
    "pressed": "#3c434d",
    "line": "#2b2f36",
    "line_strong": "#383e47",
    "line_hover": "#525a66",
    "scroll": "#3a4049",
    "text": "#e3e6eb",
    "text_dim": "#a4abb7",
    "text_faint": "#747c89",
    "accent": "#5aa2ff",
    "accent_deep": "#2f6fca",
    "keyframe": "#f0b24a",
    "cut": "#dfe3ea",
    "free": "#b592ff",
    "marker_red": "#e5645c",
    "marker_orange": "#e08a3c",
    "marker_yellow": "#d9c04a",
    "marker_green": "#62b86a",
    "marker_blue": "#4f9be0",
    "marker_purple": "#a47be0",
    "playhead": "#ff6a5c",
    "draft": "#35b4a2",
    "master": "#74cf6a",
    "master_deep": "#3c8a3f",
    "danger": "#e5564b",
    "danger_deep": "#b23d34",
}


def color(name: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the palette."""
    value = QColor(COLORS[name])
    value.setAlphaF(alpha)
    return value


def apply_theme(app: QApplication) -> None:
    """Give the whole application its look."""
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setFont(_font())
    sheet = (RESOURCES / "theme" / "editor.qss").read_text(encoding="utf-8")
    icons = (RESOURCES / "icons" / "light").as_posix()
    app.setStyleSheet(Template(sheet).substitute(COLORS, icons=icons))


def mono_font(pixel_size: int) -> QFont:
    """Return a font whose digits do not jump."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(pixel_size)
    return font


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
        QPalette.ColorRole.Link: "accent",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.BrightText: "text",
        QPalette.ColorRole.HighlightedText: "text",
        QPalette.ColorRole.PlaceholderText: "text_faint",
    }
    for role, name in roles.items():
        palette.setColor(role, color(name))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, color("text_faint"))
    return palette
