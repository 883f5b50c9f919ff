"""One message a line: JSON in UTF-8, newline-terminated. Knows framing, not meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.protocol.plain import plain_words

MAX_LINE_BYTES = 8 * 1024 * 1024
"""Longer lines are refused: no honest message comes near it, since pixels never travel as JSON."""

T = TypeVar("T")


class WireError(ValueError):
    """A line that is not a message of this protocol."""


def encode(message: BaseModel) -> bytes:
    """Return the message as one line."""
    return message.model_dump_json().encode() + b"\n"


def read_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream until its end, each in constant memory.

    Of a line beyond the limit only so much is kept that ``decode`` sees it is too long. An
    unfinished last line is dropped: its writer died in the middle of it.
    """
    while line := stream.readline(MAX_LINE_BYTES + 1):
        tail = line
        while tail and not tail.endswith(b"\n"):
            tail = stream.readline(MAX_LINE_BYTES)
        if not tail:
            return
        yield line


def decode(line: bytes, adapter: TypeAdapter[T]) -> T:
    """Return the message in a line.

    Raises:
        WireError: the line is too long, no JSON, or no message of the adapter's union.
    """
    if len(line) > MAX_LINE_BYTES:
        raise WireError(f"A line of {len(line)} bytes is longer than any message.")
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        told = plain_words(f"{where}: {first['msg']}", 300)
        raise WireError(f"Not a message of this protocol: {told}") from error
