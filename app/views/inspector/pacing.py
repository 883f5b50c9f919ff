"""Choose the pacing of the selected shot; hovering a choice shows it in the timeline first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.state.language import said
from app.state.pacing import PacingState
from app.timeline.pacing import Pacing
from app.timeline.project import Shot
from app.views.inspector.fields import ChoiceField


class _PacingChoice(ChoiceField):
    """A choice that tells when its list has gone.

    Signals:
        closed: the list is not open any more.
    """

    closed = Signal()

    def hidePopup(self) -> None:
        """Tell that nothing is hovered any more."""
        super().hidePopup()
        self.closed.emit()


class _NameField(QLineEdit):
    """A name that Escape gives up.

    Signals:
        given_up: Escape was pressed.
    """

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape gives up."""
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class PacingField(QWidget):
    """The pacing of a shot, and what can be done with pacings."""

    def __init__(self, pacing: PacingState) -> None:
        super().__init__()
        self._pacing = pacing
        self._shot: Shot | None = None
        self._renamed = ""
        self.choice = _PacingChoice(said("Inspector", "Pacing of the shot"))
        self.choice.setPlaceholderText(said("Inspector", "As it stands"))
        self.choice.setToolTip(
            said("Inspector", "Re-time the boards of this shot; hover to see it in the timeline")
        )
        self.choice.activated.connect(self._apply)
        self.choice.highlighted.connect(self._try_out)
        self.choice.closed.connect(pacing.end_preview)
        self.more = QToolButton()
        self.more.setText("…")
        self.more.setAccessibleName(said("Inspector", "More about pacings"))
        self.more.setToolTip(
            said("Inspector", "Keep this shot's pacing, rename and delete your own")
        )
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self.fill_menu)
        self.more.setMenu(self.menu)
        self.name = _NameField()
        self.name.setAccessibleName(said("Inspector", "Name of the pacing"))
        self.name.setPlaceholderText(said("Inspector", "Name, then Enter"))
        self.name.setMaxLength(60)
        self.name.returnPressed.connect(self._name_entered)
        self.name.given_up.connect(self.name.hide)
        self.name.hide()
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.choice, 1)
        row.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.name)
        self.setFocusProxy(self.choice)
        pacing.changed.connect(self._show)
        pacing.name_wanted.connect(partial(self._ask, ""))

    def show_shot(self, shot: Shot) -> None:
        """Show the pacing of a shot."""
        if self._shot is None or self._shot.id != shot.id:
            self.name.hide()
        self._shot = shot
        self._show()

    def fill_menu(self) -> None:
        """Put into the menu what can be done now."""
        self.menu.clear()
        keep = self._action(
            said("Inspector", "Keep the shot's length"), self._pacing.keep_length, self.menu
        )
        keep.setCheckable(True)
        keep.setChecked(self._pacing.keeps_length)
        keep.setToolTip(
            said(
                "Inspector",
                "Scale a pacing to the shot; otherwise the shot gets the pacing's length",
            )
        )
        self.menu.addSeparator()
        save = self._action(
            said("Inspector", "Save this shot's pacing as…"),
            lambda _: self._pacing.ask_for_name(),
            self.menu,
        )
        save.setEnabled(self._shot is not None and bool(self._shot.keyframes))
        own = self._pacing.own
        for known in own:
            menu = self.menu.addMenu(known.name)
            self._action(said("Inspector", "Rename…"), self._asking(known.name), menu)
            self._action(said("Inspector", "Delete"), self._deleting(known.name), menu)

    def _asking(self, name: str) -> Callable[[bool], object]:
        return lambda _: self._ask(name)

    def _deleting(self, name: str) -> Callable[[bool], object]:
        return lambda _: self._pacing.delete(name)

    def _action(self, text: str, call: Callable[[bool], object], menu: QMenu) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(call)
        return action

    def _show(self) -> None:
        shot = self._shot
        if shot is None:
            return
        names = [pacing.name for pacing in self._pacing.all]
        current = self._pacing.current(shot)
        with QSignalBlocker(self.choice):
            if names != [self.choice.itemText(n) for n in range(self.choice.count())]:
                self.choice.clear()
                for pacing in self._pacing.all:
                    self.choice.addItem(pacing.name)
                    tip = _described(pacing)
                    self.choice.setItemData(
                        self.choice.count() - 1, tip, Qt.ItemDataRole.ToolTipRole
                    )
            self.choice.setCurrentIndex(names.index(current.name) if current else -1)
        self.choice.setEnabled(bool(shot.keyframes))

    def _apply(self, index: int) -> None:
        self._pacing.apply(self.choice.itemText(index))
        self._show()

    def _try_out(self, index: int) -> None:
        self._pacing.try_out(self.choice.itemText(index))

    def _ask(self, renamed: str) -> None:
        self._renamed = renamed
        self.name.setText(renamed)
        self.name.show()
        self.name.setFocus()
        self.name.selectAll()

    def _name_entered(self) -> None:
        text = self.name.text()
        old = self._renamed
        done = self._pacing.rename(old, text) if old else self._pacing.save(text)
        self.name.setVisible(not done)


def _described(pacing: Pacing) -> str:
    if pacing.length_s is None:
        return said("Inspector", "All boards hold equally long; the shot keeps its length")
    times = ", ".join(f"{time:g}" for time in pacing.times_s[:6])
    more = " …" if len(pacing.times_s) > 6 else ""
    return said(
        "Inspector",
        "Boards at {times}{more} s; the shot ends at {length_s:g} s",
        times=times,
        more=more,
        length_s=pacing.length_s,
    )
