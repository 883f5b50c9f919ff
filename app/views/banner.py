"""The notice that stands, as a card over the picture. It asks for nothing and blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.state.language import said, told
from app.state.notices import Notice, NoticeAction, NoticeKind, NoticesState
from app.views.icons import glyph, icon
from app.views.theme import is_look_change

_TINTS: dict[NoticeKind, str] = {
    "info": "text_dim",
    "success": "master",
    "error": "danger",
    "question": "accent",
}
_PASSING_MS = 8000
_OFFER_MS = 30_000
_WIDTH = 620


class Banner(QFrame):
    """Shows the notice; an info or a success goes by itself."""

    def __init__(self, notices: NoticesState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._notices = notices
        self._shown: Notice | None = None
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(6)
        close = QToolButton()
        close.setIcon(icon("close"))
        close.setIconSize(QSize(14, 14))
        close.setToolTip(said("Window", "Dismiss"))
        close.setAccessibleName(said("Window", "Dismiss the notice"))
        close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        row.addLayout(self._buttons)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._dismiss)
        notices.changed.connect(self._show)
        parent.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that is shown."""
        return self._text.text() if not self.isHidden() else ""

    def buttons(self) -> list[QPushButton]:
        """Return the buttons of the notice."""
        return self.findChildren(QPushButton)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the top of the parent, in its middle."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """The mark is drawn for one theme."""
        super().changeEvent(event)
        if is_look_change(event) and self._shown is not None:
            self._draw_mark(self._shown)

    def _draw_mark(self, notice: Notice) -> None:
        picture: QPixmap = glyph(notice.kind, 18, _TINTS[notice.kind], self.devicePixelRatioF())
        self._mark.setPixmap(picture)

    def _show(self) -> None:
        notice = self._notices.current
        self._timer.stop()
        self._shown = notice
        if notice is None:
            self.hide()
            return
        self._text.setText(told(notice.text))
        self.setAccessibleName(told(notice.text))
        self.setProperty("kind", notice.kind)
        self.style().polish(self)
        self._draw_mark(notice)
        self._fill_buttons(notice)
        self.show()
        self.raise_()
        self.ensurePolished()
        self._place()
        if notice.kind == "success" or (notice.kind == "info" and not notice.actions):
            self._timer.start(_OFFER_MS if notice.actions else _PASSING_MS)

    def _fill_buttons(self, notice: Notice) -> None:
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for index, action in enumerate(notice.actions):
            button = QPushButton(told(action.label))
            if index == 0:
                button.setProperty("primary", "true")
            button.clicked.connect(_Press(self._notices, notice, action, button).run)
            self._buttons.addWidget(button)

    def _dismiss(self) -> None:
        if self._shown is not None:
            self._notices.dismiss(self._shown)

    def _place(self) -> None:
        room = self.parentWidget()
        if room is None or self.isHidden():
            return
        width = min(_WIDTH, room.width() - 24)
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        height = layout.totalHeightForWidth(width)
        self.setGeometry((room.width() - width) // 2, 12, width, max(40, height))


class _Press(QObject):
    """A press of a notice's button: the notice goes, then the action runs."""

    def __init__(
        self, notices: NoticesState, notice: Notice, action: NoticeAction, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._notices = notices
        self._notice = notice
        self._action = action

    def run(self) -> None:
        self._notices.dismiss(self._notice)
        self._action.run()
