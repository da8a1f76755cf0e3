"""A machine for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A folder to run real processes in; whatever still runs at the end is ended."""
    machine = Machine(tmp_path)
    yield machine
    machine.stop_all()


@pytest.fixture
def connected(machine: Machine) -> Machine:
    """A machine with the credentials of an account whose phones are in the test."""
    machine.connect_account()
    return machine
