"""Captions of a movie: as text beside it (SubRip, WebVTT), or drawn over its frames.

Text is drawn by Pillow (FreeType; with Raqm also for scripts that are shaped), white with a dark
edge, at the foot of the picture. Times are seconds; which words stand where is the caller's matter.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_HEIGHT_SHARE, _WIDTH_SHARE, _FOOT_SHARE = 0.046, 0.84, 0.06
"""Of the picture: a line's height, the longest line, and what stays free below."""

_MAX_LINES = 4

_FONT_FOLDERS = {
    "win32": ("C:/Windows/Fonts",),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts/Supplemental"),
}
_LINUX_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_FONT_FILES = (
    *("Inter-Medium.ttf", "NotoSans-Medium.ttf", "NotoSans-Regular.ttf", "segoeui.ttf"),
    *("Helvetica.ttc", "DejaVuSans.ttf", "LiberationSans-Regular.ttf", "arial.ttf", "Arial.ttf"),
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "msyh.ttc", "PingFang.ttc"),
    *("NotoSansArabic-Regular.ttf", "NotoSansDevanagari-Regular.ttf", "Arial Unicode.ttf"),
)
"""Tried in this order; the first that has every letter of a caption draws it."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Words from a moment to another, in seconds."""

    start_s: Fraction
    stop_s: Fraction
    text: str


def to_srt(captions: Sequence[Caption]) -> str:
    """Return captions as a SubRip file."""
    blocks = [
        f"{number}\n{_stamp(c.start_s, ',')} --> {_stamp(c.stop_s, ',')}\n{_lines(c.text)}\n"
        for number, c in enumerate(captions, 1)
    ]
    return "\n".join(blocks)


def to_vtt(captions: Sequence[Caption]) -> str:
    """Return captions as a WebVTT file."""
    blocks = [
        f"{_stamp(c.start_s, '.')} --> {_stamp(c.stop_s, '.')}\n"
        f"{html.escape(_lines(c.text), quote=False)}\n"
        for c in captions
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _stamp(moment_s: Fraction, mark: str) -> str:
    thousandths = round(moment_s * 1000)
    seconds, rest = divmod(thousandths, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{rest:03}"


def _lines(text: str) -> str:
    """Return a caption without blank lines, which end a caption in both formats."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


class CaptionPainter:
    """Draws captions over frames of one size; a caption is drawn once and laid over many."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        self._text = ""
        self._words: NDArray[np.float32] = np.zeros((0, 0, 1), np.float32)
        self._edge: NDArray[np.float32] = self._words
        self._place = (0, 0)

    def paint(self, frame: NDArray[np.uint16], text: str) -> NDArray[np.uint16]:
        """Return the frame, (height, width, 3), with a caption over it."""
        text = _lines(text)
        if not text:
            return frame
        if text != self._text:
            self._draw(text)
        left, top = self._place
        high, wide = self._words.shape[:2]
        out = frame.copy()
        under = out[top : top + high, left : left + wide].astype(np.float32)
        under = under * (1 - self._edge)  # the dark edge, then the white words in it
        under += (65535 - under) * self._words
        out[top : top + high, left : left + wide] = np.round(under)
        return out

    def _draw(self, text: str) -> None:
        width, height = self._size
        pixels = max(9, round(height * _HEIGHT_SHARE * 0.8))
        font = font_for(text, pixels)
        edge = max(1, round(pixels * 0.09))
        lines = wrapped(text, font, width * _WIDTH_SHARE)
        whole = "\n".join(lines)
        canvas = ImageDraw.Draw(Image.new("L", (1, 1)))
        spacing = round(pixels * 0.25)
        box = canvas.multiline_textbbox(
            (0, 0), whole, font, spacing=spacing, align="center", stroke_width=edge
        )
        size = (min(width, int(box[2] - box[0]) + 2), min(height, int(box[3] - box[1]) + 2))
        masks: list[NDArray[np.float32]] = []
        for stroke in (edge, 0):
            image = Image.new("L", size)
            ImageDraw.Draw(image).multiline_text(
                (1 - box[0], 1 - box[1]),
                whole,
                255,
                font,
                spacing=spacing,
                align="center",
                stroke_width=stroke,
            )
            masks.append(np.asarray(image, np.float32)[..., None] / np.float32(255))
        self._edge, self._words = masks[0] * 0.85, masks[1]
        self._text = text
        foot = round(height * (1 - _FOOT_SHARE))
        self._place = ((width - size[0]) // 2, max(0, min(foot, height) - size[1]))


def wrapped(text: str, font: Font, width: float) -> list[str]:
    """Break a caption into lines no wider than ``width``; what is too long ends in …"""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            for part in _pieces(word, font, width):
                longer = f"{line} {part}" if line else part
                if line and font.getlength(longer) > width:
                    lines.append(line)
                    line = part
                else:
                    line = longer
        lines.append(line)
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], f"{lines[_MAX_LINES - 1]} …"]
    return lines


def _pieces(word: str, font: Font, width: float) -> list[str]:
    """Return a word in parts that fit: scripts without spaces come as one word."""
    if font.getlength(word) <= width:
        return [word]
    pieces: list[str] = [""]
    for letter in word:
        if pieces[-1] and font.getlength(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def font_for(text: str, pixels: int) -> Font:
    """Return a font that has every letter of a text; where none has, the one that Pillow brings."""
    letters = {letter for letter in text if not letter.isspace()}
    best: Font | None = None
    for path in _font_files():
        try:
            font = ImageFont.truetype(str(path), pixels)
        except OSError:
            continue
        if all(_has_glyph(font, letter) for letter in letters):
            return font
        best = best or font
    return best or ImageFont.load_default(pixels)


def _has_glyph(font: ImageFont.FreeTypeFont, letter: str) -> bool:
    # Assigned to nothing: every font draws its empty box for it.
    return _drawn(font, letter) != _drawn(font, "\U0010ffff")


def _drawn(font: ImageFont.FreeTypeFont, letter: str) -> bytes:
    image = Image.new("L", (2 * round(font.size), 2 * round(font.size)))
    ImageDraw.Draw(image).text((0, 0), letter, 255, font)
    return image.tobytes()


def _font_files() -> list[Path]:
    folders = [Path(name) for name in _FONT_FOLDERS.get(sys.platform, _LINUX_FOLDERS)]
    found: list[Path] = []
    for name in _FONT_FILES:
        for folder in folders:
            if sys.platform in _FONT_FOLDERS:
                found += [folder / name] if (folder / name).is_file() else []
            else:
                found += sorted(folder.rglob(name))[:1] if folder.is_dir() else []
    return found
