"""How the words of a command line become numbers, sizes and moments, or one sentence why not."""

from __future__ import annotations

import argparse
import math
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from engine.protocol.jobs import FrameRate
from engine.protocol.terminal import terminal_text

if TYPE_CHECKING:
    from _typeshed import SupportsWrite


class PlainParser(argparse.ArgumentParser):
    """A parser whose complaints quote what was typed, or what a shell found, as signs."""

    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        super()._print_message(terminal_text(message), file)


def count(text: str) -> int:
    """Return a whole number that is not negative."""
    if not text.isdecimal() or len(text) > 15:
        raise argparse.ArgumentTypeError("a whole number is needed")
    return int(text)


def size(text: str) -> tuple[int, int]:
    """Return (width, height) in pixels."""
    width, _, height = text.lower().partition("x")
    try:
        return int(width), int(height)
    except ValueError as error:
        raise argparse.ArgumentTypeError("a size is written like 1920x1080") from error


def rate(text: str) -> FrameRate:
    """Return frames per second."""
    num, _, den = text.partition("/")
    try:
        return FrameRate(num=int(num), den=int(den or 1))
    except ValueError as error:
        raise argparse.ArgumentTypeError("a rate is written like 24 or 30000/1001") from error


def seconds(text: str) -> float:
    """Return a length of time in seconds, finite."""
    try:
        value = float(text.removesuffix("s"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError("seconds are written like 2 or 1.5")
    return value


def moment(text: str) -> Fraction:
    """Return a moment in seconds, written as such or as hours, minutes and seconds, exactly."""
    found = re.fullmatch(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,9}(?:\.\d{1,9})?)s?", text)
    if found is None:
        raise argparse.ArgumentTypeError("a moment is written like 3.5 or 00:00:03.5")
    hours, minutes, seconds = found.groups(default="0")
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)


def keyframe_at(text: str) -> tuple[Path, float]:
    """Return a picture and the moment, in seconds, that it is meant for."""
    image, at, moment = text.rpartition("@")
    if not at or not image:
        raise argparse.ArgumentTypeError("a keyframe is written like image.png@1.2s")
    return Path(image), seconds(moment)
