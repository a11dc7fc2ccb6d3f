"""The switch that turns the model off: a file, whose first line says why."""

from pathlib import Path


def why_off(file: Path) -> str:
    """The reason that whoever turned the model off wrote down, as one line of at most 300 characters."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    line = "".join(c for c in text.partition("\n")[0] if c.isprintable())[:300].strip()
    return line or "no reason was written down."
