"""Whole talks, as transcripts: 助手 lines are parts of the reply."""

from bot.conversation.turn import (
    DeleteData,
    HandOff,
    RaiseAlarm,
    RecordMiss,
    SetReminder,
)
from tests.conversation.talking import Resident


def test_it_answers_and_tells_more(transcript: Resident) -> None:
    """
    居民: 你好
    助手（smalltalk）: 直接打字问
    居民: 离婚冷静期有多久
    助手（answer）: 三十天冷静期
    助手: 《民法典》第1077条
    助手: 内容待司法所审核
    居民: 详
    助手（answer）: 亲自去领离婚证
    居民: 谢谢
    助手（thanks）: 不客气
    """
    assert transcript.effects == []


def test_it_records_an_answer_called_wrong(transcript: Resident) -> None:
    """
    居民: 彩礼能要回来吗
    助手（answer）: 彩礼一般应当返还
    助手: 王某
    居民: 答非所问
    助手（feedback-bad）: 已经记下来
    """
    assert transcript.effects == [RecordMiss("彩礼能要回来吗", "bad-answer", "203")]


def test_it_passes_a_dispute_on(transcript: Resident) -> None:
    """
    居民: 我要调解
    助手（dispute）: 您是哪个村的
    居民: 俺是店子的
    助手（dispute）: 跟谁、为什么事
    居民: 邻居盖房占了俺家半米地，他手机13900139000
    助手（dispute）: 留一个能打通的电话
    居民: 不留
    助手（dispute）: 没有电话联系不上您
    居民: 138001380
    助手: 数了数是9位
    居民: 我的电话是138 0013 8000
    助手: 138 0013 8000
    助手: 大店子村
    居民: 1
    助手（dispute）: 已经转给工作人员了
    助手: 不能替他们保证
    """
    story = "邻居盖房占了俺家半米地，他手机139****9000"
    assert transcript.effects == [HandOff("mediation", story, "大店子村", "13800138000")]


def test_it_passes_a_question_on_to_a_person(transcript: Resident) -> None:
    """
    居民: 找个真人说说
    助手（handoff）: 您是哪个村的
    居民: 跳过
    助手（handoff）: 是什么事
    居民: 想问问低保的事
    助手（handoff）: 留一个能打通的电话
    居民: 不留
    助手（handoff）: 电话：不留
    居民: 对
    助手（handoff）: 您没有留电话
    """
    assert transcript.effects == [HandOff("person", "想问问低保的事", "", "")]


def test_it_lets_an_intake_be_corrected(transcript: Resident) -> None:
    """
    居民: 人工
    助手: 您是哪个村的
    居民: 东村
    助手: 第2步
    居民: 上一步
    助手: 第1步
    居民: 西村
    居民: 邻居家的鸡吃俺菜
    居民: 0539-7212345
    助手: 0539-7212345
    居民: 改电话
    助手: 第3步
    居民: 13800138000
    助手: 西村
    居民: 确认
    助手: 已经转给工作人员
    """
    assert transcript.effects == [HandOff("person", "邻居家的鸡吃俺菜", "西村", "13800138000")]


def test_it_answers_in_between_and_goes_on(transcript: Resident) -> None:
    """
    居民: 人工
    助手: 您是哪个村的
    居民: 201
    助手（answer）: 三十天冷静期
    助手: 登记还没填完
    居民: 什么时候赶集
    助手（events）: 登记还没填完
    居民: 继续
    助手（handoff）: 您是哪个村的
    居民: 东村
    助手（handoff）: 第2步
    居民: 取消
    助手（cancel）: 不登记了
    居民: 东村
    助手（fallback）: 没有写好的答案
    """
    assert not any(isinstance(effect, HandOff) for effect in transcript.effects)


