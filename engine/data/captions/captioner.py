"""Captions of clips in the paper's three steps (§3.4): shots, characters, then the whole.

A model that looks at pictures is asked for each shot what is seen; once for the clip who the
characters are, from pictures of all shots; and once more, in words alone, for the narrative. The
camera's motion is measured, and told to the model as a fact. Without a model, or where it fails, a
caption is made of the measurements alone. Knows no endpoint and no file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from engine.data.captions.answers import BadAnswer, Name, Words, read_answer
from engine.data.captions.measured import measured_caption
from engine.data.captions.vlm import Prompt, Vlm, VlmFailed
from engine.data.schema import Character, ClipRecord, ShotCaption, StructuredCaption

PROMPT_VERSION = 1
"""Counted up when a prompt changes, so that captions are asked for again."""

_MAX_CHARACTERS = 12
_REPAIRS = 2

Answer = TypeVar("Answer", bound=BaseModel)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Subject(_Answer):
    name: Name = Field(min_length=1)
    appearance: Words = ""


class _ShotAnswer(_Answer):
    content: Words = Field(min_length=1)
    camera: Words = ""
    subjects: tuple[_Subject, ...] = Field(default=(), max_length=_MAX_CHARACTERS)


class _Seen(_Answer):
    name: Name = Field(min_length=1)
    appearance: Words = ""
    shots: tuple[int, ...] = Field(default=(), max_length=64)


class _CharactersAnswer(_Answer):
    characters: tuple[_Seen, ...] = Field(default=(), max_length=_MAX_CHARACTERS)


class _WholeAnswer(_Answer):
    narrative: Words = Field(min_length=1)
    shots: tuple[Words, ...] = Field(default=(), max_length=64)


@dataclass(frozen=True, slots=True)
class Captioned:
    """A clip's caption.

    Attributes:
        by: who wrote it, the model or "geometry".
        trouble: why a model's words are missing, wholly or in part; empty where none are.
        is_down: whether the next clip would fare no better.
    """

    caption: StructuredCaption
    by: str
    trouble: str = ""
    is_down: bool = False


class Captioner:
    """Captions clips by a model.

    Args:
        vlm: who is asked.
    """

    def __init__(self, vlm: Vlm) -> None:
        self._vlm = vlm

    @property
    def name(self) -> str:
        """The model's name."""
        return self._vlm.name

    def without_pictures(self, record: ClipRecord) -> Captioned:
        """Return the caption of a clip that cannot be looked at."""
        return Captioned(measured_caption(record), "geometry", "the clip cannot be read")

    def caption(self, record: ClipRecord, pictures: Sequence[Sequence[bytes]]) -> Captioned:
        """Return a clip's caption; never fails.

        Args:
            record: of the clip, with what was measured.
            pictures: of each shot, JPEG files in order.
        """
        plain = measured_caption(record)
        try:
            shots = self._shots(plain, pictures)
        except (VlmFailed, BadAnswer) as error:
            return Captioned(plain, "geometry", _reason(error), _is_down(error))
        try:
            characters = self._characters(shots, pictures)
            return Captioned(self._whole(plain, shots, characters), self._vlm.name)
        except (VlmFailed, BadAnswer) as error:
            # What was said of the shots is worth keeping; only the last words are missing.
            caption = _assembled(" ".join(shot.content for shot in shots), shots, plain, ())
            return Captioned(caption, self._vlm.name, _reason(error), _is_down(error))

    def _shots(
        self, plain: StructuredCaption, pictures: Sequence[Sequence[bytes]]
    ) -> list[_ShotAnswer]:
        count = len(pictures)
        return [
            self._asked(_shot_question(number, count, shot.camera), seen, _ShotAnswer)
            for number, (shot, seen) in enumerate(zip(plain.shots, pictures, strict=True), 1)
        ]

    def _characters(
        self, shots: list[_ShotAnswer], pictures: Sequence[Sequence[bytes]]
    ) -> tuple[_Seen, ...]:
        """Ask who is who; a clip in which nobody was seen is not asked about."""
        if not any(shot.subjects for shot in shots):
            return ()
        middles = [seen[len(seen) // 2] for seen in pictures if seen]
        return self._asked(_characters_question(shots), middles, _CharactersAnswer).characters

    def _whole(
        self,
        plain: StructuredCaption,
        shots: list[_ShotAnswer],
        characters: tuple[_Seen, ...],
    ) -> StructuredCaption:
        whole = self._asked(_whole_question(plain, shots, characters), (), _WholeAnswer)
        if len(whole.shots) == len(shots):
            shots = [
                shot.model_copy(update={"content": told or shot.content})
                for shot, told in zip(shots, whole.shots, strict=True)
            ]
        return _assembled(whole.narrative, shots, plain, characters)

    def _asked(self, question: str, pictures: Sequence[bytes], kind: type[Answer]) -> Answer:
        """Ask until the answer can be read, telling what was wrong with the one before.

        Raises:
            VlmFailed, BadAnswer: there is no answer that can be used.
        """
        schema, text, asked = kind.model_json_schema(), question, list[Prompt]()
        while True:
            asked.append(Prompt(text, tuple(pictures), schema))
            answer = self._vlm.ask(asked[-1])
            try:
                return read_answer(answer, kind)
            except BadAnswer as error:
                if len(asked) > _REPAIRS:
                    self._forget(asked)
                    raise
                text = (
                    f"{question}\n\nYour last answer could not be used: {error}. "
                    "Answer with one JSON object of that form and nothing else."
                )

    def _forget(self, asked: list[Prompt]) -> None:
        """Let a later run ask again."""
        for prompt in asked:
            self._vlm.forget(prompt)


def _shot_question(number: int, count: int, camera: str) -> str:
    return (
        f"These pictures are frames of one shot of a film, in order (shot {number} of {count}). "
        f"Measured camera motion: {camera or 'unknown'}.\n"
        "Describe only what can be seen. Answer with one JSON object:\n"
        '{"content": "what is seen and what happens, two or three sentences", '
        '"camera": "framing and camera motion in a phrase, in agreement with the measurement", '
        '"subjects": [{"name": "the woman in the red coat", "appearance": "face, hair, clothes"}]}'
        "\nsubjects: people, animals or things that act; an empty list where there are none."
    )


def _characters_question(shots: list[_ShotAnswer]) -> str:
    lines = [
        f"Shot {number}: "
        + ("; ".join(f"{who.name}: {who.appearance}" for who in shot.subjects) or "nobody")
        for number, shot in enumerate(shots, 1)
    ]
    return (
        "Each picture is the middle of one shot of the same clip, in order. Who was seen:\n"
        + "\n".join(lines)
        + "\nName each character once for the whole clip, with one description that holds in all "
        "shots, and the numbers of the shots it is seen in. Answer with one JSON object:\n"
        '{"characters": [{"name": "the woman in the red coat", "appearance": "...", '
        '"shots": [1, 3]}]}'
    )


def _whole_question(
    plain: StructuredCaption, shots: list[_ShotAnswer], characters: tuple[_Seen, ...]
) -> str:
    lines = [
        f"Shot {number}: {shot.content} Camera: {shot.camera or measured.camera}."
        for number, (shot, measured) in enumerate(zip(shots, plain.shots, strict=True), 1)
    ]
    who = [f"{seen.name}: {seen.appearance}" for seen in characters]
    return (
        "Notes on the shots of one clip:\n"
        + "\n".join(lines)
        + ("\nCharacters:\n" + "\n".join(who) if who else "")
        + "\nWrite the clip's caption, calling the characters by these names. Answer with one "
        'JSON object:\n{"narrative": "what happens in the whole clip, two to four sentences", '
        f'"shots": ["the content of each of the {len(shots)} shots, in order"]}}'
    )


def _assembled(
    narrative: str,
    shots: list[_ShotAnswer],
    plain: StructuredCaption,
    characters: tuple[_Seen, ...],
) -> StructuredCaption:
    """Return the caption; of two characters with one name the first stands."""
    by_name = {seen.name: seen for seen in reversed(characters)}
    known = [by_name[name] for name in dict.fromkeys(seen.name for seen in characters)]
    return StructuredCaption(
        narrative=narrative[:4000],
        characters=tuple(Character(name=who.name, appearance=who.appearance) for who in known),
        shots=tuple(
            ShotCaption(
                content=shot.content,
                camera=_camera(measured.camera, shot.camera),
                characters=tuple(who.name for who in known if number in who.shots),
            )
            for number, (shot, measured) in enumerate(zip(shots, plain.shots, strict=True), 1)
        ),
    )


def _camera(measured: str, told: str) -> str:
    """Return the measurement first: a model may err about what moves, a measurement less so."""
    return "; ".join(part for part in (measured, told.rstrip(".")) if part)


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, VlmFailed) else "the model's answers cannot be read"


def _is_down(error: Exception) -> bool:
    return isinstance(error, VlmFailed) and error.is_down
