"""The keyframe in the inspector: where it stands, what is seen of it, how strongly it holds."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.media.thumbnails import ThumbnailCache
from app.state.grid import exact_price
from app.state.language import counted, said
from app.state.workspace import Workspace
from app.timeline.project import MAX_SHOT_FRAMES, Keyframe, Shot
from app.timeline.storage import media_path
from app.views.inspector.crop import CropPad
from app.views.inspector.fields import NumberField, Section
from app.views.inspector.offline import OfflineRow
from app.views.inspector.share import ShareField
from app.views.key_tips import follow_keys
from app.views.segments import Segments
from app.views.timeline.scene import THUMBNAIL_HEIGHT, look_of, thumbnail_height
from engine.planning.resolution import FrameSize
from engine.protocol.jobs import MIN_STRENGTH, Bars, Fit


class KeyframeSection(Section):
    """Shows and changes the selected keyframe.

    Signals:
        image_wanted: choose another image for the keyframe with this id.
        relink_wanted: say where its image lies now.
    """

    image_wanted = Signal(str)
    relink_wanted = Signal()

    def __init__(self, workspace: Workspace, thumbnails: ThumbnailCache) -> None:
        super().__init__(said("Inspector", "Keyframe"))
        self._workspace = workspace
        self._thumbnails = thumbnails
        self._keyframe: Keyframe | None = None
        self._crop = CropPad()
        self._crop.anchor_changed.connect(self._set_anchor)
        self._crop.left.connect(workspace.editor.end_merge)
        self.add_wide(self._crop)
        self.offline = OfflineRow(workspace)
        self.offline.button.clicked.connect(self.relink_wanted)
        self.add_wide(self.offline)
        self._add_fit()
        self._strength = ShareField(said("Inspector", "Strength of the keyframe"), MIN_STRENGTH)
        self._strength.setToolTip(
            said(
                "Inspector",
                "100 %: the picture is pinned. Less: it guides, and the film may depart from it.",
            )
        )
        self._strength.entered.connect(self._set_strength)
        self._strength.left.connect(workspace.editor.end_merge)
        self.add_row(said("Inspector", "Strength"), self._strength)
        self._frame = NumberField(
            said("Inspector", "Requested frame in the shot"), 0, MAX_SHOT_FRAMES
        )
        self._frame.entered.connect(self._set_frame)
        self._used = QLabel()
        self._used.setProperty("amber", "true")
        self._used.setAccessibleName(said("Inspector", "Requested and used frame of the film"))
        self.add_row(said("Inspector", "Frame"), self._frame)
        self.add_row(said("Inspector", "Grid"), self._used)
        self._exact = QCheckBox(said("Inspector", "Exactly on this frame"))
        self._exact.toggled.connect(self._set_exact)
        self.add_wide(self._exact)
        self._replace = QPushButton(said("Inspector", "Replace image…"))
        self._replace.clicked.connect(self._want_image)
        self._remove = QPushButton(said("Inspector", "Delete"))
        follow_keys(
            self._remove, said("Inspector", "Delete the keyframe"), workspace.keymap, "delete"
        )
        self._remove.clicked.connect(self._delete)
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._replace, 1)
        row.addWidget(self._remove)
        self.add_wide(buttons)
        thumbnails.ready.connect(self._show_image)
        workspace.relinking.changed.connect(self._show_offline)

    def _add_fit(self) -> None:
        self._fit = Segments(
            [
                (
                    "cover",
                    said("Inspector", "Fill"),
                    said("Inspector", "Fill the frame; what does not fit in is cropped"),
                ),
                (
                    "contain",
                    said("Inspector", "Whole"),
                    said("Inspector", "Show the whole image, with bars beside it"),
                ),
            ]
        )
        self._fit.setAccessibleName(said("Inspector", "Fit of the image"))
        self._fit.chosen.connect(self._set_fit)
        self._bars = Segments(
            [
                ("black", said("Inspector", "Black"), said("Inspector", "Black bars")),
                (
                    "blur",
                    said("Inspector", "Blur"),
                    said("Inspector", "A blurred, darker copy of the image behind it"),
                ),
                (
                    "edge",
                    said("Inspector", "Edge"),
                    said("Inspector", "Bars in the colour of the image's edge"),
                ),
            ]
        )
        self._bars.setAccessibleName(said("Inspector", "Bars beside the image"))
        self._bars.chosen.connect(self._set_bars)
        self.add_row(said("Inspector", "Fit"), self._fit)
        self.add_row(said("Inspector", "Bars"), self._bars)

    def show_keyframe(self, shot: Shot, keyframe: Keyframe) -> None:
        """Show a keyframe as it is."""
        self._keyframe = keyframe
        editor = self._workspace.editor
        item = editor.project.media_item(keyframe.media)
        self.set_title(
            said("Inspector", "Keyframe"),
            item.name if len(item.name) < 28 else f"{item.name[:25]}…",
        )
        self._frame.show_number(keyframe.frame)
        start = next(start for start, known in editor.project.shot_starts() if known.id == shot.id)
        requested = start + keyframe.frame
        used = editor.grid.used[keyframe.id]
        signed = f"{used - requested:+d}".replace("-", "−")
        offset = f"  ({signed})" if used != requested else said("Inspector", "  (on the grid)")
        self._used.setText(
            said(
                "Inspector",
                "asked {requested}, used {used}{offset}",
                requested=requested,
                used=used,
                offset=offset,
            )
        )
        with QSignalBlocker(self._exact):
            self._exact.setChecked(keyframe.exact)
        self._fit.show_choice(keyframe.fit)
        self._bars.show_choice(keyframe.bars)
        self.show_row(self._bars, keyframe.fit == "contain")
        self._strength.show_share(keyframe.strength)
        price = exact_price(editor.project, keyframe.id)
        cost = (
            said("Inspector", "at no cost")
            if price <= 0
            else counted("Inspector", "+%n latent frames", "+1 latent frame", n=price)
        )
        self._exact.setText(said("Inspector", "Exactly on this frame  ({cost})", cost=cost))
        self._exact.setToolTip(
            said(
                "Inspector",
                "Stand exactly on the requested frame; free heads before it shift the grid.",
            )
        )
        self._show_offline()
        self._show_image()

    def _show_offline(self) -> None:
        project = self._workspace.editor.project
        name = self._keyframe.media if self._keyframe is not None else ""
        item = next((item for item in project.media if item.id == name), None)
        if item is not None:
            is_offline = item.id in self._workspace.relinking.missing
            self.offline.show_offline(item.name, is_offline=is_offline)

    def _show_image(self) -> None:
        if self._keyframe is None or not self.isVisibleTo(self.window()):
            return
        editor = self._workspace.editor
        item = next((i for i in editor.project.media if i.id == self._keyframe.media), None)
        if item is None:
            return
        pixels = thumbnail_height(max(2.0, self.devicePixelRatioF()) * THUMBNAIL_HEIGHT)
        image = self._thumbnails.still(str(media_path(editor.folder, item)), pixels)
        film = FrameSize(editor.project.format.width, editor.project.format.height)
        self._crop.show_fit(image, film, look_of(self._keyframe))

    def _set_frame(self, frame: int) -> None:
        keyframe = self._keyframe
        if keyframe is not None and not self._workspace.keyframes.set_frame(keyframe.id, frame):
            self._frame.show_number(keyframe.frame)

    def _set_exact(self, exact: bool) -> None:
        if self._keyframe is not None:
            self._workspace.keyframes.set_exact(self._keyframe.id, exact)

    def _set_fit(self, fit: str) -> None:
        keyframe = self._keyframe
        if keyframe is not None and fit != keyframe.fit:
            self._workspace.keyframes.set_fit(keyframe.id, cast("Fit", fit), keyframe.bars)

    def _set_bars(self, bars: str) -> None:
        keyframe = self._keyframe
        if keyframe is not None and bars != keyframe.bars:
            self._workspace.keyframes.set_fit(keyframe.id, keyframe.fit, cast("Bars", bars))

    def _set_strength(self, strength: float) -> None:
        if self._keyframe is not None:
            self._workspace.keyframes.set_strength(self._keyframe.id, strength)

    def _set_anchor(self, x: float, y: float) -> None:
        if self._keyframe is not None:
            self._workspace.keyframes.set_anchor(self._keyframe.id, x, y)

    def _want_image(self) -> None:
        if self._keyframe is not None:
            self.image_wanted.emit(self._keyframe.id)

    def _delete(self) -> None:
        if self._keyframe is not None:
            self._workspace.keyframes.remove(self._keyframe.id)
