import pytest

from bot.conversation.finding import Level, judge
from bot.conversation.turn import Decision, RecordMiss, Rules
from bot.retrieval import Hit
from tests.conversation.talking import Resident, said


def hit(key: str, confidence: float) -> Hit:
    return Hit(key, confidence, confidence, "")


@pytest.mark.parametrize(
    ("hits", "level"),
    [
        ([], Level.MISS),
        ([hit("201", 0.3)], Level.MISS),
        ([hit("201", 0.5)], Level.CLARIFY),
        ([hit("201", 0.8)], Level.ANSWER),
        ([hit("201", 0.8), hit("202", 0.6)], Level.ANSWER),
        ([hit("201", 0.8), hit("202", 0.78)], Level.CLARIFY),
        ([hit("201", 0.8), hit("field:刑事", 0.78)], Level.CLARIFY),
        ([hit("field:刑事", 0.9), hit("201", 0.2)], Level.OTHER_FIELD),
        ([hit("field:刑事", 0.5)], Level.OTHER_FIELD),
        ([hit("field:刑事", 0.2)], Level.OTHER_FIELD),
        ([hit("field:刑事", 0.19), hit("201", 0.1)], Level.MISS),
        ([hit("wish:找人", 0.2), hit("201", 0.2)], Level.WISH),
        ([hit("wish:找人", 0.19), hit("201", 0.1)], Level.MISS),
        ([hit("wish:staff changed this heading", 0.99)], Level.MISS),
    ],
)
def test_it_judges_how_far_hits_carry(hits: list[Hit], level: Level) -> None:
    assert judge(hits, Rules(answer_at=0.75, clarify_at=0.35)) is level


def test_it_answers_with_article_approver_and_candidates(resident: Resident) -> None:
    outcome = resident.say("彩礼能要回来吗？")
    assert (outcome.decision, outcome.entry) == (Decision.ANSWER, "203")
    assert outcome.citations == ("民法典1042",)
    assert outcome.candidates[0].entry == "203"
    assert outcome.candidates[0].citations == ("民法典1042",)
    assert "王某" in said(outcome)


def test_it_links_the_page_only_where_the_outside_can_reach_it(resident: Resident) -> None:
    assert "http" not in said(resident.say("203"))
    resident.set(public_url="https://example.com")
    assert "https://example.com/a/203" in said(resident.say("203"))


def test_it_asks_back_with_at_most_three_questions(resident: Resident) -> None:
    resident.set(answer_at=1.0, clarify_at=0.0)
    outcome = resident.say("离婚彩礼")
    assert outcome.decision is Decision.CLARIFY
    assert outcome.entry == ""
    assert outcome.reply is not None
    assert 2 <= len(outcome.reply.taps) <= 4
    assert outcome.reply.taps[-1].message == "都不是"
    assert len(outcome.candidates) >= 1


@pytest.mark.parametrize("chosen", ["1", "一", "第一个", "选1"])
def test_it_takes_a_choice_by_number(chosen: str, resident: Resident) -> None:
    resident.set(answer_at=1.0, clarify_at=0.0)
    offered = resident.say("离婚彩礼").reply
    assert offered is not None
    outcome = resident.say(chosen)
    assert outcome.decision is Decision.ANSWER
    assert outcome.entry == offered.taps[0].message


def test_it_takes_a_choice_by_its_words(resident: Resident) -> None:
    resident.set(answer_at=1.0, clarify_at=0.0)
    offered = resident.say("离婚彩礼").reply
    assert offered is not None
    outcome = resident.say(offered.taps[0].label)
    assert outcome.entry == offered.taps[0].message


@pytest.mark.parametrize("refusal", ["都不是", "都不对", "没有我要的", "0"])
def test_it_records_the_miss_when_none_is_meant(refusal: str, resident: Resident) -> None:
    resident.set(answer_at=1.0, clarify_at=0.0)
    resident.say("离婚彩礼")
    outcome = resident.say(refusal)
    assert outcome.decision is Decision.FALLBACK
    assert outcome.effects == (RecordMiss("离婚彩礼", "clarify-refused"),)
    assert "找工作人员" in said(outcome)


def test_it_remembers_what_was_asked_when_a_choice_is_called_wrong(resident: Resident) -> None:
    resident.set(answer_at=1.0, clarify_at=0.0)
    resident.say("离婚彩礼")
    entry = resident.say("1").entry
    assert resident.say("答非所问").effects == (RecordMiss("离婚彩礼", "bad-answer", entry),)


def test_it_masks_numbers_in_what_it_records(resident: Resident) -> None:
    outcome = resident.say("拖拉机坏了找13800138000修")
    assert outcome.effects == (RecordMiss("拖拉机坏了找138****8000修", "miss"),)
    assert "13800138000" not in resident.dialogue.missed_text


def test_it_leaves_unset_office_fields_out(resident: Resident) -> None:
    plain = said(resident.say("拖拉机皮带打滑"))
    assert "电话：" not in plain
    assert "地址" not in plain
    office = resident.rules.office.model_copy(
        update={"name": "某镇司法所", "phone": "0539-7000000"}
    )
    resident.set(office=office)
    told = said(resident.say("拖拉机皮带打滑"))
    assert "某镇司法所" in told
    assert "0539-7000000" in told


def test_it_decides_on_both_texts_of_a_burst(resident: Resident) -> None:
    def confidence(text: str) -> float:
        return resident.content.library.search(text)[0].confidence

    first, second = "去民政局离婚", "还得等一个月吗"
    joined = confidence(f"{first}，{second}")
    assert joined > max(confidence(first), confidence(second))
    resident.set(answer_at=joined, clarify_at=joined)
    assert resident.say(first).decision is Decision.FALLBACK
    outcome = resident.say(second, after=4)
    assert (outcome.decision, outcome.entry) == (Decision.ANSWER, "201")


def test_it_joins_nothing_after_ten_seconds(resident: Resident) -> None:
    resident.say("拖拉机坏了")
    resident.say("皮带打滑", after=11)
    assert resident.dialogue.missed_text == "皮带打滑"


def test_it_counts_a_burst_as_one_miss(resident: Resident) -> None:
    resident.say("拖拉机坏了")
    outcome = resident.say("皮带打滑", after=3)
    assert resident.dialogue.missed_text == "拖拉机坏了，皮带打滑"
    assert resident.dialogue.misses_in_a_row == 1
    assert "连着没答上来" not in said(outcome)
    assert "连着没答上来" in said(resident.say("收音机不响了"))


def test_it_forgets_misses_once_something_is_answered(resident: Resident) -> None:
    resident.say_all("拖拉机坏了", "201")
    assert resident.dialogue.misses_in_a_row == 0
    assert "连着没答上来" not in said(resident.say("皮带打滑"))
