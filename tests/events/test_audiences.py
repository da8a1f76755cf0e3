"""Who is told, as a clerk writes it."""

import pytest

from bot.events.audiences import lead_days, names_in, parse_audience, tell_audience
from bot.events.dates import Unreadable


@pytest.mark.parametrize(
    ("text", "key", "told"),
    [
        ("", "all", "所有关注的人"),
        ("全部", "all", "所有关注的人"),
        ("要提醒的人", "subscribers", "要提醒的人"),
        ("法律明白人", "group:法律明白人", "法律明白人"),
        ("工作人员", "group:工作人员", "工作人员"),
        ("村：东村、西村，东村", "village:东村|西村", "东村、西村的人"),
        ("主题:婚姻家庭", "topic:婚姻家庭", "订了婚姻家庭的人"),
    ],
)
def test_it_reads_and_tells_an_audience(text: str, key: str, told: str) -> None:
    assert parse_audience(text) == key
    assert tell_audience(key) == told


@pytest.mark.parametrize(
    "text",
    ["大家", "村：", "村", "主题：炒股", "村：" + "、".join(f"第{n}大队村" for n in range(30))],
)
def test_it_says_what_may_be_written(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_audience(text)


def test_a_key_gives_back_its_names() -> None:
    assert list(names_in("village:东村|西村", "village:")) == ["东村", "西村"]
    assert list(names_in("all", "village:")) == []
    assert [lead_days(one) for one in ("lead:3", "all")] == [3, 0]
    assert tell_audience("lead:3") == "要提前3天提醒的人"
