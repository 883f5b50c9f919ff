from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

import pytest

from app.client.client import EngineClient, EngineLost
from app.client.process import ProcessClient, engine_command
from engine.protocol.errors import EngineDied
from engine.protocol.facts import DeviceReport
from engine.protocol.messages import (
    JobCancelled,
    JobFailed,
    JobFinished,
    JobStarted,
    Preview,
    Progress,
    ProtocolFault,
    Ready,
)
from tests.app.client.processes import children, is_gone, num_open_files
from tests.engine.service.child import SCRIPTED_ENGINE, job

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

E = TypeVar("E")


@pytest.fixture
async def client() -> AsyncIterator[ProcessClient]:
    before = num_open_files()
    client = ProcessClient(SCRIPTED_ENGINE)
    yield client
    await client.close()
    assert not children(), "An engine was left behind."
    assert await _settles(lambda: num_open_files() <= before), "A file descriptor leaked."
    assert await _settles(lambda: not _engine_threads()), "A thread was left behind."


def _engine_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("engine ")]


async def _settles(holds: object, within_s: float = 3) -> bool:
    assert callable(holds)
    deadline = time.monotonic() + within_s
    while not holds() and time.monotonic() < deadline:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.01)
    return bool(holds())


async def _wait_for(client: EngineClient, kind: type[E]) -> E:
    async with asyncio.timeout(20):
        async for event in client.events():
            if isinstance(event, kind):
                return event
    raise AssertionError(f"The events ended before {kind.__name__}.")


async def _kill(client: ProcessClient) -> float:
    assert client.pid is not None
    os.kill(client.pid, signal.SIGKILL)
    return time.perf_counter()


async def test_submit_starts_the_engine_and_brings_the_film(
    client: ProcessClient, tmp_path: Path
) -> None:
    await client.submit(job(tmp_path))
    assert isinstance(await anext(client.events()), Ready)
    assert (await _wait_for(client, JobFinished)).path == str(tmp_path / "job" / "draft.mkv")


async def test_start_twice_starts_one_engine(client: ProcessClient) -> None:
    await asyncio.gather(client.start(), client.start())
    pid = client.pid
    await client.start()
    assert client.pid == pid
    assert children() == {pid}


async def test_cancel_ends_the_job(client: ProcessClient, tmp_path: Path) -> None:
    await client.cancel("before any engine runs")
    await client.submit(job(tmp_path, num_steps=1000))
    await _wait_for(client, Preview)
    await client.cancel("job")
    assert (await _wait_for(client, JobCancelled)).job_id == "job"


async def test_killed_engine_is_noticed_at_once_and_comes_back(
    client: ProcessClient, tmp_path: Path
) -> None:
    await client.submit(job(tmp_path, job_id="done", num_steps=1))
    await _wait_for(client, JobFinished)
    await client.submit(job(tmp_path, num_steps=1000))
    await client.submit(job(tmp_path, job_id="behind"))
    await _wait_for(client, Preview)
    killed_at = await _kill(client)
    lost = await _wait_for(client, EngineLost)
    assert time.perf_counter() - killed_at < 0.5
    assert lost.job_ids == ("job", "behind")
    assert "signal 9" in lost.message
    assert lost.message.count(".") == 1
    assert client.pid is None
    await client.submit(job(tmp_path, num_steps=2))
    assert (await _wait_for(client, JobFinished)).job_id == "job"


async def test_idle_death_is_told_once(client: ProcessClient) -> None:
    await client.start()
    await _kill(client)
    lost = await _wait_for(client, EngineLost)
    assert lost.job_ids == ()
    await client.close()
    assert [event async for event in client.events()] == []


async def test_submit_right_after_a_death_is_not_lost(
    client: ProcessClient, tmp_path: Path
) -> None:
    await client.start()
    await _kill(client)
    await client.submit(job(tmp_path, num_steps=1))
    lost = await _wait_for(client, EngineLost)
    if lost.job_ids:  # it went to the dead one, and the client says so
        await client.submit(job(tmp_path, num_steps=1))
    assert isinstance(await _wait_for(client, JobFinished), JobFinished)


async def test_close_ends_an_engine_that_hangs_and_the_events(tmp_path: Path) -> None:
    client = ProcessClient(SCRIPTED_ENGINE)
    await client.submit(job(tmp_path, "stuck"))
    await _wait_for(client, JobStarted)
    await asyncio.sleep(0.1)
    pid = client.pid
    assert pid is not None
    began = time.perf_counter()
    await client.close()
    assert time.perf_counter() - began < 5
    assert pid not in children(), "A zombie or worse."
    assert is_gone(pid)
    assert [event async for event in client.events() if isinstance(event, EngineLost)] == []
    assert [event async for event in client.events()] == []
    with pytest.raises(EngineDied):
        await client.start()


