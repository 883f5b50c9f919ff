"""Python's cyclic garbage is collected in the window's thread only.

A collection may start in whichever thread happens to allocate. If that is a decoding thread and the
garbage holds widgets or timers, Qt objects are destroyed outside their thread, which can crash.

A full collection looks at every object there is. Most belong to modules, classes and the window,
which live as long as the program: ``settled`` takes them out of all later ones, which would each
hold a drag up for some frames otherwise.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 2000


class Collecting(QObject):
    """Collects now and then, in its own thread, for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def settled(self) -> None:
        """Never look again at what is there now: call it once all of that is there to stay."""
        gc.collect()
        gc.freeze()

    def collect(self) -> None:
        """Collect as much as Python itself would have by now."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
