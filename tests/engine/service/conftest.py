"""A scripted engine in a real child process, ready and with its handshake done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.protocol.messages import Hello, Ready
from tests.engine.service.child import Child


@pytest.fixture
def engine() -> Iterator[Child]:
    with Child() as child:
        child.send(Hello())
        assert isinstance(child.next(), Ready)
        yield child
