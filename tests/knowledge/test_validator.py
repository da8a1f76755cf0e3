"""Rules that hold over several entries, and the one over a whole first reply."""

from collections.abc import Callable
from datetime import date
from random import Random
from time import perf_counter

import pytest

from bot.errors import Problem, Severity

Check = Callable[..., list[Problem]]

WORDS = (
    *("邻居", "盖房", "挡光", "欠钱", "不还", "离婚", "孩子", "抚养"),
    *("彩礼", "宅基地", "继承", "遗嘱", "租房", "押金", "打人", "赔偿"),
)


@pytest.fixture
def second(good: str) -> str:
    """Another good entry; after `good` its heading is on line 25."""
    block = good[good.index("## ") :].replace("201", "202")
    block = block.replace("离婚冷静期有多久？", "彩礼能要回来吗？")
    block = block.replace("去民政局离婚要等几天", "彩礼退不退")
    return "\n" + block.replace("俺俩都同意离，为啥不当天给办", "退婚了彩礼咋办")


def test_it_finds_nothing_in_good_entries(good: str, second: str, problems_of: Check) -> None:
    assert problems_of(good + second) == []


def test_it_limits_the_first_reply(good: str, problems_of: Check) -> None:
    # Two laws in turn, so that each citation names its law.
    laws = ("农村土地承包经营纠纷调解仲裁法", "人民调解协议司法确认规定")
    longest = "、".join(f"{laws[number % 2]}{number}" for number in range(1, 6))
    text = good.replace("民法典1077、民法典1076", longest)
    text = text.replace("短答：", "短答：" + "长" * 94).replace("下一步：", "下一步：" + "长" * 60)
    parts = "短答、依据、下一步、审核说明"
    assert problems_of(text) == [Problem("a.md", 7, f"第一条回复（{parts}）共 305 字，超过 300 字")]


@pytest.mark.parametrize(("code", "line"), [("201", 26)])
def test_it_finds_a_code_used_twice(
    good: str, second: str, problems_of: Check, code: str, line: int
) -> None:
    found = problems_of(good + second.replace("202", code))
    text = f"编号 {code} 已经用在 a.md:8（离婚冷静期有多久？），请换一个"
    assert found == [Problem("a.md", line, text)]


@pytest.mark.parametrize(
    "asked",
    [
        "去民政局离婚要等几天",
        "去民政局离婚， 要等几天呢？",
        "请问去民政局离婚要等幾天",
        "去民政局离婚要等几天！",
    ],
)
def test_it_finds_one_question_with_two_answers(
    good: str, second: str, problems_of: Check, asked: str
) -> None:
    (problem,) = problems_of(good + second.replace("彩礼退不退", asked))
    assert (problem.line, problem.severity) == (33, Severity.ERROR)
    assert problem.text.startswith(
        f"问法“{asked}”与 a.md:15（编号 201）的“去民政局离婚要等几天”相同"
    )


def test_it_compares_headings_with_phrasings(good: str, second: str, problems_of: Check) -> None:
    (problem,) = problems_of(good + second.replace("彩礼退不退", "离婚冷静期有多久"))
    assert (problem.line, problem.severity) == (33, Severity.ERROR)


@pytest.mark.parametrize("asked", ["去民政局办离婚要等几天", "要等几天去民政局离婚"])
def test_it_warns_of_questions_all_but_the_same(
    good: str, second: str, problems_of: Check, asked: str
) -> None:
    (problem,) = problems_of(good + second.replace("彩礼退不退", asked))
    assert (problem.line, problem.severity) == (33, Severity.WARNING)
    assert problem.text.endswith("几乎一样，请确认不是同一个问题")


@pytest.mark.parametrize("asked", ["去民政局离婚要等三天", "去民政局结婚要等几天", "离婚等几天"])
def test_it_keeps_quiet_where_one_character_makes_another_question(
    good: str, second: str, problems_of: Check, asked: str
) -> None:
    assert problems_of(good + second.replace("彩礼退不退", asked)) == []


def test_it_warns_once_for_two_entries(good: str, second: str, problems_of: Check) -> None:
    near = second.replace("彩礼退不退", "去民政局办离婚要等几天")
    near = near.replace("退婚了彩礼咋办", "去民政局离婚得要等几天")
    found = problems_of(good + near)
    assert [(problem.line, problem.severity) for problem in found] == [(33, Severity.WARNING)]


def test_it_lets_a_retired_entry_ask_the_same(good: str, second: str, problems_of: Check) -> None:
    retired = second.replace("彩礼退不退", "去民政局离婚要等几天").replace("待审核", "停用")
    assert problems_of(good + retired) == []


def test_it_lets_service_entries_go_without_citations(good: str, problems_of: Check) -> None:
    text = good.replace("law: 民法典", "law: 服务").replace("民法典1077、民法典1076", "")
    assert problems_of(text.replace("201", "831")) == []


def test_it_judges_no_date_without_today(good: str, problems_of: Check) -> None:
    approved = "已审核\n审核人：张三\n审核日期：2027-01-01\n复核期限：2027-06-01"
    text = good.replace("待审核\n审核人：\n审核日期：\n复核期限：", approved)
    assert problems_of(text, today=None) == []
    lines = {(problem.line, problem.severity) for problem in problems_of(text)}
    assert lines == {(11, Severity.ERROR)}
    late = problems_of(text, today=date(2027, 7, 1))
    assert [problem.severity for problem in late] == [Severity.WARNING]


def test_it_checks_700_entries_of_15_phrasings_in_a_second(good: str, problems_of: Check) -> None:
    chance = Random(7)
    block, head = good[good.index("## ") :], good[: good.index("## ")]
    text = head + "\n".join(_numbered(block, number, chance) for number in range(700))
    started = perf_counter()
    problems = problems_of(text)
    # The machine may be busy: an idle one needs less than half.
    assert perf_counter() - started < 2.5
    assert not any(problem.severity is Severity.ERROR for problem in problems)


def _numbered(block: str, number: int, chance: Random) -> str:
    asked = "\n".join(
        "- " + "".join(chance.choices(WORDS, k=6)) + f"{number}之{count}" for count in range(15)
    )
    block = block.replace("201", str(20000 + number)).replace("离婚冷静期", f"{number}号事情")
    head, tail = block.split("- 去民政局离婚要等几天\n- 俺俩都同意离，为啥不当天给办")
    return head + asked + tail
