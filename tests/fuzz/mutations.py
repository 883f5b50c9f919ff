"""Broken files out of whole ones: by bytes, by the words of a text, and by the values of JSON.

An input is a pure function of its kind's seeds, a campaign's number and its own: who knows the
three numbers of a failure has the file. Knows no format but JSON's, and where safetensors has it.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

MAX_BYTES = 512 * 1024
DEEP = 3000

WORDS = (
    "", "..", "../../x", "../../../../../../etc/passwd", "/etc/passwd", "/dev/zero", "/dev/stdin",
    "..\\..\\x", "C:\\x", "\\\\host\\share\\x", "a/b", "a:b", "a\0b", "con", "-rf", "~",
    "%2e%2e%2fx", "file:///dev/zero", "http://127.0.0.1:9/x", "data:,x", "pipe:0", "concat:a|b",
    "\n", "a\nb\tc", "\u202egnp.exe", "\u2066\u2069", "\ud800", "\ufeff", "\x1b[2J", "é" * 40,
    "𝄞", "x" * 300,
    "9" * 4000, "y" * 9000, "NaN", "Infinity", "-1", "null", "__class__", "{0}", "%s%n", "$HOME",
    "<a>", "&amp;", "&#0;", "]]>", "1/0s", "-1/24s", "99:99:99:99", "00:00:00;00", "1e999", "0x10",
)  # fmt: skip
"""What a name, a path, a time or a caption should not be."""

NUMBERS = (
    0, -0.0, 1, -1, 2, 3, 7, 63, 64, 127, 128, 255, 256, 999, 8192, 8193, 65535, 65536, 999_999,
    1_000_000, 1_000_001, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53 + 1, 2**63 - 1, 2**63, -(2**63),
    2**64, 10**18, 10**30, 10**300, 10**400, -(10**400), 0.1, 0.5, 1.5, -0.5, 23.976, 1e-300, 1e-9,
    1e9, 1e18, 1e300, float("nan"), float("inf"), float("-inf"),
)  # fmt: skip

_INTEGERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_QUOTED = re.compile(r'"[^"\n]{0,200}"')
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")


def random_of(kind: str, campaign: int, number: int) -> Random:
    """Return the randomness of one input."""
    return Random(f"{kind} {campaign} {number}")


def broken(seeds: Sequence[bytes], random: Random) -> bytes:
    """Return one of the seeds with one to four things wrong."""
    content = random.choice(seeds)
    if len(content) > MAX_BYTES:
        content = content[:MAX_BYTES]
    if random.random() < 0.6 and _is_json(content):
        content = _broken_json(content, random)
        if random.random() < 0.8:
            return content[: 4 * MAX_BYTES]
    if _has_header(content) and random.random() < 0.6:
        return _broken_header(content, random)[: 4 * MAX_BYTES]
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        is_text = b"\0" not in content[:4096]
        ways = _TEXT_WAYS if is_text and random.random() < 0.6 else _BYTE_WAYS
        content = random.choice(ways)(content, seeds, random)
    return content[: 4 * MAX_BYTES]


# By bytes.

_Way = Callable[[bytes, Sequence[bytes], Random], bytes]


def _stretch(content: bytes, random: Random) -> tuple[int, int]:
    start = random.randrange(len(content) + 1)
    return start, min(len(content), start + random.choice((1, 2, 4, 8, 16, 64, 512, 8192)))


def _near_the_head(content: bytes, random: Random) -> int:
    """Return a place; headers are where most is decided."""
    reach = len(content) if random.random() < 0.5 else min(len(content), 256)
    return random.randrange(max(1, reach))


def _flip(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    changed = bytearray(content or b"\0")
    for _time in range(random.choice((1, 1, 2, 8, 64))):
        changed[_near_the_head(changed, random)] ^= 1 << random.randrange(8)
    return bytes(changed)


def _number(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    form = random.choice("BHIQ")
    mask = (1 << 8 * struct.calcsize(form)) - 1
    packed = struct.pack(random.choice("<>") + form, random.choice(_INTEGERS) & mask)
    at = _near_the_head(content, random)
    return content[:at] + packed + content[at + len(packed) :]


def _cut(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _take_out(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, stop = _stretch(content, random)
    return content[:start] + content[stop:]


def _repeat(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, stop = _stretch(content, random)
    return content[:stop] + content[start:stop] * random.choice((1, 2, 100)) + content[stop:]


def _splice(content: bytes, seeds: Sequence[bytes], random: Random) -> bytes:
    other = random.choice(seeds)
    start, stop = _stretch(other[:MAX_BYTES], random)
    at = random.randrange(len(content) + 1)
    if random.random() < 0.3:
        return content[:at] + other[start : start + MAX_BYTES]
    return content[:at] + other[start:stop] + content[at:]


def _noise(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    start, stop = _stretch(content, random)
    fill = random.choice((b"\0", b"\xff", b""))
    row = fill * (stop - start) or random.randbytes(stop - start)
    return content[:start] + row + content[stop:]


_BYTE_WAYS: tuple[_Way, ...] = (_flip, _flip, _number, _number, _cut, _take_out, _repeat, _splice,
                               _noise)  # fmt: skip


# By words.


def _replaced(content: bytes, pattern: re.Pattern[str], word: str, random: Random) -> bytes:
    text = content.decode("utf-8", "replace")
    found = list(pattern.finditer(text[: 4 * MAX_BYTES]))
    if not found:
        return content
    match = random.choice(found)
    text = text[: match.start()] + word + text[match.end() :]
    return text.encode("utf-8", "surrogatepass")


def _other_number(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    return _replaced(content, _NUMBER, _said(random.choice(NUMBERS)), random)


def _other_word(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    return _replaced(content, _QUOTED, f'"{random.choice(WORDS)}"', random)


def _other_tag(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    tags = _TAG.findall(content.decode("utf-8", "replace"))
    return _replaced(content, _TAG, random.choice([*tags, ""]), random)


def _nested_tag(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    tags = _TAG.findall(content.decode("utf-8", "replace"))
    tag = random.choice([*tags, "["])
    return _replaced(content, _TAG, tag * random.choice((2, 300, DEEP)), random)


def _other_line(content: bytes, _: Sequence[bytes], random: Random) -> bytes:
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    word = random.choice(WORDS).encode("utf-8", "surrogatepass")
    changed = random.choice((word, lines[at] * 2, random.choice(lines), b""))
    return b"\n".join((*lines[:at], changed, *lines[at + 1 :]))


_TEXT_WAYS: tuple[_Way, ...] = (_other_number, _other_number, _other_word, _other_tag, _nested_tag,
                               _other_line)  # fmt: skip


# By the values of JSON.


def _said(value: float) -> str:
    return json.dumps(value)


def _is_json(content: bytes) -> bool:
    return content[:1] in b"{[" and bool(content)


def _has_header(content: bytes) -> bool:
    """Return whether this begins as safetensors does: a length, and JSON of that length."""
    return content[8:9] == b"{" and int.from_bytes(content[:8], "little") <= len(content) - 8


def _broken_header(content: bytes, random: Random) -> bytes:
    stop = 8 + int.from_bytes(content[:8], "little")
    text = _broken_json(content[8:stop].rstrip(), random)
    length = len(text) if random.random() < 0.9 else random.choice(_INTEGERS)
    return length.to_bytes(8, "little") + text + content[stop:]


def _broken_json(content: bytes, random: Random) -> bytes:
    """Return JSON, or lines of JSON, with one to three other values."""
    try:
        value, is_lines = json.loads(content), False
    except ValueError:
        try:
            value, is_lines = [json.loads(line) for line in content.splitlines() if line], True
        except ValueError:
            return content
    for _ in range(random.choice((1, 1, 2, 3))):
        value = _with_another(value, random)
    try:
        if is_lines and isinstance(value, list):
            return b"".join(json.dumps(part).encode() + b"\n" for part in value)
        return json.dumps(value).encode()
    except RecursionError:  # wrapped again and again
        return b"[" * DEEP + content


def _with_another(value: Any, random: Random, depth: int = 0) -> Any:
    """Walk down at random and change what is there."""
    if depth < 12 and isinstance(value, dict) and value and random.random() < 0.85:
        key = random.choice(list(value))
        return {**value, key: _with_another(value[key], random, depth + 1)}
    if depth < 12 and isinstance(value, list) and value and random.random() < 0.85:
        at = random.randrange(len(value))
        return [*value[:at], _with_another(value[at], random, depth + 1), *value[at + 1 :]]
    return random.choice(_VALUE_WAYS)(value, random)


def _other_value(value: Any, random: Random) -> Any:
    if isinstance(value, str) and random.random() < 0.6:
        return random.choice(WORDS)
    if isinstance(value, int | float) and random.random() < 0.8:
        return random.choice(NUMBERS)
    return random.choice((None, True, False, [], {}, random.choice(NUMBERS), random.choice(WORDS)))


def _grown(value: Any, random: Random) -> Any:
    if isinstance(value, list):
        return value * random.choice((2, 2, 40, 1000)) if len(value) < 50 else value[1:]
    if isinstance(value, dict):
        return {**value, random.choice((*WORDS, *value)): random.choice(NUMBERS)}
    return [value]


def _shrunk(value: Any, random: Random) -> Any:
    if isinstance(value, dict) and value:
        gone = random.choice(list(value))
        return {key: kept for key, kept in value.items() if key != gone}
    return value[:-1] if isinstance(value, list | str) else None


def _wrapped(value: Any, random: Random) -> Any:
    for _ in range(random.choice((1, 2, 50, 200))):
        value = [value] if random.random() < 0.5 else {"children": [value]}
    return value


_VALUE_WAYS: tuple[Callable[[Any, Random], Any], ...] = (
    _other_value, _other_value, _other_value, _grown, _shrunk, _wrapped
)  # fmt: skip
