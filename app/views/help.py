"""The texts behind F1 and About."""

from __future__ import annotations

from html import escape

from app.views.commands import SPECS


def keys_text() -> str:
    """List the commands that have a key, in two columns."""
    rows = [
        (spec.keys[0], spec.text.replace("&", "").rstrip("…"))
        for spec in SPECS.values()
        if spec.keys
    ]
    half = (len(rows) + 1) // 2
    lines: list[str] = []
    for index in range(half):
        cells = [rows[index], *rows[index + half : index + half + 1]]
        lines.append(
            "<tr>"
            + "".join(
                f"<td style='padding-right:10px'><b>{escape(key)}</b></td>"
                f"<td style='padding-right:28px'>{escape(text)}</td>"
                for key, text in cells
            )
            + "</tr>"
        )
    return "<table>" + "".join(lines) + "</table>"


def about_text() -> str:
    """Say what this program is."""
    return (
        "<b>SmartDirector</b><p>From storyboard to video on your own machine.<br>"
        "An open implementation of SmartDirector (arXiv 2605.27891).</p><p>Apache-2.0</p>"
    )
