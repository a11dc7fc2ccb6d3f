"""The command line as a whole: every command is listed, and help stays cheap."""

import subprocess
import sys

from matac_ml.cli import COMMANDS

_HELP = """
import sys
from matac_ml.cli import main
try:
    main(["--help"])
finally:
    print([name for name in ("duckdb", "lightgbm", "pandas") if name in sys.modules])
"""


def test_help_names_every_command_and_imports_no_library() -> None:
    """``matac-ml --help`` lists each command, without importing what only a command needs."""
    shown = subprocess.run([sys.executable, "-c", _HELP], capture_output=True, text=True, check=True).stdout
    for name in COMMANDS:
        assert f"  {name} " in shown
    assert shown.rstrip().endswith("[]")


def test_unknown_command_is_a_usage_error() -> None:
    """A command that does not exist ends with exit code 2 and no traceback."""
    ran = subprocess.run([sys.executable, "-m", "matac_ml", "no-such"], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
