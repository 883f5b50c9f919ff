"""A tiny project with main.py, the real set-up and made-up wheels, so that real processes can be
watched without a network."""

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

REPOSITORY = Path(__file__).resolve().parents[2]

PYPROJECT = """\
[project]
name = "smartdirector"
version = "9.8.7"
requires-python = ">=3.11"
dependencies = ["tiny-base>=1"]
[project.optional-dependencies]
test = ["tiny-extra"]
dev = ["smartdirector[test]"]
"""
CLI = """\
import sys, tiny_base
def main(argv):
    print("cli", *argv)
    return 7 if "seven" in argv else 0
"""
EDITOR = """\
def main(argv):
    print("editor", *argv)
    return 0
"""
ENGINE = """\
def main():
    print("engine")
    return 0
"""


@dataclass
class TinyProject:
    """A project folder that is set up with made-up wheels."""

    root: Path
    wheels: Path
    extra_environ: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    @property
    def site_packages(self) -> Path:
        if sys.platform == "win32":
            return self.venv / "Lib" / "site-packages"
        return next((self.venv / "lib").glob("python3*/site-packages"))

    @property
    def log(self) -> str:
        return (self.root / ".venv-setup.log").read_text("utf-8")

    def environ(self) -> dict[str, str]:
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("SMARTDIRECTOR_", "PIP_", "PYTHON"))
        }
        kept |= {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
        kept |= {"PIP_FIND_LINKS": str(self.wheels), "SMARTDIRECTOR_NO_APT": "1"}
        kept |= {"QT_QPA_PLATFORM": "offscreen"}
        return kept | self.extra_environ

    def launch(self, *argv: str, **environ: str) -> "subprocess.Popen[str]":
        # The base interpreter, as a user has it: the tests themselves may run in an environment.
        base = getattr(sys, "_base_executable", sys.executable)
        return subprocess.Popen(
            [base, str(self.root / "main.py"), *argv],
            env=self.environ() | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self, *argv: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        child = self.launch(*argv, **environ)
        out, err = child.communicate(timeout=60)
        return subprocess.CompletedProcess(argv, child.returncode, out, err)

    def replace_pip(self, script: str) -> None:
        """Let `python -m pip` run `script`, which can hand over to the real pip by `real()`."""
        entry = self.site_packages / "pip" / "__main__.py"
        real = entry.with_name("__real__.py")
        if not real.exists():
            entry.rename(real)
            # Without a recorded size the new file does not look damaged to the set-up.
            record = next(self.site_packages.glob("pip-*.dist-info")) / "RECORD"
            rows = record.read_text("utf-8").splitlines()
            rows = ["pip/__main__.py,," if r.startswith("pip/__main__.py,") else r for r in rows]
            record.write_text("\n".join(rows) + "\n", "utf-8")
        head = "import runpy, sys, time\ndef real(): runpy.run_module('pip.__real__', "
        entry.write_text(head + "run_name='__main__')\n" + script)

    def restore_pip(self) -> None:
        real = self.site_packages / "pip" / "__real__.py"
        real.replace(real.with_name("__main__.py"))


def wait_for(path: Path, limit_s: float = 20) -> None:
    """Wait until `path` is there."""
    deadline_s = time.monotonic() + limit_s
    while not path.exists():
        assert time.monotonic() < deadline_s, f"{path} did not come about"
        time.sleep(0.02)


def make_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    """A wheel with the given files, good enough for pip."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{info}/RECORD,,"]
    for path, text in files.items():
        digest = urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}")
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in (files | {f"{info}/RECORD": "\n".join(rows) + "\n"}).items():
            archive.writestr(path, text)
    return wheel


def make_project(root: Path, wheels: Path) -> TinyProject:
    shutil.copytree(REPOSITORY / "packaging" / "bootstrap", root / "packaging" / "bootstrap")
    shutil.copy(REPOSITORY / "main.py", root)
    (root / "pyproject.toml").write_text(PYPROJECT)
    for path, text in {
        "app/application/cli.py": CLI,
        "app/application/editor.py": EDITOR,
        "engine/service/process.py": ENGINE,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return TinyProject(root, wheels)


def load_main() -> ModuleType:
    if "smartdirector_main" not in sys.modules:
        spec = spec_from_file_location("smartdirector_main", REPOSITORY / "main.py")
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules["smartdirector_main"] = module
    return importlib.import_module("smartdirector_main")
