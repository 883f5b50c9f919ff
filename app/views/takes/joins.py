"""The join strip: last and first frame of every join side by side, with the step between them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.media.joins import HEIGHT, JoinLook, JoinMeter
from app.state.joins import FilmJoin, film_joins, is_visible_step
from app.state.language import said
from app.state.workspace import Workspace
from app.views.focus import paint_ring
from app.views.theme import color, stage_color

_MARGIN = 12
_TEXT = 20
_KINDS = {"cut": "cut", "continue": "goes on", "border": "two passes"}


class JoinButton(QAbstractButton):
    """One join; a click goes there."""

    def __init__(self) -> None:
        super().__init__()
        self._join: FilmJoin | None = None
        self._look: JoinLook | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def join(self) -> FilmJoin | None:
        """The join that is shown."""
        return self._join

    @property
    def steps_text(self) -> str:
        """The steps in words."""
        if self._join is None or self._join.key is None:
            return said("Takes", "not generated yet")
        if self._look is None:
            return said("Takes", "measuring…")
        return said(
            "Takes",
            "luma {luma:+.1f}   chroma {chroma:.1f}",
            luma=round(self._look.luma, 1) + 0.0,  # no step is no negative one
            chroma=self._look.chroma,
        )

    def show_join(self, join: FilmJoin, look: JoinLook | None) -> None:
        """Show a join and how it looks, once this is known."""
        self._join, self._look = join, look
        text = said(
            "Takes",
            "Shots {title}, {kind}, frame {frame}: {steps_text}",
            title=join.title,
            kind=said("Takes", _KINDS[join.kind]),
            frame=join.frame,
            steps_text=self.steps_text,
        )
        self.setAccessibleName(text)
        self.setToolTip(
            said(
                "Takes",
                "{text}\nSteps of the whole picture in 8-bit levels, amber where they "
                "would be seen. Click to go there.",
                text=text,
            )
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(240, self.heightForWidth(240))

    def hasHeightForWidth(self) -> bool:
        """Both pictures fill the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Room for a line of text and two pictures."""
        if self._look is None or self._look.left.isNull():
            return _TEXT + 8
        picture = (width - 2 * _MARGIN) / 2
        return round(_TEXT + 12 + picture * self._look.left.height() / self._look.left.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title, steps and both frames."""
        join, look = self._join, self._look
        if join is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.underMouse() or self.hasFocus():
            painter.fillRect(self.rect(), color("hover"))
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()))
        line = QRectF(_MARGIN, 4, self.width() - 2 * _MARGIN, _TEXT)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(color("text"))
        painter.drawText(line, middle, join.title)
        seen = look is not None and is_visible_step(join, look.luma, look.chroma)
        painter.setPen(color("keyframe_text" if seen else "text_dim"))
        painter.drawText(line, middle | Qt.AlignmentFlag.AlignRight, self.steps_text)
        painter.setPen(color("text_faint"))
        title = painter.fontMetrics().horizontalAdvance(join.title)
        painter.drawText(
            line.adjusted(title + 8, 0, 0, 0), middle, said("Takes", _KINDS[join.kind])
        )
        if look is not None:
            width = (self.width() - 2 * _MARGIN) / 2
            rooms = [QRectF(_MARGIN + n * width, _TEXT + 6, width, 400) for n in (0, 1)]
            for image, room in zip((look.left, look.right), rooms, strict=True):
                _draw(painter, image, room)
            # A hairline where the frames meet: none where the eye should compare them.
            if join.kind == "cut":
                x = round(self.width() / 2)
                painter.fillRect(QRectF(x, _TEXT + 6, 1, rooms[0].height()), stage_color("gap"))


def _draw(painter: QPainter, image: QImage, room: QRectF) -> None:
    if not image.isNull():
        room.setHeight(room.width() * image.height() / image.width())
        painter.drawImage(room, image)


class JoinsPanel(QScrollArea):
    """All joins of the film."""

    def __init__(self, workspace: Workspace, meter: JoinMeter) -> None:
        super().__init__()
        self.setObjectName("jobsPanel")
        self.setAccessibleName(said("Takes", "Joins"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there: pictures that fill the width must not make the bar come and go.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._workspace = workspace
        self._meter = meter
        self._buttons: list[JoinButton] = []
        self._nothing = QLabel(said("Takes", "Joins show here once the film has two shots."))
        self._nothing.setProperty("faint", "true")
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(12, 8, 12, 4)
        body = QWidget()
        body.setObjectName("jobsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 4, 0, 4)
        self._list.setSpacing(2)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        self.setWidget(body)
        workspace.takes.changed.connect(self._show)
        workspace.takes.made.connect(meter.forget)
        meter.ready.connect(self._show)

    @property
    def buttons(self) -> tuple[JoinButton, ...]:
        """One button a join."""
        return tuple(self._buttons)

    def showEvent(self, event: object) -> None:
        """What happened behind another tab is shown now."""
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return  # nobody looks: nothing is measured
        work = self._workspace
        joins = film_joins(work.editor.project, work.takes, work.copies)
        while len(self._buttons) < len(joins):
            button = JoinButton()
            button.clicked.connect(self._on_click)
            self._list.insertWidget(len(self._buttons), button)
            self._buttons.append(button)
        while len(self._buttons) > len(joins):
            self._buttons.pop().deleteLater()
        height = round(HEIGHT * max(1.0, self.devicePixelRatioF()))
        for button, join in zip(self._buttons, joins, strict=True):
            button.show_join(join, self._meter.look(join.key, height) if join.key else None)
        self._nothing.setVisible(not joins)

    def _on_click(self) -> None:
        button = self.sender()
        if isinstance(button, JoinButton) and button.join is not None:
            self._workspace.editor.seek(button.join.frame)
