"""Try the window with the fake engine: ``python -m tests.app.application.dev [--film] [--slow S]``.

Not a test. ``--film`` fills a new film with drawn boards; ``--slow`` is the time of one step.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication

from app.application.editor import EditorApp, Places, run
from app.timeline.edits import add_media, add_shot, place_keyframe
from app.timeline.project import Keyframe, Project, Shot
from app.timeline.storage import import_image
from app.views.theme import apply_theme
from tests.app.boards import draw_board
from tests.app.fake_engine import FakeEngine

CAPTIONS = (
    ("Dawn over the valley. The camera drifts towards the house.", 96, "cut", (0, 38, 95)),
    ("A light goes on in the window.", 56, "continue", (0,)),
    ("She steps out and looks up.", 48, "cut", (12,)),
    ("Clouds race over the hills.", 72, "cut", (0, 45)),
    ("Night. The last light goes out.", 60, "cut", (0, 59)),
)


def small_film(folder: Path) -> Project:
    """Return a film of five shots whose boards lie in ``folder``."""
    film = Project(caption="A quiet valley, warm light, 35 mm.", seed=7)
    number = 0
    for caption, num_frames, join, frames in CAPTIONS:
        shot = Shot(caption=caption, num_frames=num_frames, join=join)
        film = add_shot(film, shot)
        for frame in frames:
            path = draw_board(folder / "boards" / f"board {number + 1}.png", number)
            item = import_image(folder, path, 960, 540)
            film = add_media(film, [item])
            media = next(known.id for known in film.media if known.sha256 == item.sha256)
            exact = frame == 45
            film = place_keyframe(film, shot.id, Keyframe(media=media, frame=frame, exact=exact))
            number += 1
    return film


def main() -> int:
    """Show the window until it is closed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--film", action="store_true")
    parser.add_argument("--slow", type=float, default=0.4)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--die-after", type=float, default=0.0)
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    apply_theme(app)
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    with loop, tempfile.TemporaryDirectory() as name:
        loop.run_until_complete(_session(Path(name), options))
    return 0


async def _session(root: Path, options: argparse.Namespace) -> None:
    engine = FakeEngine(step_s=options.slow, num_steps=options.steps)
    editor = EditorApp(engine, Places(root / "settings.json", root / "untitled"))
    editor.begin(None)
    if options.film:
        editor.editor.do("Demo", lambda _: small_film(editor.editor.folder))
    editor.window.viewer.preview_painted.connect(lambda ms: print(f"preview painted {ms:.1f} ms"))
    if options.die_after:
        asyncio.get_running_loop().call_later(options.die_after, engine.die)
    await run(editor)


if __name__ == "__main__":
    sys.exit(main())
