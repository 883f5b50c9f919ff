"""The offer to somebody new: a card on the empty picture that needs no answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.state.language import said
from app.state.tour import TourState

_WIDTH = 430


class Welcome(QFrame):
    """Offers the sample and the tour while the film is empty; goes with the first board.

    Args:
        begin: opens the sample and begins the tour.
        home: the widget it lies on; what is dropped on the card falls through to it.
    """

    def __init__(self, tour: TourState, begin: Callable[[], object], home: QWidget) -> None:
        super().__init__(home)
        self.setObjectName("welcome")
        self._tour = tour
        self._home = home
        title = QLabel(said("Tour", "New here?"))
        title.setObjectName("tourTitle")
        words = QLabel(
            said("Tour", "Open the sample film and see in seven steps how boards become a movie.")
        )
        words.setWordWrap(True)
        words.setProperty("dim", "true")
        self.begin_button = QPushButton(said("Tour", "Open the sample and show me round"))
        self.begin_button.setProperty("primary", "true")
        self.begin_button.clicked.connect(begin)
        self.decline_button = QPushButton(said("Tour", "Not now"))
        self.decline_button.setProperty("flat", "true")
        self.decline_button.setToolTip(said("Tour", "The Help menu has it whenever you like"))
        self.decline_button.clicked.connect(tour.decline)
        for button in (self.begin_button, self.decline_button):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.begin_button)
        row.addWidget(self.decline_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(words)
        column.addSpacing(2)
        column.addLayout(row)
        tour.changed.connect(self._show)
        home.installEventFilter(self)
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the picture."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _show(self) -> None:
        self.setVisible(self._tour.is_offered)
        self._place()

    def _place(self) -> None:
        layout = self.layout()
        assert layout is not None
        width = min(_WIDTH, self._home.width() - 24)
        height = layout.totalHeightForWidth(width)
        left = (self._home.width() - width) // 2
        self.setGeometry(left, self._home.height() - height - 16, width, height)
