"""What a model does of its own accord, for the editor to show. Opens small JSON files only."""

from __future__ import annotations

import logging

from engine.protocol.errors import EngineError
from engine.protocol.messages import DescribeModel, ModelDescribed, ModelSettings
from engine.service.facts import model_facts

_LOG = logging.getLogger(__name__)


def describe(asked: DescribeModel) -> ModelDescribed:
    """Return how a model wants to be run, or why that cannot be said."""
    # The catalogue is imported when it is asked first: the engine is ready before that.
    from engine.models.catalogue import find_model, read_settings

    answer = ModelDescribed(name=asked.name, role=asked.role)
    try:
        folder = find_model(asked.name, asked.role)
        settings, facts = read_settings(folder), model_facts(folder, asked.role)
    except EngineError as error:
        return answer.model_copy(update={"problem": str(error)})
    except Exception:
        _LOG.exception("the model %s cannot be described", asked.name)
        problem = "This model's settings cannot be read; the log says why."
        return answer.model_copy(update={"problem": problem})
    fields = {name: getattr(settings, name) for name in ModelSettings.model_fields}
    return answer.model_copy(update={"settings": ModelSettings(**fields), "facts": facts})
