"""Keeps the translations in line with the code: collects every text, merges, compiles.

    python packaging/languages.py           # after texts were changed: update .ts and .qm
    python packaging/languages.py --check   # says what is out of date, changes nothing

Texts come from three places: calls of ``said`` and ``counted``; tables whose words are said where
they are shown (the commands, the menus); and the sentences of states, document and media, which
are told where they are shown. Python's own syntax tree finds them all. They are handed to Qt's
lupdate as one plain file, so that what was translated is kept, and what is gone is marked so.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "languages"
LANGUAGES = ("zh_CN",)
SENTENCES = FOLDER / "sentences.txt"
TOLD = "Sentences"

TOLD_FILES = (
    *("app/state/**/*.py", "app/timeline/**/*.py", "app/media/**/*.py"),
    "app/views/timeline/*gestures.py",  # they name undo steps
)
"""What is written here is told where it is shown, unless it is said in place."""

SINGLE_WORDS = ("draft", "master", "board", "shot", "keyframe", "marker", "sound")
TEMPLATES = (
    *("{count} shots", "{count} keyframes", "{count} markers", "{count} sounds"),
    *(f"{verb} sound" for verb in ("Move", "Mute", "Unmute", "Change gain of", "Delete")),
    *(f"{verb} {{count}} sounds" for verb in ("Mute", "Unmute", "Change gain of", "Delete")),
)
"""Parts that sentences are put together from, and names of steps that are put together."""

_MUTE_CALLS = {
    *("said", "counted", "translate", "getLogger", "getattr", "compile", "fullmatch", "match"),
    *("sub", "findall", "split", "replace", "removeprefix", "removesuffix", "strftime", "warning"),
    *("exception", "debug", "TypeVar", "Literal", "setObjectName", "Path", "user_data_dir"),
    *("with_name", "with_suffix", "startswith", "endswith", "field", "namedtuple"),
}
_ELSEWHERE = re.compile("/interchange/|/media/(timeline_|contact_sheet)")
"""Speaks to the command line, which is English."""

_KEY = re.compile(
    r"((Ctrl|Alt|Shift|Meta|Control)(\+|$))+.*|Up|Down|Left|Right|Home|End|Tab|Backtab|Esc|Del"
    r"|Backspace|Space|Sentences|Return|Enter|DaVinci Resolve|Premiere Pro|SmartDirector.*"
)
"""Names of keys and of programs are what they are."""

_MUTE_KEYWORDS = {"merge", "merge_key", "key", "pattern", "prefix", "suffix"}


@dataclass(frozen=True)
class Text:
    """A text to translate; ``one`` is the English for exactly one, of texts that count."""

    context: str
    source: str
    one: str = ""


def collect() -> list[Text]:
    """Return every text of the program, each once."""
    found = [*_said(), *_tables(), *(Text(TOLD, sentence) for sentence in sentences())]
    return list(dict.fromkeys(found))


def sentences() -> list[str]:
    """Return what states, document and media say, with ``{places}``."""
    found: list[str] = []
    for pattern in TOLD_FILES:
        for path in sorted(ROOT.glob(pattern)):
            if _ELSEWHERE.search(path.as_posix()):
                continue
            collector = _Sentences()
            collector.visit(ast.parse(path.read_text(encoding="utf-8")))
            found += collector.found
    return sorted({*found, *SINGLE_WORDS, *TEMPLATES})


def _said() -> Iterator[Text]:
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in {"said", "counted"}:
                continue
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            texts = [word for word in words if isinstance(word, str)]
            if len(texts) == 2 and node.func.id == "said":
                yield Text(texts[0], texts[1])
            elif len(texts) == 3:
                yield Text(*texts)


def _tables() -> Iterator[Text]:
    """Yield the words of tables, which are said by whoever shows them."""
    sys.path.insert(0, str(ROOT))
    from app.state.export_words import ENCODER_NAMES
    from app.state.job_entries import KIND_NAMES, STAGE_NAMES
    from app.views import dialogs, footage_commands, sound_commands, transport
    from app.views.commands import SPECS
    from app.views.export import film
    from app.views.inspector import footage, generation, model_choice
    from app.views.keyboard import window as keyboard
    from app.views.menus import MENUS
    from app.views.palette import entries
    from app.views.takes import joins, panel
    from app.views.takes.stars import RATING_TIP
    from app.views.timeline import empty, paint_grid
    from engine.protocol.formats import FORMATS

    for spec in SPECS.values():
        yield from (Text("Commands", words) for words in (spec.text, spec.tip) if _is_words(words))
    yield from (Text("Menus", part) for title in MENUS for part in title.split(">"))
    tables: dict[str, Sequence[str]] = {
        "State": [*KIND_NAMES.values(), *STAGE_NAMES.values()],
        "Inspector": [
            model_choice._OTHER_MODEL,
            *(text for _, *words in footage._ROOMS + footage._METHODS for text in words),
            *(text for _, text in footage._BUTTONS),
            *(words for _, words in generation._UPSAMPLINGS + generation._HEAD_COLOURS),
            *(
                text
                for _, *pair, tip in generation._DRAFT_NUMBERS
                for text in (*pair, tip)
                if isinstance(text, str)
            ),
        ],
        "Palette": [*entries._NEEDS.values()],
        "Export": [
            *(words for row in FORMATS.values() for words in (row.label, row.purpose)),
            *ENCODER_NAMES.values(),
            *film.PEM,
        ],
        "Preflight": ["problem", "warning", "note"],
        "Takes": [*joins._KINDS.values(), panel._NO_FILM, panel._NO_TAKE, RATING_TIP],
        "Timeline": [*empty._LINES, *paint_grid.HEAD_NAMES.values()],
        "Viewer": [words for _, *pair in transport.SOURCES for words in pair],
        "Window": [
            dialogs.IMAGES,
            dialogs.KEY_MAPS,
            sound_commands.SOUNDS,
            footage_commands.MOVIES,
            footage_commands.MEDIA,
            *filter(None, keyboard._COLUMNS),
        ],
    }
    for context, words in tables.items():
        yield from (Text(context, word) for word in words)


def _is_words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2,}", text))


class _Sentences(ast.NodeVisitor):
    """Finds prose; keys, names of files and what is said in place already are none."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        return

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_arg(self, node: ast.arg) -> None:
        return

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body):
            self.visit(part)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg not in _MUTE_KEYWORDS:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in _MUTE_CALLS:
            self.visit(node.func)
            return
        if name == "ValueError":
            return  # a fault in a file or in the program; its details are not for reading aloud
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and _is_prose(node.value):
            self.found.append(node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        names: dict[str, int] = {}
        parts: list[str] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                parts.append(f"{{{_place(value.value, names)}}}")
                self.visit(value.value)
            elif isinstance(value, ast.Constant):
                parts.append(str(value.value).replace("{", "{{").replace("}", "}}"))
        text = "".join(parts)
        if _is_prose(re.sub(r"\{\w+\}", "x", text)):
            self.found.append(text)


def _place(value: ast.expr, names: dict[str, int]) -> str:
    """Name a place of a template for its translators: by what stands there."""
    inner = value
    while isinstance(inner, ast.Call) and inner.args:
        inner = inner.args[0]
    if isinstance(inner, ast.BinOp | ast.BoolOp):
        inner = inner.left if isinstance(inner, ast.BinOp) else inner.values[0]
    name = getattr(inner, "attr", getattr(inner, "id", "part")).strip("_") or "part"
    names[name] = names.get(name, 0) + 1
    return name if names[name] == 1 else f"{name}{names[name]}"


def _is_prose(text: str) -> bool:
    if _KEY.fullmatch(text) or re.search(r"%[sdr]|\[|\.png$", text):
        return False
    starts = re.match(r"^[“A-Z][a-zé]", text) and not re.fullmatch(r"[A-Z][a-z]+[A-Z]\w*", text)
    flows = re.search(r"[a-z]{2,}[,;:]? [a-z0-9“(]", text)
    return bool(re.search(r"[A-Za-z]{2,}", text)) and bool(starts or flows)


def _plain_source(texts: Sequence[Text]) -> str:
    """Return code that says nothing but the texts, as lupdate reads it best."""
    lines = ["def texts(n):"]
    for text in texts:
        source = _quoted(text.source)
        comment = f", {_quoted(text.one)}, 1" if text.one else ""
        lines.append(f'    QCoreApplication.translate("{text.context}", {source}{comment})')
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _tool(name: str) -> str:
    import PySide6

    return str(next(Path(PySide6.__path__[0]).rglob(name)))


def update(folder: Path) -> None:
    """Bring sentences, .ts and .qm in ``folder`` in line with the code."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [sentence.replace("\n", "\\n") for sentence in sentences()]
    (folder / SENTENCES.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as made:
        source = Path(made) / "texts.py"
        source.write_text(_plain_source(collect()), encoding="utf-8")
        for language in LANGUAGES:
            catalogue = folder / f"{language}.ts"
            common = ["-locations", "none", "-no-obsolete", "-source-language", "en"]
            target = ["-target-language", language, "-ts", str(catalogue)]
            subprocess.run([_tool("lupdate"), str(source), *common, *target], check=True)
            compiled = ["-qm", str(catalogue.with_suffix(".qm"))]
            subprocess.run([_tool("lrelease"), "-silent", str(catalogue), *compiled], check=True)


def outdated() -> list[str]:
    """Return the names of the files that an update would change."""
    with tempfile.TemporaryDirectory() as made:
        copy = Path(made)
        for path in FOLDER.glob("*.ts"):
            (copy / path.name).write_bytes(path.read_bytes())
        update(copy)
        return [
            path.name
            for path in sorted(copy.iterdir())
            if not (FOLDER / path.name).is_file()
            or (FOLDER / path.name).read_bytes() != path.read_bytes()
        ]


def main() -> int:
    """Run the command line; 1 where a check found something."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--check", action="store_true", help="say what is out of date")
    if parser.parse_args().check:
        names = outdated()
        print("\n".join(names) or "up to date")
        return 1 if names else 0
    update(FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main())
