"""Workers crash, hang and are killed; their tasks end with a result or a reason."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from engine.data.workers import Done, GaveUp, Outcome, Said, Task, Workers
from tests.engine.data import tasks

ROOT = Path(__file__).parents[3]


def all_of(workers: Workers) -> list[Outcome]:
    found: list[Outcome] = []
    while workers.num_open:
        found += workers.outcomes()
    return found


def ends(outcomes: list[Outcome]) -> dict[object, Outcome]:
    return {one.key: one for one in outcomes if not isinstance(one, Said)}


def test_tasks_are_done_side_by_side_and_tell_what_they_yield() -> None:
    with Workers(2) as workers:
        for number in (2, 3, 4):
            workers.add(Task(number, tasks.count_to, (number,)))
        found = all_of(workers)
    assert ends(found) == {number: Done(number, number) for number in (2, 3, 4)}
    assert [one.word for one in found if isinstance(one, Said) and one.key == 3] == [0, 1, 2]


def test_a_killed_worker_costs_its_task_only_after_a_second_try(tmp_path: Path) -> None:
    with Workers(1) as workers:
        workers.add(Task("dies", tasks.die, (tmp_path / "dies",)))
        workers.add(Task("dies once", tasks.die_once, (tmp_path / "once",)))
        workers.add(Task("well", tasks.count_to, (1,)))
        found = ends(all_of(workers))
    assert found["dies"] == GaveUp("dies", "its worker was lost twice: it was ended by SIGKILL")
    assert found["dies once"] == Done("dies once", "done")
    assert found["well"] == Done("well", 1)
    assert len(list((tmp_path / "dies").iterdir())) == 2


def test_a_worker_that_hangs_is_given_up() -> None:
    with Workers(1, silence_s=0.5) as workers:
        workers.add(Task("hangs", tasks.hang, ()))
        found = ends(all_of(workers))
    assert found["hangs"] == GaveUp(
        "hangs", "its worker was lost twice: it got nowhere for 0 seconds"
    )


def test_failures_are_reasons_and_a_full_disk_is_told_apart() -> None:
    with Workers(1) as workers:
        for kind in ("input", "disk", "bug"):
            workers.add(Task(kind, tasks.fail, (kind,)))
        found = ends(all_of(workers))
    assert found == {
        "input": GaveUp("input", "The film is broken."),
        "disk": GaveUp("disk", "The disk is full.", is_disk=True),
        "bug": GaveUp("bug", "it broke the program (ZeroDivisionError: nothing left)"),
    }


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from engine.data.workers import Task, Workers\n"
        "from tests.engine.data import tasks\n"
        "if __name__ == '__main__':\n"
        "    with Workers(1) as workers:\n"
        f"        workers.add(Task(1, tasks.tell_for_long, (Path({str(tmp_path / 'm')!r}),)))\n"
        "        while True:\n"
        "            list(workers.outcomes())\n"
    )
    script = tmp_path / "parent.py"
    script.write_text(program)
    parent = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    until = time.monotonic() + 60
    while not list(tmp_path.glob("m/*")) and time.monotonic() < until:
        time.sleep(0.05)
    (mark,) = tmp_path.glob("m/*")
    parent.kill()
    parent.wait()
    while _is_there(int(mark.name)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _is_there(int(mark.name))


def _is_there(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
