"""Files are read in the process of the tests, where they are not about the reader's own process."""

import pytest

from revival.importing import steps
from tests.importing.bring import HereReader


@pytest.fixture(autouse=True)
def read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Save the start of a process for each file. A test marked `own_process` reads as the product does."""
    if not request.node.get_closest_marker("own_process"):
        monkeypatch.setattr(steps, "FileReader", HereReader)
