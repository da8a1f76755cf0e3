"""Knowledge edited while the bot runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.simulator import Phone
from tests.e2e.processes import Machine, Process, eventually
from tests.web.small_office import ANSWER, FAQ, QUESTION

pytestmark = pytest.mark.slow

LIVE_WITHIN_SECONDS = 3.0
"""The design's two seconds, and what a busy machine adds."""
NEW_ANSWER = "离婚冷静期还是三十天，没有变。"


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    machine = Machine(Path(tmp_path_factory.mktemp("editing")))
    machine.connect_account()
    yield machine
    machine.stop_all()


@pytest.fixture(scope="module")
def server(machine: Machine) -> Process:
    return machine.run()


@pytest.fixture
def faq(machine: Machine) -> Iterator[Path]:
    """The file that is edited; whole again afterwards."""
    path = machine.knowledge / "faq/民法典/离婚.md"
    yield path
    path.write_text(FAQ, encoding="utf-8")


@pytest.fixture
def phone(machine: Machine, server: Process, faq: Path) -> Phone:
    phone = machine.phone(server)
    answers(phone, ANSWER)
    return phone


def answers(phone: Phone, answer: str) -> None:
    """Ask until the answer is there."""
    eventually(lambda: answer in phone.say(QUESTION).text, seconds=LIVE_WITHIN_SECONDS, what=answer)


def test_a_good_edit_is_live_at_once(phone: Phone, faq: Path, server: Process) -> None:
    faq.write_text(FAQ.replace(ANSWER, NEW_ANSWER), encoding="utf-8")

    answers(phone, NEW_ANSWER)
    assert NEW_ANSWER in server.get("/a/201").text


def test_a_file_that_comes_and_goes_is_live_at_once(
    phone: Phone, machine: Machine, server: Process
) -> None:
    path = machine.knowledge / "faq/服务/新.md"
    path.parent.mkdir()
    path.write_text(
        "---\nlaw: 服务\n---\n# 新\n\n## 司法所几点开门\n编号：801\n状态：待审核\n问法：\n"
        "- 你们啥时候上班\n短答：看门口的牌子。\n下一步：先打电话问问。\n",
        encoding="utf-8",
    )

    eventually(
        lambda: "看门口的牌子" in phone.say("司法所几点开门").text,
        seconds=LIVE_WITHIN_SECONDS,
        what="new entry",
    )
    shutil.rmtree(path.parent)
    eventually(
        lambda: server.get("/healthz").json()["entries"] == 3,
        seconds=LIVE_WITHIN_SECONDS,
        what="removal",
    )


BROKEN = {
    "an unknown label": FAQ.replace("短答：", "短达："),
    "front matter cut off": FAQ.removeprefix("---\n").replace("---", ":", 1),
    "nothing at all": "",
    "not text": "\0\0\0",
}


def count_refusals(server: Process) -> int:
    return server.said.count("content has errors")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_edit_changes_nothing(phone: Phone, faq: Path, server: Process, name: str) -> None:
    known = count_refusals(server)
    faq.write_text(BROKEN[name].replace(ANSWER, NEW_ANSWER), encoding="utf-8")
    eventually(lambda: count_refusals(server) > known, seconds=LIVE_WITHIN_SECONDS, what="refusal")

    assert ANSWER in phone.say(QUESTION).text
    health = server.get("/healthz")
    assert (health.status_code, health.json()["entries"]) == (200, 3)


def test_a_broken_edit_is_explained(phone: Phone, faq: Path, machine: Machine) -> None:
    """While the bot still answers from what was there before."""
    faq.write_text(FAQ.replace("编号：202", "编号：201"), encoding="utf-8")
    checked = machine.feisu("check")

    assert checked.returncode == 1
    assert "knowledge/faq/民法典/离婚.md:22: 错误: 编号 201" in checked.stdout
    assert ANSWER in phone.say(QUESTION).text


def test_a_folder_that_vanishes_for_a_moment_changes_nothing(
    phone: Phone, machine: Machine, server: Process
) -> None:
    """As when a whole copy is swapped in."""
    moved = machine.folder / "elsewhere"
    machine.knowledge.rename(moved)
    assert ANSWER in phone.say(QUESTION).text
    assert server.get("/healthz").status_code == 200

    file = moved / "faq/民法典/离婚.md"
    file.write_text(FAQ.replace(ANSWER, NEW_ANSWER), encoding="utf-8")
    moved.rename(machine.knowledge)
    answers(phone, NEW_ANSWER)
