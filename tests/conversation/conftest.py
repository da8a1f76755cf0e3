import pytest

from bot.conversation.turn import Content
from tests.conversation.talking import Resident, read_content, write_knowledge


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """A small knowledge folder, read by the real loaders."""
    return read_content(write_knowledge(tmp_path_factory.mktemp("knowledge")))


@pytest.fixture
def resident(content: Content) -> Resident:
    """A stranger who begins to talk."""
    return Resident(content)
