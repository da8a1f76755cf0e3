import pytest

from bot.config import OfficeSettings
from bot.conversation.turn import Content, Decision, RecordMiss
from bot.knowledge.library import Library
from bot.retrieval import Index
from tests.conversation.talking import Resident, said


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("你好", "您好，我在"),
        ("再见", "再见"),
        ("你是真人吗", "不是真人"),
        ("你叫什么名字", "自动助手"),
        ("嗯嗯", "好的。"),
        ("好", "好的。"),
        ("早上好", "您好"),
    ],
)
def test_it_is_polite_and_honest(typed: str, told: str, resident: Resident) -> None:
    outcome = resident.say(typed)
    assert outcome.decision is Decision.SMALLTALK
    assert told in said(outcome)


def test_it_names_the_office_where_it_is_set(resident: Resident) -> None:
    assert "司法所「非诉在线」" in said(resident.say("你是谁"))
    office = OfficeSettings(name="某镇司法所", address="某街1号", hours="周一到周五")
    resident.set(office=office)
    assert "某镇司法所「非诉在线」" in said(resident.say("你是谁"))
    told = said(resident.say("查进度"))
    assert "地址：某街1号\n办公时间：周一到周五" in told
    assert "电话" not in told


def test_it_asks_what_was_wrong_where_nothing_was_answered(resident: Resident) -> None:
    outcome = resident.say("不对")
    assert outcome.decision is Decision.FEEDBACK_BAD
    assert outcome.effects == ()


def test_it_records_blame_for_a_miss(resident: Resident) -> None:
    outcome = resident.say_all("拖拉机坏了", "没用")
    assert outcome.effects == (RecordMiss("拖拉机坏了", "bad-answer"),)


def test_it_records_blame_once(resident: Resident) -> None:
    outcome = resident.say_all("彩礼能要回来吗", "不对", "不对")
    assert outcome.effects == ()


def test_it_lists_topics_page_by_page(resident: Resident) -> None:
    first = resident.say("婚姻家庭")
    assert first.decision is Decision.HELP
    assert "离婚冷静期有多久" in said(first)
    assert "老人该谁养" not in said(first)
    assert "老人该谁养" in said(resident.say("再看几个"))
    assert resident.say("婚姻家庭·3").decision is not Decision.HELP


def test_it_offers_help_where_there_are_no_topics(content: Content) -> None:
    library = Library(entries={}, index=Index.build([]))
    resident = Resident(Content(library, content.calendar, content.safety))
    assert "直接打字问" in said(resident.say("常见问题"))
    assert resident.say("彩礼能要回来吗").decision is Decision.FALLBACK


def test_it_tells_the_rest_of_an_entry_by_code(resident: Resident) -> None:
    outcome = resident.say("详201")
    assert (outcome.decision, outcome.entry) == (Decision.ANSWER, "201")
    assert "亲自去领离婚证" in said(outcome)
    assert resident.dialogue.last_entry == "201"


@pytest.mark.parametrize("typed", ["详", "详999", "再说详细点"])
def test_it_asks_which_entry_is_meant(typed: str, resident: Resident) -> None:
    outcome = resident.say(typed)
    assert outcome.decision is Decision.HELP
    assert "哪个问题的详细内容" in said(outcome)


def test_it_says_that_there_is_no_more(resident: Resident) -> None:
    assert "没有更多内容了" in said(resident.say_all("203", "详"))
