"""A process that has imported everything and forks: one child for each run of a scenario.

Reads one JSON request a line and answers with how the child ended: ``ok``, ``killed``, or the
exception that it ended by. It never computes itself, so that its children may.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.faults.injection import Fault, Injection
from tests.faults.scenarios import begin, make_world


def run(request: dict[str, str]) -> dict[str, str]:
    """Run a request in a child; return how it ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        ending = "ok"
        try:
            _work(request)
        except BaseException as error:
            traceback.print_exc()
            ending = f"{type(error).__name__}: {error}"
        os.write(writer, ending.encode())
        os._exit(0)
    os.close(writer)
    said = b"".join(iter(lambda: os.read(reader, 65536), b"")).decode()
    os.close(reader)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        is_ours = os.WTERMSIG(status) == signal.SIGKILL
        return {"ending": "killed" if is_ours else f"signal {os.WTERMSIG(status)}"}
    return {"ending": said}


def _work(request: dict[str, str]) -> None:
    root = Path(request["root"])
    if request["scenario"] == "world":
        make_world(root)
        return
    fault = Fault(request["point"], request["way"]) if request.get("point") else None
    layer = Injection(root, Path(request["trace"]), fault)
    layer.lay_on()
    begin(request["scenario"], root, layer)


def main() -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(run(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
