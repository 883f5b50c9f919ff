"""The few dialogs: choosing files, and the question about unsaved changes.

They are sheets of their window: they stop neither the loop nor a job, a preview or what plays.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.state.language import said
from app.state.settings import SettingsState
from app.timeline.storage import PROJECT_SUFFIX

IMAGES = "Images (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif *.avif);;All files (*)"

KEY_MAPS = "Keyboard maps (*.json)"


class Dialogs:
    """Asks for files, remembering the folder that was looked into last."""

    def __init__(self, parent: QWidget, settings: SettingsState) -> None:
        self._parent = parent
        self._settings = settings

    def images(self, title: str, then: Callable[[list[Path]], object], *, many: bool) -> None:
        """Ask for image files."""
        mode = QFileDialog.FileMode.ExistingFiles if many else QFileDialog.FileMode.ExistingFile
        dialog = self._file_dialog(title, mode, then)
        dialog.setNameFilters(said("Window", IMAGES).split(";;"))
        dialog.open()

    def sounds(self, filters: str, then: Callable[[list[Path]], object]) -> None:
        """Ask for files with sound."""
        mode = QFileDialog.FileMode.ExistingFiles
        dialog = self._file_dialog(said("Window", "Add sound at the playhead"), mode, then)
        dialog.setNameFilters(said("Window", filters).split(";;"))
        dialog.open()

    def project(self, then: Callable[[Path], object]) -> None:
        """Ask for a project folder."""
        dialog = self._file_dialog(
            said("Window", "Open a film (a folder that ends in .sdproj)"),
            QFileDialog.FileMode.Directory,
            lambda paths: then(paths[0]),
        )
        dialog.open()

    def folder(self, title: str, then: Callable[[Path], object]) -> None:
        """Ask for a folder."""
        mode = QFileDialog.FileMode.Directory
        self._file_dialog(title, mode, lambda paths: then(paths[0])).open()

    def loras(self, then: Callable[[list[Path]], object]) -> None:
        """Ask for LoRA files."""
        dialog = self._file_dialog(
            said("Window", "Choose LoRAs"), QFileDialog.FileMode.ExistingFiles, then
        )
        dialog.setNameFilters([said("Window", "LoRA (*.safetensors)")])
        dialog.open()

    def save_project(self, name: str, then: Callable[[Path], object]) -> None:
        """Ask where a film shall be saved."""
        dialog = self._save_dialog(
            said("Window", "Save the film as"), f"{name}{PROJECT_SUFFIX}", then
        )
        dialog.setNameFilters(
            [
                said(
                    "Window",
                    "SmartDirector film (*{suffix})",
                    suffix=PROJECT_SUFFIX,
                )
            ]
        )
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # an existing film is refused
        dialog.open()

    def frame(self, name: str, then: Callable[[Path], object]) -> None:
        """Ask where a single frame shall be written."""
        dialog = self._save_dialog(said("Window", "Save the frame as"), f"{name}.png", then)
        dialog.setNameFilters([said("Window", "PNG image (*.png)")])
        dialog.setDefaultSuffix("png")
        dialog.open()

    def keys_in(self, then: Callable[[Path], object]) -> None:
        """Ask for a keyboard map."""
        mode = QFileDialog.FileMode.ExistingFile
        dialog = self._file_dialog(
            said("Window", "Import keys"), mode, lambda paths: then(paths[0])
        )
        dialog.setNameFilters([said("Window", KEY_MAPS)])
        dialog.open()

    def keys_out(self, then: Callable[[Path], object]) -> None:
        """Ask where the keyboard map shall be written."""
        dialog = self._save_dialog(said("Window", "Export keys to"), "keys.json", then)
        dialog.setNameFilters([said("Window", KEY_MAPS)])
        dialog.setDefaultSuffix("json")
        dialog.open()

    def files(self, title: str, filters: list[str], then: Callable[[list[Path]], object]) -> None:
        """Ask for any number of files that exist."""
        dialog = self._file_dialog(title, QFileDialog.FileMode.ExistingFiles, then)
        dialog.setNameFilters(filters)
        dialog.open()

    def file(self, title: str, filters: list[str], then: Callable[[Path], object]) -> None:
        """Ask for a file that exists."""
        mode = QFileDialog.FileMode.ExistingFile
        dialog = self._file_dialog(title, mode, lambda paths: then(paths[0]))
        dialog.setNameFilters(filters)
        dialog.open()

    def place(
        self, title: str, name: str, words: str, suffix: str, then: Callable[[Path], object]
    ) -> None:
        """Ask where a file shall be written, or a folder be made when there is no suffix."""
        dialog = self._save_dialog(title, name, then)
        if suffix:
            dialog.setNameFilters([f"{words.partition(' (')[0]} (*{suffix})"])
            dialog.setDefaultSuffix(suffix[1:])
        else:
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # an existing one is refused
        dialog.open()

    def unsaved(self, name: str, then: Callable[[str], object]) -> None:
        """Ask what shall become of unsaved changes; answers ``save``, ``discard`` or ``cancel``."""
        box = QMessageBox(self._parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle(said("Window", "Unsaved changes"))
        box.setText(said("Window", "Save the changes to “{name}”?", name=name))
        box.setInformativeText(said("Window", "Without a save they are gone."))
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)

        def answered(result: int) -> None:
            if result == buttons.Save.value:
                then("save")
            elif result == buttons.Discard.value:
                then("discard")
            else:
                then("cancel")

        box.finished.connect(answered)
        box.open()

    def _save_dialog(self, title: str, name: str, then: Callable[[Path], object]) -> QFileDialog:
        mode = QFileDialog.FileMode.AnyFile
        dialog = self._file_dialog(title, mode, lambda paths: then(paths[0]))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(name)
        return dialog

    def _file_dialog(
        self, title: str, mode: QFileDialog.FileMode, then: Callable[[list[Path]], object]
    ) -> QFileDialog:
        folder = self._settings.values.last_folder
        start = folder if folder and Path(folder).is_dir() else str(Path.home())
        dialog = QFileDialog(self._parent, title, start)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)

        def chosen(names: list[str]) -> None:
            paths = [Path(name) for name in names if name]
            if paths:
                self._settings.update(last_folder=str(paths[0].parent))
                then(paths)

        dialog.filesSelected.connect(chosen)
        return dialog
