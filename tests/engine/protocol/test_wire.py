from __future__ import annotations

import io
import json
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from engine.protocol.export import Segment
from engine.protocol.jobs import FootageSpec
from engine.protocol.messages import COMMANDS, EVENTS, Command, Event
from engine.protocol.wire import MAX_LINE_BYTES, WireError, decode, encode, read_lines
from tests.engine.protocol.strategies import COMMAND_KINDS, EVENT_KINDS, commands, events

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(commands)
def test_every_command_survives_the_wire(message: BaseModel) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line, COMMANDS) == message


@given(events)
def test_every_event_survives_the_wire(message: BaseModel) -> None:
    line = encode(message)
    assert line.count(b"\n") == 1
    assert decode(line, EVENTS) == message


@pytest.mark.parametrize(("union", "known"), [(Command, COMMAND_KINDS), (Event, EVENT_KINDS)])
def test_no_kind_of_message_is_left_out_here(union: Any, known: dict[type, Any]) -> None:
    assert set(get_args(get_args(union)[0])) == set(known)


@given(st.binary(max_size=200))
@example(b"")
@example(b"\n")
@example(b"[" * 10_000)
@example(b'{"kind":"cancel","job_id":"\\ud800"}')
@example(b'{"kind":"hello","protocol":1e400}')
@example(b'{"kind":"hello","protocol":' + b"9" * 5000 + b"}")
@pytest.mark.parametrize("adapter", [COMMANDS, EVENTS], ids=["commands", "events"])
def test_garbage_is_a_wire_error_whose_text_can_be_sent(
    adapter: TypeAdapter[Any], line: bytes
) -> None:
    try:
        message = decode(line, adapter)
    except WireError as error:
        assert "\n" not in str(error)
        json.dumps(str(error)).encode()
        assert str(error).encode()
    else:
        assert decode(encode(message), adapter) == message


@given(json_values)
def test_json_that_is_no_message_is_a_wire_error(value: Any) -> None:
    with pytest.raises(WireError):
        decode(json.dumps(value).encode(), COMMANDS)


@given(commands, st.integers(0, 5), st.text(max_size=5))
def test_message_with_a_stranger_in_it_is_refused(
    message: BaseModel, number: int, name: str
) -> None:
    raw = message.model_dump(mode="json")
    raw[f"new_{name}"] = number
    with pytest.raises(WireError):
        decode(json.dumps(raw).encode(), COMMANDS)


def test_line_beyond_the_limit_is_refused() -> None:
    with pytest.raises(WireError, match="longer than any message"):
        decode(b" " * (MAX_LINE_BYTES + 1), COMMANDS)


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line)))
def test_lines_are_read_as_written_and_a_torn_one_is_dropped(lines: list[bytes]) -> None:
    stream = io.BytesIO(b"".join(line + b"\n" for line in lines) + b"torn")
    assert list(read_lines(stream)) == [line + b"\n" for line in lines]


@pytest.mark.parametrize("extra", [-1, 0, 1, 2, 10_000, MAX_LINE_BYTES, 2 * MAX_LINE_BYTES])
def test_line_beyond_the_limit_does_not_swallow_the_next(extra: int) -> None:
    stream = io.BytesIO(b"x" * (MAX_LINE_BYTES + extra) + b"\nnext\n")
    first, second = read_lines(stream)
    assert (len(first) > MAX_LINE_BYTES) == (extra >= 0)
    assert len(first) <= MAX_LINE_BYTES + 1
    assert second == b"next\n"


def test_later_fields_at_their_defaults_leave_dumps_as_they_were() -> None:
    """Takes are named by hashes of dumps."""
    plain = FootageSpec(path="a.mov", stop=5)
    assert plain.model_dump() == {"path": "a.mov", "start": 0, "stop": 5, "frame": 0}
    assert set(Segment(path="a.mov", stop=5).model_dump()).isdisjoint({"fit", "bars"})
    whole = FootageSpec(path="a.mov", stop=5, fit="contain", bars="blur")
    assert FootageSpec.model_validate(whole.model_dump()) == whole
    assert whole.model_dump()["bars"] == "blur"
