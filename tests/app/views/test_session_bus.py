"""What goes over a real session bus, read by another process as a desktop would."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

SENDER = """
import subprocess, sys, time
from PySide6.QtCore import QCoreApplication
from app.views.session_bus import has_bus, notify, show_progress

app = QCoreApplication([])
assert has_bus()
monitor = subprocess.Popen(["dbus-monitor", "--session"], stdout=subprocess.PIPE, text=True)
monitor.stdout.readline()
time.sleep(0.3)
show_progress("application://smartdirector.desktop", {"progress": 0.42, "progress-visible": True})
notify("SmartDirector", "2 takes are ready.")
time.sleep(0.3)
monitor.terminate()
print(monitor.stdout.read())
"""


@pytest.mark.skipif(
    not all(map(shutil.which, ("dbus-run-session", "dbus-monitor"))), reason="needs D-Bus"
)
def test_a_desktop_hears_of_progress_and_messages() -> None:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", SENDER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    heard = done.stdout
    assert "interface=com.canonical.Unity.LauncherEntry; member=Update" in heard
    assert 'string "application://smartdirector.desktop"' in heard
    assert "double 0.42" in heard
    assert "boolean true" in heard
    assert "interface=org.freedesktop.portal.Notification; member=AddNotification" in heard
    assert 'string "2 takes are ready."' in heard
