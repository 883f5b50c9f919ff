"""The film's part of the inspector under the mouse and the keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox

from tests.app.conftest import Studio


def test_a_clicked_size_takes_what_is_typed_until_enter(
    studio: Studio,
) -> None:
    async def story() -> None:
        window = studio.app.window
        window.activateWindow()
        await studio.until(window.isActiveWindow)
        boxes = window.inspector.film.findChildren(QComboBox)
        size = next(box for box in boxes if box.accessibleName() == "Frame size")
        text = size.lineEdit()
        assert text is not None
        QTest.mouseClick(text, Qt.MouseButton.LeftButton, pos=text.rect().center())
        typing = QApplication.focusWidget()
        assert typing is not None
        QTest.keyClick(typing, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(typing, "640 x 360")
        QTest.keyClick(typing, Qt.Key.Key_Return)
        film = studio.app.editor.project.format
        assert (film.width, film.height) == (640, 360)
        assert QApplication.focusWidget() is window.timeline  # whose keys are the window's

    studio.play(story)
