"""What tests of the Gemini protocol use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from endpoints import Endpoint
from gemini.server import gemini_running


@pytest.fixture
def api() -> Iterator[Endpoint]:
    """A generateContent endpoint that the test scripts."""
    with gemini_running() as endpoint:
        yield endpoint
