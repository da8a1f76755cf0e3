"""What holds for every talk, whatever is typed in whatever order."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.consultation.triage import find_danger
from bot.conversation.dialogue import dump_dialogue, load_dialogue
from bot.conversation.router import decide
from bot.conversation.turn import Content, Decision, RaiseAlarm, Rules, Turn
from bot.messages import MAX_REPLY_BYTES, Inbound, InboundKind, plain_text
from tests.conversation.talking import MONDAY, Resident

TYPED = """
人工 我要调解 跳过 上一步 取消 继续 确认 不留 13800138000 1380013 没有了 1 二 第三个 最后一个 都不是
东村 邻居占了俺的地，想让他让出来 彩礼能要回来吗 离婚冷静期有多久 离婚彩礼 201 391 999 110 详 详203
民法典1077 宪法36条 常见问题 婚姻家庭 什么时候赶集 明天有集吗 提醒我 取消提醒 删除我的数据 确定删除
谢谢 不对 你好 拖拉机坏了 皮带打滑 偷东西判几年 他拿着刀要砍俺 俺娘喝农药了 帮助 查进度 答题
退出 改电话
【收到不支持的消息类型，暂无法显示】 🐶 ？
"""
texts = st.sampled_from(TYPED.split()) | st.text(max_size=40)
kinds = st.sampled_from([InboundKind.TEXT] * 12 + list(InboundKind))
waits = st.sampled_from([1, 5, 30, 30, 30, 3600])
talks = st.lists(st.tuples(kinds, texts, waits), max_size=14)
rules = st.sampled_from(
    [Rules(), Rules(answer_at=1.0, clarify_at=0.0), Rules(answer_at=0.1, clarify_at=0.05)]
)
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def step(
    kind: InboundKind, text: str, dialogue: str, now: datetime, content: Content, rules: Rules
) -> Turn:
    message = Inbound("resident", kind, "key", text=text, media_id="media")
    return Turn(message, load_dialogue(dialogue), now, content, rules)


@unhurried
@given(talk=talks, rules=rules)
def test_every_text_is_answered_and_fits(content: Content, talk: list, rules: Rules) -> None:
    dialogue, now = "", MONDAY
    for kind, text, wait in talk:
        now += timedelta(seconds=wait)
        outcome = decide(step(kind, text, dialogue, now, content, rules))
        dialogue = dump_dialogue(outcome.dialogue)
        assert load_dialogue(dialogue) == outcome.dialogue
        assert len(outcome.candidates) <= 5
        assert not any(candidate.entry.startswith("field:") for candidate in outcome.candidates)
        if kind is InboundKind.TEXT:
            assert outcome.reply is not None
        if outcome.reply:
            assert outcome.reply.text.strip()
            assert len(plain_text(outcome.reply).encode("utf-8", "replace")) <= MAX_REPLY_BYTES
            # Whatever can be tapped can be chosen by its number.
            taps = [(tap.label, tap.message) for tap in outcome.reply.taps]
            offered = [(choice.label, choice.message) for choice in outcome.dialogue.choices]
            assert taps in ([], offered)


@unhurried
@given(talk=talks, cry=st.sampled_from(["救命", "他现在拿着刀要砍俺", "俺不想活了", "着火了快来"]))
def test_danger_always_wins(content: Content, talk: list, cry: str) -> None:
    dialogue, now = "", MONDAY
    for kind, text, wait in talk:
        now += timedelta(seconds=wait)
        dialogue = dump_dialogue(decide(step(kind, text, dialogue, now, content, Rules())).dialogue)
    outcome = decide(step(InboundKind.TEXT, cry, dialogue, now, content, Rules()))
    danger = find_danger(cry, content.safety)
    assert danger is not None
    assert outcome.decision is Decision.EMERGENCY
    assert outcome.reply is not None
    assert plain_text(outcome.reply) == danger.kind.card
    assert not outcome.reply.takes_riders
    assert outcome.effects == (RaiseAlarm(f"{danger.kind.name}：{danger.sign}", cry),)


def test_it_lists_candidates_beside_a_card(resident: Resident) -> None:
    outcome = resident.say("俺要离婚，他现在拿着刀要砍俺")
    assert outcome.decision is Decision.EMERGENCY
    assert outcome.candidates


def test_it_lists_candidates_beside_a_command(resident: Resident) -> None:
    assert resident.say("想请司法所给调解一下彩礼的事").candidates[0].entry == "203"


def test_it_decides_the_same_for_the_same_turn(content: Content) -> None:
    turn = step(InboundKind.TEXT, "彩礼能要回来吗", "", MONDAY, content, Rules())
    assert decide(turn) == decide(turn)
