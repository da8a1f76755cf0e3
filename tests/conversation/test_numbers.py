import pytest

from bot.conversation.numbers import SERVICE_NUMBERS, find_code
from bot.conversation.turn import Decision
from tests.conversation.talking import Resident, said


@pytest.mark.parametrize(
    "typed",
    ["201", " 201 ", "２０１", "回复201", "编号201", "编号：201", "201。", "“201”", "201号"],
)
def test_it_answers_a_code(typed: str, resident: Resident) -> None:
    outcome = resident.say(typed)
    assert (outcome.decision, outcome.entry) == (Decision.ANSWER, "201")
    assert outcome.citations == ("民法典1077",)
    assert outcome.confidence == 1.0


@pytest.mark.parametrize("typed", ["999", "编号 998", "20000"])
def test_it_says_kindly_that_a_code_does_not_exist(typed: str, resident: Resident) -> None:
    outcome = resident.say(typed)
    assert outcome.decision is Decision.FALLBACK
    assert "没有找到编号" in said(outcome)
    assert outcome.entry == ""
    assert outcome.effects == ()


def test_it_does_not_show_an_entry_out_of_use(resident: Resident) -> None:
    assert "没有找到编号391" in said(resident.say("391"))


@pytest.mark.parametrize("number", SERVICE_NUMBERS)
def test_it_explains_numbers_everybody_knows(number: str, resident: Resident) -> None:
    outcome = resident.say(number)
    assert outcome.decision is Decision.HELP
    assert said(outcome).startswith(number)
    assert outcome.effects == ()


def test_it_says_whom_to_call_when_an_emergency_number_is_typed(resident: Resident) -> None:
    outcome = resident.say("110是什么电话")
    assert "不能代您报警" in said(outcome)
    assert outcome.reply is not None
    assert not outcome.reply.takes_riders


def test_it_asks_what_a_bare_number_is_for(resident: Resident) -> None:
    assert "留电话请回复“人工”" in said(resident.say("13800138000"))


def test_it_says_that_nothing_is_to_be_chosen(resident: Resident) -> None:
    assert "现在没有要选的" in said(resident.say("2"))
    resident.say("201")
    assert "只有1个可选" in said(resident.say("5")) or "只有2个可选" in said(resident.say("5"))


@pytest.mark.parametrize(
    "typed", ["第201条", "借了200", "201块钱", "5000元", "1月1日", "2026年", "", "一二三四五六"]
)
def test_it_takes_no_other_number_for_a_code(typed: str) -> None:
    assert find_code(typed) == ""


@pytest.mark.parametrize("typed", ["查201", "回201", "二零一", "问201号", "拨打201"])
def test_it_reads_a_code_in_other_words(typed: str) -> None:
    assert find_code(typed) == "201"
