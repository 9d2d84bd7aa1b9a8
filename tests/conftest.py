"""What tests of more than one room use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from endpoints import Endpoint, running


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An OpenAI-style endpoint on 127.0.0.1 that the test scripts; see `endpoints`."""
    with running() as running_endpoint:
        yield running_endpoint
