"""An editor with a real engine that exports a film of footage, in a process that can be killed.

python editor.py ROOT begin     asks for the movie, says "writing ENGINE" while it is written
python editor.py ROOT go_on     opens the film again, goes on with what is offered
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

import qasync
from PySide6.QtWidgets import QApplication

from app.client.process import ProcessClient
from app.state.job_entries import Finished
from app.timeline.exporting import ExportChoices
from tests.app.conftest import Studio
from tests.app.state.test_queue_keeping import film_of_footage

NUM_FRAMES = 480
PATIENCE_S = 120


async def begin(studio: Studio, client: ProcessClient, output: Path) -> None:
    """Have the movie written; say so when it is well under way."""
    app = studio.app
    items = app.editor.project.footage
    await studio.until(lambda: all(app.copies.path(item) for item in items), PATIENCE_S)
    choices = ExportChoices(timecode="01:00:00:00", proves_footage=True)
    assert app.jobs.render(choices, output, replaces=True)

    def is_written() -> bool:
        progress = app.jobs.running.progress if app.jobs.running else None
        return progress is not None and progress.step >= 24

    await studio.until(is_written, PATIENCE_S)
    print(f"writing {client.pid}", flush=True)
    await ended(studio)


async def go_on(studio: Studio, client: ProcessClient, output: Path) -> None:
    """Answer what is offered with yes, and wait for the movie."""
    said: list[str] = []
    for label in ("Go on", "Write"):
        notice = studio.app.notices.current
        assert notice is not None, said
        said.append(notice.text)
        (action,) = [action for action in notice.actions if action.label == label]
        studio.app.notices.dismiss(notice)
        action.run()
    await ended(studio)
    print(json.dumps(said), flush=True)


async def ended(studio: Studio) -> None:
    """Wait until nothing runs; all must have come out."""
    await studio.until(lambda: not studio.app.jobs.is_active, PATIENCE_S)
    assert [type(e.status) for e in studio.app.jobs.entries][-1:] == [Finished]
    print("done", flush=True)


async def session(studio: Studio, client: ProcessClient, root: Path, name: str) -> None:
    """Open the film, do one of both, and end as a user would."""
    studio.app.begin(root / "footage.sdproj")
    studio.app.window.show()
    studio.app.jobs.start()
    await studio.settle()
    try:
        await {"begin": begin, "go_on": go_on}[name](studio, client, root / "out" / "film.mp4")
    finally:
        await studio.app.end()


def main() -> None:
    """Run one session."""
    root = Path(sys.argv[1])
    if not (root / "footage.sdproj").exists():
        (root / "out").mkdir()
        film_of_footage(root, NUM_FRAMES)
    app = QApplication([])
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    client = ProcessClient()
    studio = Studio(loop, root, client)
    with loop:
        loop.run_until_complete(session(studio, client, root, sys.argv[2]))


if __name__ == "__main__":
    main()
