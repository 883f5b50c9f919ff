"""Captions in three steps; what a model gets wrong costs words, never a clip."""

from __future__ import annotations

import json
from pathlib import Path

from engine.data.captions.answer_cache import CachedVlm
from engine.data.captions.captioner import Captioner
from engine.data.captions.vlm import Prompt, VlmFailed
from tests.engine.data.test_shards import a_record

PICTURES = ((b"a1", b"a2", b"a3"), (b"b1", b"b2", b"b3"))
SHOT = json.dumps(
    {
        "content": "She runs.",
        "camera": "close",
        "subjects": [{"name": "the woman", "appearance": "a red coat"}],
    }
)
WHO = json.dumps(
    {"characters": [{"name": "the woman", "appearance": "a long red coat", "shots": [2, 9]}]}
)
WHOLE = json.dumps({"narrative": "A woman runs.", "shots": ["The woman runs.", "She stops."]})


class Eyes:
    """Answers by the step it is asked in; an answer may be a list, to be given in turn."""

    name = "eyes"

    def __init__(self, shot: object = SHOT, who: object = WHO, whole: object = WHOLE) -> None:
        self._answers = {"shot": shot, "who": who, "whole": whole}
        self.asked: list[Prompt] = []
        self.forgotten: list[Prompt] = []

    def ask(self, prompt: Prompt) -> str:
        self.asked.append(prompt)
        step = {3: "shot", 2: "who"}.get(len(prompt.pictures), "whole")
        answer = self._answers[step]
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, VlmFailed):
            raise answer
        return str(answer)

    def forget(self, prompt: Prompt) -> None:
        self.forgotten.append(prompt)


def test_shots_then_characters_then_the_whole() -> None:
    eyes = Eyes()
    found = Captioner(eyes).caption(a_record(), PICTURES)
    assert found.by == "eyes"
    assert not found.trouble
    caption = found.caption
    assert caption.narrative == "A woman runs."
    assert [shot.content for shot in caption.shots] == ["The woman runs.", "She stops."]
    assert [shot.characters for shot in caption.shots] == [(), ("the woman",)]
    assert caption.characters[0].appearance == "a long red coat"
    assert [len(prompt.pictures) for prompt in eyes.asked] == [3, 3, 2, 0]
    assert eyes.asked[2].pictures == (b"a2", b"b2")


def test_a_clip_in_which_nobody_is_seen_is_not_asked_who_it_is() -> None:
    eyes = Eyes(shot=json.dumps({"content": "A hill.", "subjects": []}), who="must not be asked")
    assert Captioner(eyes).caption(a_record(), PICTURES).caption.characters == ()


def test_an_answer_that_cannot_be_read_is_asked_for_again_with_the_mistake() -> None:
    eyes = Eyes(shot=["Sorry.", SHOT, SHOT])
    assert Captioner(eyes).caption(a_record(), PICTURES).by == "eyes"
    assert "it holds no JSON object" in eyes.asked[1].text


def test_without_words_for_a_shot_the_measurements_speak() -> None:
    eyes = Eyes(shot="never JSON")
    found = Captioner(eyes).caption(a_record(), PICTURES)
    assert found.by == "geometry"
    assert found.trouble
    assert "2 shots in 2.0 seconds" in found.caption.narrative
    assert eyes.forgotten == eyes.asked  # a later run asks again


def test_what_was_said_of_shots_outlives_a_failing_end() -> None:
    found = Captioner(Eyes(whole=VlmFailed("the endpoint answered 500"))).caption(
        a_record(), PICTURES
    )
    assert found.by == "eyes"
    assert found.trouble == "the endpoint answered 500"
    assert found.caption.narrative == "She runs. She runs."


def test_a_model_that_is_down_is_told_apart() -> None:
    found = Captioner(Eyes(shot=VlmFailed("nobody", is_down=True))).caption(a_record(), PICTURES)
    assert found.is_down
    assert found.by == "geometry"


def test_hostile_answers_make_valid_captions() -> None:
    names = [{"name": "x" * 500 + str(n), "appearance": "y" * 2000} for n in range(12)]
    who = [{**name, "shots": [1, -5, 10**9]} for name in names]
    twins = [*who[:3], {**who[0], "appearance": "another"}]
    eyes = Eyes(
        shot=json.dumps({"content": "\x00z" * 900, "camera": "c" * 9999, "subjects": names}),
        who=json.dumps({"characters": twins}),
        whole=json.dumps({"narrative": "n\u202e" * 900, "shots": ["one", "two", "three"]}),
    )
    found = Captioner(eyes).caption(a_record(), PICTURES)
    assert found.by == "eyes"
    assert len(found.caption.narrative) <= 4000
    assert "\u202e" not in found.caption.model_dump_json()
    assert len(found.caption.characters) == 1  # cut to 80 signs, all of them are one


def test_answers_are_remembered_by_what_was_asked(tmp_path: Path) -> None:
    eyes = Eyes()
    first = Captioner(CachedVlm(eyes, tmp_path)).caption(a_record(), PICTURES)
    count = len(eyes.asked)
    assert Captioner(CachedVlm(eyes, tmp_path)).caption(a_record(), PICTURES) == first
    assert len(eyes.asked) == count
    Captioner(CachedVlm(eyes, tmp_path)).caption(a_record(), ((b"x", b"y", b"z"), PICTURES[1]))
    assert len(eyes.asked) > count


def test_a_cache_that_cannot_be_written_costs_questions_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    eyes = CachedVlm(Eyes(), tmp_path / "file")
    assert Captioner(eyes).caption(a_record(), PICTURES).by == "eyes"
