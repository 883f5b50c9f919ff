"""A model's word on whether two neighbouring shots belong to one scene and storyline (§3.4)."""

from __future__ import annotations

import base64

from pydantic import BaseModel, ConfigDict

from engine.data.captions.answers import BadAnswer, read_answer
from engine.data.captions.vlm import Prompt, Vlm, VlmFailed
from engine.data.grouping import Judge
from engine.data.survey import FilmSurvey

_QUESTION = (
    "The first picture is from one shot of a film, the second from the shot right after it. Do "
    "both shots belong to the same scene: the same place, time and storyline? Answer with one "
    'JSON object: {"same_scene": true} or {"same_scene": false}'
)


class _Verdict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    same_scene: bool


def judge_of(vlm: Vlm | None, survey: FilmSurvey) -> Judge | None:
    """Return who judges the shots of a film; None without a model.

    A model that is down is not asked again for this film.
    """
    if vlm is None:
        return None
    is_down = False

    def judge(left: int, right: int) -> bool | None:
        nonlocal is_down
        if is_down:
            return None
        thumbs = [survey.shots[number].thumb for number in (left, right)]
        try:
            pictures = tuple(base64.b64decode(thumb, validate=True) for thumb in thumbs)
            prompt = Prompt(_QUESTION, pictures, _Verdict.model_json_schema())
            return read_answer(vlm.ask(prompt), _Verdict).same_scene
        except VlmFailed as error:
            is_down = error.is_down
            return None
        except (BadAnswer, ValueError):
            return None

    return judge
