"""The one entry of SmartDirector: editor, demo, new, render, test and the engine process.

Knows which command is answered by which module, and what to say when that cannot be done.
Does not know how the environment is made (packaging/bootstrap) nor anything of the editor or the
engine: those are imported only once the environment stands. Standard library only, and written to
parse on Python 3.6, so that an old Python can be told that it is too old.
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
MIN_PYTHON = (3, 11)

USAGE = """\
usage: python3 main.py [PROJECT]         open the editor, with a project folder if one is given, or
                                         with a movie that carries its project
       python3 main.py demo              make a small film from the sample storyboard
       python3 main.py new ...           make a project folder
       python3 main.py render ...        render a project without a window
       python3 main.py formats           list what a movie can be written as
       python3 main.py extend ...        make a movie longer: before, after, or up to another
       python3 main.py upscale ...       make a movie larger and sharper
       python3 main.py frame ...         write a frame of a movie as a picture
       python3 main.py shots ...         split a movie into its shots: a table, a project, pictures
       python3 main.py import ...        make a project of another program's timeline or storyboard
       python3 main.py export ...        write a timeline, a contact sheet or a folder of boards
       python3 main.py data ...          make a dataset of films, look at it, check it
       python3 main.py train ...         train a model, or a LoRA for one, on a dataset of clips
       python3 main.py doctor [--json]   look at this installation, and say what is wrong with it
       python3 main.py test [ARGS ...]   run every check; with ARGS, run only pytest with them
       python3 main.py --help | --version

`new --help`, `render --help` and so on list the options of those commands.
The first start sets up everything that is needed in the folder .venv next to this file.

SMARTDIRECTOR_TORCH=...        how pip shall install torch: a requirement, with options if needed
SMARTDIRECTOR_NO_SETUP=1       use this Python as it is and install nothing
SMARTDIRECTOR_MEND=1           look for damage in .venv first, and mend it
SMARTDIRECTOR_NO_APT=1         never install system packages, only name them
"""

# command -> (module, function, whether the command's own name is handed on)
ANSWERED_BY = {
    "editor": ("app.application.editor", "main", False),
    "demo": ("app.application.cli", "main", True),
    "new": ("app.application.cli", "main", True),
    "render": ("app.application.cli", "main", True),
    "formats": ("app.application.cli", "main", True),
    "extend": ("app.application.cli", "main", True),
    "upscale": ("app.application.cli", "main", True),
    "frame": ("app.application.cli", "main", True),
    "shots": ("app.application.cli", "main", True),
    "import": ("app.application.cli", "main", True),
    "export": ("app.application.cli", "main", True),
    "data": ("engine.data.command", "main", False),
    "train": ("engine.training.command", "main", False),
    "doctor": ("engine.service.doctor", "main", False),
    "--engine": ("engine.service.process", "main", False),
}


def main(argv: "list[str]") -> int:
    """Run one command and return its exit code."""
    if tuple(sys.version_info[:2]) < MIN_PYTHON:
        return fail(too_old_sentence(tuple(sys.version_info[:3])))
    command, rest = split_command(argv)
    if command == "--help":
        print(USAGE, end="")
        return 0
    if command == "--version":
        print("SmartDirector " + version())
        return 0
    if command == "editor":
        mistake = path_mistake(rest)
        if mistake:
            return fail(mistake, code=2)
    try:
        return in_environment(command, argv, rest)
    except KeyboardInterrupt:
        return 130


def split_command(argv: "list[str]") -> "tuple[str, list[str]]":
    """The command, and what follows it. What names no command is the editor's."""
    first = argv[0] if argv else ""
    if first in ("-h", "--help", "help"):
        return "--help", argv[1:]
    if first == "--version":
        return first, argv[1:]
    if first == "test" or (first in ANSWERED_BY and first != "editor"):
        return first, argv[1:]
    return "editor", argv


def path_mistake(rest: "list[str]") -> str:
    """Why the editor could not open its first argument, or nothing. Spares a set-up for a typo."""
    if not rest or rest[0].startswith("-") or Path(rest[0]).exists():
        return ""
    return f"There is no project at {rest[0]!r}, and it is not a command (see --help)."


def too_old_sentence(found: "tuple[int, ...]") -> str:
    """What to tell someone whose Python is too old, naming a newer one when it is on the path."""
    import shutil

    wanted = ".".join(str(n) for n in MIN_PYTHON)
    said = f"Python {wanted} or newer is needed, and this is {'.'.join(map(str, found))}"
    for minor in range(MIN_PYTHON[1] + 3, MIN_PYTHON[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name):
            return f"{said}; start it with: {name} main.py"
    return f"{said}; install a newer Python and start it with that."


def version() -> str:
    """The version in pyproject.toml, read without a TOML parser."""
    with (ROOT / "pyproject.toml").open(encoding="utf-8") as text:
        for line in text:
            if line.startswith("version = "):
                return line.split('"')[1]
    return "unknown"


def in_environment(command: str, argv: "list[str]", rest: "list[str]") -> int:
    """Make sure that the environment stands, then answer the command in it."""
    setup = load_by_path("smartdirector_bootstrap", "bootstrap", "setup")
    try:
        if os.environ.get("SMARTDIRECTOR_NO_SETUP") != "1":
            extras = ("test", "dev") if command == "test" else ()
            # Returns only inside the environment; otherwise this process is replaced.
            setup.enter(ROOT, argv, extras)
        if command == "editor":
            setup.require_screen(ROOT)
        if command == "test":
            checks = load_by_path("smartdirector_bootstrap", "bootstrap", "checks")
            return int(checks.run(ROOT, rest))
        answer = find_answer(command, setup, argv)
    except setup.SetupError as error:
        return fail(str(error))
    except setup.SetupStopped as stopped:
        return fail(str(stopped), code=130)
    if command == "--engine":
        return int(answer())
    return int(answer([command, *rest] if ANSWERED_BY[command][2] else rest))


def find_answer(command: str, setup: Any, argv: "list[str]") -> "Callable[..., int]":
    """The function that answers `command`. A dependency that cannot be imported is mended once."""
    module, function, _ = ANSWERED_BY[command]
    try:
        return getattr(importlib.import_module(module), function)
    except ImportError as error:
        if (error.name or "").split(".")[0] in ("app", "engine"):
            raise  # a fault in SmartDirector itself: hiding its traceback would help nobody
        setup.mend_or_give_up(ROOT, argv, error)
        raise


def load_by_path(package: str, folder: str, module: str) -> Any:
    """Import packaging/`folder`/`module`.py as `package`.`module`, by its place on disk.

    The folder named packaging is never imported by name: half of the dependencies import the PyPI
    package of that name, which must stay the one that is found.
    """
    if package not in sys.modules:
        place = ROOT / "packaging" / folder
        spec = importlib.util.spec_from_file_location(
            package, str(place / "__init__.py"), submodule_search_locations=[str(place)]
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(package + "." + module)


def fail(sentence: str, code: int = 1) -> int:
    """Say why in one sentence, on the error stream, and return the exit code."""
    print("SmartDirector: " + sentence, file=sys.stderr, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
