import pytest

from bot.conversation.dialogue import Dialogue
from bot.conversation.turn import Decision, HandOff
from tests.conversation.talking import Resident, said


def test_it_takes_a_story_told_instead_of_a_village(resident: Resident) -> None:
    told = resident.hear("人工", "俺邻居去年盖房把俺家后墙根挖空了现在墙裂了好大一条缝")
    assert "这件事记下了" in told
    assert "第1步" in told
    assert "您要说的是“俺邻居去年" in resident.hear("东村")


def test_it_adds_to_a_story(resident: Resident) -> None:
    resident.say_all("人工", "东村", "墙裂了", "上一步", "裂了两指宽", "不留", "对")
    assert resident.effects == [HandOff("person", "墙裂了；裂了两指宽", "东村", "")]


@pytest.mark.parametrize("typed", ["你好", "谢谢", "没用"])
def test_it_stays_with_its_question_through_pleasantries(typed: str, resident: Resident) -> None:
    told = resident.hear("人工", typed)
    assert "我还在帮您登记" in told
    assert "第1步" in told


def test_it_wants_more_than_a_word_of_a_story(resident: Resident) -> None:
    assert "请多说几个字" in resident.hear("人工", "东村", "事")
    assert "请多说几个字" in resident.hear("没有了")


def test_it_asks_again_what_it_did_not_understand(resident: Resident) -> None:
    told = resident.hear("人工", "东村", "墙裂了", "13800138000", "那个啥来着你看看")
    assert "我没看明白" in told
    assert "138 0013 8000" in told


def test_it_takes_another_number_at_the_end(resident: Resident) -> None:
    told = resident.hear("人工", "东村", "墙裂了", "13800138000", "写错了，是13900139000")
    assert "139 0013 9000" in told


def test_it_asks_for_a_number_where_none_was_typed(resident: Resident) -> None:
    assert "没有看到电话号码" in resident.hear("人工", "东村", "墙裂了", "晚上打")


def test_it_stays_at_the_first_step_when_sent_back(resident: Resident) -> None:
    assert "第1步" in resident.hear("人工", "上一步")


def test_it_turns_into_mediation_when_asked(resident: Resident) -> None:
    outcome = resident.say_all("人工", "我要调解")
    assert outcome.decision is Decision.DISPUTE
    assert resident.say("东村").decision is Decision.DISPUTE


def test_it_explains_an_emergency_number_in_between(resident: Resident) -> None:
    outcome = resident.say_all("人工", "110")
    assert outcome.decision is Decision.HELP
    assert "登记还没填完" in said(outcome)


def test_it_gives_way_to_deletion(resident: Resident) -> None:
    outcome = resident.say_all("人工", "东村", "删除我的数据")
    assert outcome.decision is Decision.DELETE_DATA
    assert "登记还没填完" not in said(outcome)
    assert "已经删除" in said(resident.say("确定"))


def test_it_masks_numbers_in_the_story_but_not_the_phone(resident: Resident) -> None:
    resident.say_all(
        "人工", "跳过", "他手机13900139000，身份证37132719900307123X", "13800138000", "对"
    )
    (handoff,) = resident.effects
    assert isinstance(handoff, HandOff)
    assert "13900139000" not in handoff.text
    assert "37132719900307123X" not in handoff.text
    assert handoff.phone == "13800138000"


def test_it_promises_neither_time_nor_outcome(resident: Resident) -> None:
    told = resident.hear("我要调解", "跳过", "墙裂了", "13800138000", "对")
    assert "不能替他们保证" in told
    assert "办公时间" not in told


def test_it_bears_a_step_it_does_not_know(resident: Resident) -> None:
    resident.dialogue = Dialogue(flow="handoff", step="signature")
    assert resident.say("彩礼能要回来吗").decision is Decision.ANSWER


@pytest.mark.parametrize("word", ["取消", "退出", "返回", "算了", "不弄了"])
@pytest.mark.parametrize("told", [0, 1, 2, 3])
def test_it_can_be_left_at_any_time(word: str, told: int, resident: Resident) -> None:
    outcome = resident.say_all("人工", *("东村", "墙裂了", "13800138000")[:told], word)
    assert outcome.decision is Decision.CANCEL
    assert resident.dialogue.flow == ""
    assert resident.effects == []
