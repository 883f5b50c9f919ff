"""The translations: complete, true to their places, up to date, and nothing is cut in Chinese."""

from __future__ import annotations

import importlib.util
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)

from app.state.language import FOLDER, counted, forget, said, told
from app.views.languages import chosen, install, language_of
from tests.app.conftest import Studio

ROOT = Path(__file__).parents[3]
CATALOGUE = FOLDER / "zh_CN.ts"


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collecting", ROOT / "packaging" / "languages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["collecting"] = module
    spec.loader.exec_module(module)
    return module


def _messages() -> Iterator[tuple[str, str, str]]:
    """Yield (context, English, Chinese) of every text."""
    for context in ElementTree.parse(CATALOGUE).getroot().findall("context"):
        name = context.findtext("name") or ""
        for message in context.findall("message"):
            translation = message.find("translation")
            assert translation is not None
            source = message.findtext("source") or ""
            assert translation.get("type") is None, f"{name}: {source} is not translated"
            words = translation.findtext("numerusform") or translation.text or ""
            yield name, source, words


@pytest.fixture
def chinese(qapp_themed: QApplication) -> Iterator[None]:
    """The program in Chinese."""
    before = QLocale()
    translators = install(qapp_themed, "zh_CN")
    assert len(translators) == 2  # ours, and Qt's own words
    yield
    for translator in translators:
        QCoreApplication.removeTranslator(translator)
    QLocale.setDefault(before)
    forget()


def test_translations_are_in_line_with_the_code() -> None:
    assert _script().outdated() == [], "run: python packaging/languages.py"


def test_every_text_is_translated_and_keeps_its_places() -> None:
    number = 0
    for context, source, words in _messages():
        number += 1
        where = f"{context}: {source} → {words}"
        assert words.strip(), where
        for places in (r"\{[^}]*\}", r"%n", r"\*\.\w+", r"<[^>]+>"):
            assert sorted(re.findall(places, words)) == sorted(re.findall(places, source)), where
    assert number > 700


def test_keys_of_menus_stay_and_differ_within_a_menu() -> None:
    from app.views.commands import SPECS
    from app.views.menus import MENUS

    words = {(context, source): text for context, source, text in _messages()}
    for context, source, text in _messages():
        if context in {"Commands", "Menus"} and re.search(r"&\w", source):
            assert len(re.findall(r"&\w", text)) == 1, f"{source} → {text}"
    for names in MENUS.values():
        texts = [
            words[("Commands", SPECS[name].text)]
            for name in names
            if name in SPECS and ("Commands", SPECS[name].text) in words
        ]
        assert len(set(texts)) == len(texts)
    titles = [words[("Menus", title)] for title in MENUS if ">" not in title]
    keys = [key for title in titles for key in re.findall(r"&(\w)", title)]
    assert len(set(keys)) == len(keys)


def test_english_needs_no_translator() -> None:
    assert counted("Timeline", "%n shots", "1 shot", n=1) == "1 shot"
    assert counted("Timeline", "%n shots", "1 shot", n=3) == "3 shots"
    assert said("Timeline", "fade {length}", length="2 s") == "fade 2 s"
    assert told("Move shot") == "Move shot"


@pytest.mark.usefixtures("chinese")
def test_sentences_of_the_inside_are_told_with_their_places() -> None:
    assert told("Move shot") == "移动镜头"
    assert told("Move 3 keyframes") == "移动 3 个关键帧"
    assert told("Re-roll shots 1–3").startswith("重做")
    assert told("Shots 1–3") == "镜头 1–3"
    assert told("No draft of this shot yet") == "此镜头还没有草稿"
    error = "Frame 12 already has a keyframe; replace it or choose another frame."
    assert told(error) == "第 12 帧已有关键帧；请替换它或选择其他帧。"
    assert told("Something that nobody has ever said.") == "Something that nobody has ever said."
    assert counted("Timeline", "%n shots", "1 shot", n=1) == "1 个镜头"


def test_the_language_is_that_of_the_settings_else_of_the_system(tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    assert chosen(settings) == "system"
    settings.write_text("[]")
    assert chosen(settings) == "system"
    settings.write_text('{"language": "zh_CN"}')
    assert chosen(settings) == "zh_CN"
    settings.write_text('{"language": "tlh"}')
    assert chosen(settings) == "system"
    assert language_of("system", QLocale("zh_CN")) == "zh_CN"
    assert language_of("system", QLocale("de_DE")) == "en"
    assert language_of("en", QLocale("zh_CN")) == "en"


def test_a_choice_is_kept_and_says_when_it_holds(studio: Studio) -> None:
    async def story() -> None:
        window = studio.app.window
        assert window.commands["language_system"].isChecked()
        window.commands["language_zh_CN"].trigger()
        assert studio.app.settings.values.language == "zh_CN"
        assert "started again" in window.banner.text
        assert chosen(studio.places.settings) == "zh_CN"

    studio.play(story)


def _cut(widget: QWidget) -> str:
    """Return what a widget cannot show of its words."""
    metrics = widget.fontMetrics()
    if isinstance(widget, QLabel) and not widget.wordWrap() and "<" not in widget.text():
        needs = metrics.horizontalAdvance(widget.text())
        return widget.text() if needs > widget.width() + 1 else ""
    if isinstance(widget, QAbstractButton) and widget.text():
        return widget.text() if widget.sizeHint().width() > widget.width() + 1 else ""
    if isinstance(widget, QComboBox) and not widget.isEditable():
        needs = metrics.horizontalAdvance(widget.currentText()) + 30
        return widget.currentText() if needs > widget.width() else ""
    return ""


def _words(widget: QWidget) -> list[str]:
    found = [widget.accessibleName(), widget.toolTip()]
    if isinstance(widget, QLabel | QAbstractButton):
        found.append(widget.text())
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        found.append(widget.placeholderText())
    return found


_OWN = re.compile(
    r"SmartDirector|1080p|[GM]iB|Abacus|fps|dB|PNG|MP4|JSON|LoRA|starter|Fill"
    r"|Ctrl|Shift|Alt|Del|Esc|Meta|Home|End|Left|Right|Space|Enter|F\d+"
)
"""Names, units and keys are what they are."""


@pytest.mark.parametrize("size", [(960, 600), (1280, 720)])
def test_the_window_comes_up_in_chinese_with_nothing_cut(
    chinese: None, studio: Studio, size: tuple[int, int]
) -> None:
    async def story() -> None:
        window = studio.app.window
        await studio.fill((48, (0, 20)), (48, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)
        studio.app.playback.pause()
        shot = studio.app.editor.project.shots[0]
        from app.state.selection import KeyframeSelected

        studio.app.editor.select(KeyframeSelected(shot.keyframes[1].id))
        window.resize(*size)
        english: set[str] = set()
        cut: set[str] = set()
        for tab in window.bench._names:
            window.bench.bring(tab)
            await studio.settle(0.06)
            for widget in window.findChildren(QWidget):
                if not widget.isVisible() or isinstance(widget, QMenu):
                    continue
                if text := _cut(widget):
                    cut.add(text)
                for words in _words(widget):
                    bare = re.sub(r"<[^>]*>|&\w+;|board 1\.png", "", words)
                    if re.search(r"[A-Za-z]{3,}", _OWN.sub("", bare)):
                        english.add(words)
        for action in window.commands.all().values():
            bare = re.sub(r"&", "", action.text())
            if re.search(r"[A-Za-z]{3,}", _OWN.sub("", bare)) and bare != "English":
                english.add(action.text())
        assert english == set()
        assert cut == set()

    studio.play(story)
