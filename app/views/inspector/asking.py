"""What the inspector asks for by a dialog: models for masters, LoRA files."""

from __future__ import annotations

from app.state.language import said
from app.state.workspace import Workspace
from app.views.dialogs import Dialogs
from app.views.inspector.panel import Inspector


def connect_asking(inspector: Inspector, dialogs: Dialogs, workspace: Workspace) -> None:
    """Answer the inspector's wishes with dialogs that block nothing."""
    generation = workspace.generation
    inspector.refining.model_wanted.connect(
        lambda: dialogs.folder(
            said("Inspector", "Choose a model folder for masters"),
            lambda path: generation.set_refine_model(str(path)),
        )
    )
    inspector.drafting.loras_wanted.connect(lambda: dialogs.loras(generation.add_loras))
