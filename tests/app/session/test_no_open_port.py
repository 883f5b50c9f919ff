"""Nothing of the program can be spoken to from outside, and the engine holds its pipes alone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.client.child import EngineChild
from app.client.process import engine_command
from engine.protocol.jobs import DraftJob, FrameRate, ShotSpec
from engine.protocol.messages import Submit
from engine.protocol.wire import encode
from tests.sockets import descriptors, family, is_loopback, open_ports

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def wait_for(done: Callable[[], object], limit_s: float = 90) -> None:
    end = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def strays(pid: int, home: Path) -> dict[int, str]:
    """Return the descriptors of an engine that are neither pipes nor its own files."""
    own = (str(home), "/dev/null", "/dev/urandom", "anon_inode:", "pipe:[")
    code = (sys.prefix, sys.base_prefix, str(ROOT), "/usr/")
    return {
        number: target
        for number, target in descriptors(pid).items()
        if not target.startswith((*own, *code))
    }


def test_a_port_that_listens_is_noticed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        assert f"127.0.0.1:{number}" in open_ports([os.getpid()])
    with socket.create_server(("0.0.0.0", 0)) as server:
        (address,) = [a for a in open_ports([os.getpid()]) if a.startswith("0.0.0.0")]
        assert not is_loopback(address)
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert f"::1:{server.getsockname()[1]}" in open_ports([os.getpid()])
    assert is_loopback("127.0.0.1:1")


def test_an_engine_at_work_listens_nowhere_and_holds_its_pipes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    secret = tmp_path / "secret"
    secret.write_text("not the engine's")
    job = DraftJob(
        job_id="a", folder=str(tmp_path / "home" / "a"), shots=(ShotSpec(num_frames=9),),
        caption="A harbour.", rate=FrameRate(num=24), width=256, height=144,
    )  # fmt: skip
    lines: list[bytes] = []
    ended: list[int] = []

    def look(engine: int) -> None:
        pids = family(engine)
        assert open_ports(pids) == []
        for pid in pids:
            assert strays(pid, tmp_path / "home") == {}

    with secret.open() as held, socket.create_server(("127.0.0.1", 0)) as server:
        os.set_inheritable(held.fileno(), True)
        os.set_inheritable(server.fileno(), True)
        child = EngineChild(engine_command(), lines.append, ended.append)
        try:
            child.send(encode(Submit(job=job)))
            # Loaded and computing: every library that might open something is there by now.
            while not any(b'"preview"' in line or b'"failed"' in line for line in lines):
                look(child.pid)
                time.sleep(0.05)
            look(child.pid)
            assert not any(b'"failed"' in line for line in lines), lines[-1]
            pipes = [t for t in descriptors(child.pid).values() if t.startswith("pipe:[")]
            assert len(set(pipes)) == 3
        finally:
            child.end_input()
            wait_for(lambda: ended, 20)


def test_the_editor_with_its_engine_listens_nowhere(tmp_path: Path) -> None:
    film = shutil.copytree(
        ROOT / "resources/storyboards/harbour.sdproj", tmp_path / "harbour.sdproj"
    )
    home = tmp_path / "home"
    home.mkdir()
    environ = {
        **os.environ,
        **{name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
                                        "XDG_CACHE_HOME", "XDG_STATE_HOME")},
        "QT_QPA_PLATFORM": "offscreen",
        "SMARTDIRECTOR_NO_SETUP": "1",
    }  # fmt: skip
    command = [sys.executable, str(ROOT / "main.py"), str(film)]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as editor:
        try:
            wait_for(lambda: len(family(editor.pid)) > 1)
            end = time.monotonic() + 2
            while time.monotonic() < end:
                pids = family(editor.pid)
                assert editor.poll() is None
                assert open_ports(pids) == []
                for pid in pids[1:]:
                    assert strays(pid, home) == {}
                time.sleep(0.1)
        finally:
            for pid in reversed(family(editor.pid)):
                try:
                    os.kill(pid, 15)
                except ProcessLookupError:
                    continue
