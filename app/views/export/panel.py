"""The window in which one chooses how the film is written, and begins it. It blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.state.export_words import is_short, making_words, room_words, summary, writing_words
from app.state.exporting import ExportState
from app.state.language import said, told
from app.state.workspace import Workspace
from app.timeline.export_presets import preset
from app.views.dialogs import Dialogs
from app.views.export.encoding import EncodingFields
from app.views.export.film import FilmFields
from app.views.export.place import PlaceFields
from app.views.export.preset_list import PresetList
from app.views.icons import icon
from app.views.inspector.fields import Rule
from app.views.side_window import SideWindow


class ExportPanel(SideWindow):
    """Presets at the left, what they leave to choose at the right, what comes of it below."""

    def __init__(self, workspace: Workspace, owner: QWidget) -> None:
        super().__init__(said("Export", "Export"), owner, 760, 600)
        self.setObjectName("exportPanel")
        self.setMinimumSize(620, 440)
        self._state: ExportState = workspace.exporting
        self._workspace = workspace
        dialogs = Dialogs(self, workspace.settings)
        self.presets = PresetList(self._state)
        self.encoding = EncodingFields(self._state)
        self.film = FilmFields(self._state, dialogs)
        self.place = PlaceFields(self._state, dialogs)
        self.place.setObjectName("exportBody")
        self.place.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = QLabel()
        self._title.setObjectName("exportTitle")
        self._purpose = _label("dim")
        self._summary = _label("faint")
        self.facts = _label("dim")
        self.room = _label("faint")
        self.why_not = _label("dim")
        policy = self.why_not.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.why_not.setSizePolicy(policy)
        self.begin = QPushButton(said("Export", "Export"))
        self.begin.setProperty("primary", "true")
        self.begin.setIcon(icon("render", "on_accent"))
        self.begin.clicked.connect(self._begin)
        self.leave = QPushButton(said("Export", "Close"))
        self.leave.clicked.connect(self.close)
        self._build()
        self._state.changed.connect(self._show)

    def open(self) -> None:
        """Come to the front, as the film is now."""
        self._state.open()
        self._show_all()
        super().open()
        self.presets.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        self._state.close_view()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter begins; Enter alone only confirms a field."""
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._begin()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A window that is brought up again shows the disk as it is."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._state.look_again()

    def _build(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 2)
        head.setSpacing(3)
        for label in (self._title, self._purpose, self._summary):
            head.addWidget(label)
        body = QWidget()
        body.setObjectName("exportBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        for form in (self.encoding, Rule(), self.film):
            column.addWidget(form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("exportScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.presets)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(scroll, 1)
        right.addWidget(Rule())
        right.addWidget(self.place)
        upper.addLayout(right, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.facts, self.room, self.why_not):
            words.addWidget(label)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addLayout(words, 1)
        for button in (self.leave, self.begin):
            foot.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(upper, 1)
        whole.addWidget(Rule())
        whole.addLayout(foot)

    def _show(self) -> None:
        if self.isVisible():  # a hidden one is written when it is opened
            self._show_all()

    def _show_all(self) -> None:
        state, project = self._state, self._workspace.editor.project
        known = preset(state.preset_name)
        is_custom = known is None
        title = said("Export", "Custom")
        if known is not None:
            title = told(known.words)
        elif any(mine.name == state.preset_name for mine in state.own):
            title = state.preset_name
        self._title.setText(title)
        purpose = said("Export", state.choices.row.purpose)
        purpose = said("Export", "{purpose}.", purpose=f"{purpose[:1].upper()}{purpose[1:]}")
        self._purpose.setText(told(known.purpose) if known is not None else purpose)
        self._summary.setText(summary(project, state.choices))
        self.presets.show_state()
        self.encoding.show_state(project, is_custom=is_custom)
        self.film.show_state(project, is_custom=is_custom)
        self.place.show_state()
        for form in (self.encoding, self.film, self.place):
            for row in form.rows:
                if row.about is not None:
                    row.refuse(told(state.refusal(row.about)))
        self._show_foot()

    def _show_foot(self) -> None:
        state, outlook = self._state, self._state.outlook
        free = state.destination.free_bytes if state.destination else None
        here = state.project_free_bytes
        making = making_words(outlook)
        writing = writing_words(outlook, said("Export", state.choices.row.label))
        self.facts.setText("\n".join(line for line in (making, writing) if line))
        room = room_words(outlook, free, here)
        self.room.setText(room)
        self.room.setVisible(bool(room))
        _mark(self.room, "amber" if is_short(outlook, free, here) else "faint")
        why_not = told(state.why_not)
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))
        is_refused = bool(state.refusals)
        _mark(self.why_not, "danger" if is_refused else "amber")
        self.begin.setEnabled(not why_not)
        self.begin.setToolTip(why_not or said("Export", "Put it into the queue (Ctrl+Enter)"))

    def _begin(self) -> None:
        if self._state.start():
            self.close()


def _label(kind: str) -> QLabel:
    label = QLabel()
    label.setProperty(kind, "true")
    label.setWordWrap(True)
    return label


def _mark(label: QLabel, kind: str) -> None:
    if label.property(kind) == "true":
        return
    for name in ("amber", "danger", "dim", "faint"):
        label.setProperty(name, "true" if name == kind else "false")
    label.style().unpolish(label)
    label.style().polish(label)
