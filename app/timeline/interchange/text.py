"""Names and notes as each format can hold them, and XML that is read with distrust. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

MAX_DEPTH = 200
MAX_ELEMENTS = 500_000
MAX_FILE_BYTES = 64 * 1024 * 1024

# XML 1.0, production 2: what no document may hold, escaped or not.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ExchangeError(ValueError):
    """A timeline that cannot be written or read; the message is one sentence for the user."""


def xml_text(text: str) -> str:
    """Return a text without the characters that XML forbids."""
    return _NOT_XML.sub("", text)


def one_line(text: str) -> str:
    """Return a text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def reel_name(name: str, taken: Collection[str]) -> str:
    """Return a tape's name as a CMX 3600 list allows it: 8 letters and digits, none twice."""
    stem = name.rsplit(".", 1)[0]
    plain = re.sub(r"[^A-Z0-9]", "", stem.upper())[:8]
    # AX and BL have meanings of their own, and a number alone could be taken for an event's.
    if not plain or plain in {"AX", "BL", "BLACK", "BARS"} or plain.isdigit():
        plain = f"R{plain}"[:8]
    candidate, count = plain, 1
    while candidate in taken:
        count += 1
        candidate = f"{plain[: 8 - len(str(count))]}{count}"
    return candidate


def read_xml(content: bytes, what: str) -> Element:
    """Return the root element of a document.

    No entity is declared or fetched, and depth and size are bounded.

    Args:
        what: how the file is called in a refusal.

    Raises:
        ExchangeError: it is not XML, or more than a timeline needs.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ExchangeError(f"{what} is too large to be a timeline.")
    builder = TreeBuilder()
    depth = num_elements = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth, num_elements
        depth += 1
        num_elements += 1
        if depth > MAX_DEPTH or num_elements > MAX_ELEMENTS:
            raise ExchangeError(f"{what} is nested too deeply or holds too much for a timeline.")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_: object) -> None:
        raise ExchangeError(f"{what} declares XML entities, which no timeline needs.")

    parser = expat.ParserCreate(namespace_separator=None)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
        return builder.close()
    except expat.ExpatError as error:
        raise ExchangeError(
            f"{what} is damaged: line {error.lineno} is not XML; export it anew."
        ) from error
    except (LookupError, AssertionError, UnicodeError, ValueError) as error:
        if isinstance(error, ExchangeError):
            raise
        raise ExchangeError(f"{what} is damaged: it is not readable as XML.") from error