async def test_close_without_start_is_quiet() -> None:
    client = ProcessClient(SCRIPTED_ENGINE)
    await client.close()
    await client.close()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit(7)", "exit code 7"),
        ("import os; os.kill(os.getpid(), 9)", "signal 9"),
        ("import time; time.sleep(60)", "not ready within"),
        (
            'print(\'{"kind":"ready","protocol":9,"engine_version":"9","pid":1}\', flush=True);'
            "import sys; sys.stdin.read()",
            "version 9",
        ),
    ],
    ids=["exits", "dies", "silent", "other version"],
)
async def test_engine_that_does_not_start_is_one_sentence(code: str, said: str) -> None:
    # Only the silent one is to run into the limit; a busy machine may start the others slowly.
    limit_s = 1.0 if said == "not ready within" else 20.0
    client = ProcessClient((sys.executable, "-c", code), ready_timeout_s=limit_s)
    with pytest.raises(EngineDied, match=said):
        await client.start()
    assert client.pid is None
    assert not children()
    await client.close()


async def test_missing_program_is_one_sentence(tmp_path: Path) -> None:
    client = ProcessClient((str(tmp_path / "no such program"),))
    with pytest.raises(EngineDied, match="could not be started"):
        await client.start()
    await client.close()


async def test_odd_output_is_a_fault_and_no_more() -> None:
    code = (
        "import sys; print('hello from a library');"
        'print(\'{"kind":"ready","engine_version":"1","pid":1}\', flush=True); sys.stdin.read()'
    )
    client = ProcessClient((sys.executable, "-c", code))
    await client.start()
    assert isinstance(await anext(client.events()), ProtocolFault)
    await client.close()


async def test_process_that_outlives_the_engine_does_not_delay_the_news(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys, time\n"
        'print(\'{"kind":"ready","engine_version":"1","pid":1}\', flush=True)\n'
        "if os.fork() == 0: time.sleep(2.5); os._exit(0)\n"
        "time.sleep(0.2); os._exit(4)\n"
    )
    client = ProcessClient((sys.executable, "-c", code))
    await client.start()
    began = time.perf_counter()
    lost = await _wait_for(client, EngineLost)
    assert "exit code 4" in lost.message
    assert time.perf_counter() - began < 2
    await client.close()
    assert await _settles(lambda: not _engine_threads())


async def test_file_name_that_is_no_text_fails_the_job_alone(
    client: ProcessClient, tmp_path: Path
) -> None:
    await client.submit(job(tmp_path).model_copy(update={"folder": "/films/\udcff"}))
    failure = await _wait_for(client, JobFailed)
    assert failure.code == "bad_input"
    await client.submit(job(tmp_path, num_steps=1))
    await _wait_for(client, JobFinished)


async def test_engine_ends_when_the_editor_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    code = (
        f"import asyncio, sys; sys.path.insert(0, {str(root)!r})\n"
        "from app.client.process import ProcessClient\n"
        "from tests.engine.service.child import SCRIPTED_ENGINE, job\n"
        "from pathlib import Path\n"
        "async def main():\n"
        "    client = ProcessClient(SCRIPTED_ENGINE)\n"
        f"    await client.submit(job(Path({str(tmp_path)!r}), 'stuck'))\n"
        "    print(client.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    editor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    assert editor.stdout is not None
    engine = int(await editor.stdout.readline())
    await asyncio.sleep(0.5)
    editor.kill()
    await editor.wait()
    assert await _settles(lambda: is_gone(engine), within_s=6)


def test_command_is_this_programs_own_entry() -> None:
    program, entry, flag = engine_command()
    assert (program, flag) == (sys.executable, "--engine")
    assert Path(entry).name == "main.py"
    assert Path(entry).parent == Path(__file__).parents[3]


def test_client_imports_neither_qt_nor_torch() -> None:
    import subprocess

    code = "import app.client.process, sys; print(*sys.modules)"
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True
    )
    heavy = {"PySide6", "torch", "numpy", "cv2", "qasync"}
    assert not heavy & {name.split(".")[0] for name in run.stdout.split()}


async def test_a_job_that_does_not_let_go_is_stopped_with_its_engine(tmp_path: Path) -> None:
    client = ProcessClient(SCRIPTED_ENGINE, stop_grace_s=0.3)
    try:
        await client.submit(job(tmp_path, "stuck"))
        while (await _wait_for(client, Progress)).stage != "denoise":
            pass
        first = client.pid
        await client.cancel("job")
        asked_at = time.perf_counter()
        ending = await _wait_for(client, JobCancelled)
        assert ending.job_id == "job"
        assert time.perf_counter() - asked_at < 2
        await _wait_for(client, Ready)  # without being asked to
        await client.start()
        assert client.pid not in {None, first}
        await client.submit(job(tmp_path))
        await _wait_for(client, JobFinished)
    finally:
        await client.close()
    assert not children()


async def test_a_job_that_lets_go_in_time_keeps_its_engine(tmp_path: Path) -> None:
    client = ProcessClient(SCRIPTED_ENGINE, stop_grace_s=0.5)
    try:
        await client.submit(job(tmp_path, num_steps=500))
        await _wait_for(client, Preview)
        first = client.pid
        await client.cancel("job")
        await _wait_for(client, JobCancelled)
        await asyncio.sleep(0.8)
        assert client.pid == first
    finally:
        await client.close()


async def test_a_resting_engine_tells_its_device_and_works_on(
    client: ProcessClient, tmp_path: Path
) -> None:
    await client.submit(job(tmp_path))
    await _wait_for(client, JobFinished)
    await client.rest()
    await _wait_for(client, DeviceReport)
    await client.submit(job(tmp_path))
    await _wait_for(client, JobFinished)
