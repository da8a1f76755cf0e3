"""The villages in a form: saved as the file they are, live at once, never over somebody else's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.village_form import find_problems, read_aliases, write_villages
from bot.knowledge.vocabulary import Village, load_villages
from bot.storage.staff import Role
from tests.web.clerk import Clerk
from tests.web.conftest import Office

PAGE = "/console/settings/villages"


def save(clerk: Clerk, *rows: tuple[str, str, str], base: str | None = None) -> str:
    known = re.search(r'name="base" value="(\w*)"', clerk.get(PAGE).text)
    assert known
    form = {
        "base": known.group(1) if base is None else base,
        "name": [row[0] for row in rows],
        "aliases": [row[1] for row in rows],
        "mediator": [row[2] for row in rows],
    }
    response = clerk.post(PAGE, form)
    if response.status_code == 303:
        return clerk.get(PAGE).text
    return response.text


def test_villages_are_saved_and_known_at_once(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)

    page = save(admin, ("河东村", "东沟、老河东", "老王"), ("", "", ""), ("西坡村", "", ""))

    assert "共 2 个村" in page
    villages = office.parts.content.current.library.villages
    assert villages == (Village("河东村", ("东沟", "老河东"), "老王"), Village("西坡村"))
    assert "河东村" in admin.get("/console/audit").text
    assert "改村庄" in admin.get("/console/history?path=villages.md").text


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("", "东沟", "")], "没有填村名"),
        ([("甲村", "", ""), ("甲村", "", "")], "写了两次"),
        ([("甲村", "东沟", ""), ("乙村", "东沟", "")], "机器分不清"),
        ([("#甲", "", "")], "开头不能是"),
        ([("甲：乙", "", "")], "不能有冒号"),
    ],
)
def test_bad_villages_are_told_and_not_saved(
    office: Office, rows: list[tuple[str, str, str]], said: str
) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    file = office.parts.settings.knowledge.path / "villages.md"
    before = file.read_bytes()

    assert said in save(admin, *rows)
    assert file.read_bytes() == before


def test_it_never_writes_over_somebody_else(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    file = office.parts.settings.knowledge.path / "villages.md"
    base = re.search(r'name="base" value="(\w*)"', admin.get(PAGE).text)
    assert base
    file.write_text("# 村庄\n\n## 乙村\n", "utf-8")

    assert "别人刚刚改过" in save(admin, ("甲村", "", ""), base=base.group(1))
    assert "乙村" in file.read_text("utf-8")


NAMES = (
    st.text(alphabet="甲乙丙东西沟河村庄ab1 ", min_size=1, max_size=8).map(str.strip).filter(bool)
)


@given(st.lists(st.tuples(NAMES, st.lists(NAMES, max_size=3), NAMES), max_size=5))
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[str], str]]
) -> None:
    villages = [
        Village(name, read_aliases("、".join(aliases)), mediator)
        for name, aliases, mediator in rows
    ]
    if list(find_problems(villages)):
        return
    file = tmp_path_factory.mktemp("v") / "villages.md"
    above = "# 村庄\r\n\r\n说明一行。\r\n"
    file.write_bytes(write_villages(above.encode(), villages))

    assert file.read_bytes().decode().startswith(above.rstrip())
    read, problems = load_villages(file)
    assert problems == []
    assert list(read) == villages
