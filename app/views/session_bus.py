"""What is told to a Linux desktop over D-Bus: progress in its task bar, and messages.

Elsewhere, and where there is no bus, nothing is sent and nobody is troubled with it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusMessage

LAUNCHER = "com.canonical.Unity.LauncherEntry"
_LAUNCHER_PATH = "/com/canonical/unity/launcherentry/smartdirector"
_PORTAL = "org.freedesktop.portal"
_MESSAGE_ID = "smartdirector-jobs"


def has_bus() -> bool:
    """Whether there is a desktop to talk to over D-Bus."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        from PySide6.QtDBus import QDBusConnection
    except ImportError:  # a distribution may package Qt without it
        return False
    return QDBusConnection.sessionBus().isConnected()


def show_progress(application: str, properties: Mapping[str, object]) -> None:
    """Tell docks and task bars about an application.

    Args:
        application: its URI, ``application://name.desktop``.
        properties: ``progress`` from 0 to 1, and ``progress-visible``.
    """
    if has_bus():
        from PySide6.QtDBus import QDBusMessage

        message = QDBusMessage.createSignal(_LAUNCHER_PATH, LAUNCHER, "Update")
        _send(message, [application, dict(properties)])


def notify(title: str, body: str) -> None:
    """Show a message on the desktop through its portal; a newer one replaces it."""
    if has_bus():
        from PySide6.QtDBus import QDBusMessage

        message = QDBusMessage.createMethodCall(
            f"{_PORTAL}.Desktop",
            f"/{_PORTAL}.desktop".replace(".", "/"),
            f"{_PORTAL}.Notification",
            "AddNotification",
        )
        _send(message, [_MESSAGE_ID, {"title": title, "body": body}])


def _send(message: QDBusMessage, arguments: Sequence[object]) -> None:
    from PySide6.QtDBus import QDBusConnection

    message.setArguments(list(arguments))
    QDBusConnection.sessionBus().send(message)