def test_it_answers_a_clear_question_inside_an_intake(transcript: Resident) -> None:
    """
    居民: 人工
    居民: 东村
    居民: 家里的事
    助手: 第3步
    居民: 离婚冷静期有多久，怎么算？
    助手（answer）: 三十天冷静期
    助手: 刚才问到：您的电话
    居民: 13800138000
    助手（handoff）: 家里的事
    """


def test_it_puts_danger_before_an_intake(transcript: Resident) -> None:
    """
    居民: 我要调解
    居民: 东村
    居民: 他现在拿着刀要砍俺，俺电话13800138000
    助手（emergency）: 110
    居民: 继续
    助手（dispute）: 第2步
    """
    (alarm,) = transcript.effects
    assert isinstance(alarm, RaiseAlarm)
    assert "13800138000" in alarm.text


def test_it_forgets_an_intake_left_for_long(transcript: Resident) -> None:
    """
    居民: 人工
    居民: 东村
    居民（过1小时）: 彩礼能要回来吗
    助手（answer）: 应当返还
    助手: 放得久了，没有保存
    居民: 继续
    助手（answer）: 没有更多内容
    """


def test_it_takes_the_opening_as_the_story(transcript: Resident) -> None:
    """
    居民: 俺跟俺哥因为分地闹得不行，想请司法所给调解一下
    助手（dispute）: 您是哪个村的
    居民: 东村
    助手: 您要说的是“俺跟俺哥因为分地
    居民: 没有了
    助手: 第3步
    居民: 取消
    助手（cancel）: 没有交给工作人员
    """


def test_it_offers_a_person_after_two_misses(transcript: Resident) -> None:
    """
    居民: 母猪产后护理
    助手（fallback）: 没有写好的答案
    助手: 12348
    居民: 拖拉机皮带打滑
    助手（fallback）: 连着没答上来
    居民: 1
    助手（handoff）: 您是哪个村的
    居民: 东村
    助手: 您要说的是“拖拉机皮带打滑”
    """
    assert [effect.reason for effect in transcript.effects if isinstance(effect, RecordMiss)] == [
        "miss",
        "miss",
    ]


def test_it_names_another_field_of_law(transcript: Resident) -> None:
    """
    居民: 偷东西判几年
    助手（fallback）: “刑事犯罪”
    助手: 请打12348或找律师
    """
    assert transcript.effects == [RecordMiss("偷东西判几年", "other-field")]


def test_it_deletes_only_after_a_yes(transcript: Resident) -> None:
    """
    居民: 删除我的数据
    助手（delete-data）: 您确定要删除吗
    居民: 彩礼能要回来吗
    助手（answer）: 应当返还
    居民: 确定
    助手（smalltalk）: 好的
    """
    assert transcript.effects == []


def test_it_deletes_everything(transcript: Resident) -> None:
    """
    居民: 把我的信息都删了
    助手（delete-data）: 您确定要删除吗
    居民: 1
    助手（delete-data）: 已经删除了
    """
    assert transcript.effects == [DeleteData()]


def test_it_tells_the_next_market_and_reminds(transcript: Resident) -> None:
    """
    居民: 啥时候赶集
    助手（events）: 11月25日
    助手: 待司法所核对
    居民: 1
    助手（remind）: 记下了
    居民: 取消提醒
    助手（remind）: 不提醒您了
    """
    assert transcript.effects == [SetReminder(True), SetReminder(False)]


def test_it_is_honest_about_what_is_not_there(transcript: Resident) -> None:
    """
    居民: 我的案子到哪一步了
    助手（case-status）: 现在还查不到
    居民: 我要答题
    助手（quiz）: 现在还没有
    居民: 退出
    助手（cancel）: 有事随时
    """


def test_it_guides_by_topics(transcript: Resident) -> None:
    """
    居民: 常见问题
    助手（help）: 1. 结婚离婚、孩子老人
    居民: 一
    助手（help）: 离婚冷静期有多久
    居民: 第三个
    助手（answer）: 彩礼一般应当返还
    """
