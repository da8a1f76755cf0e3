"""Wishes to the service in villagers' words, and questions of law that only sound like them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.intents import Intent, find_intent

WISHES = {
    Intent.CANCEL: """
        取消 算了 算了不问了 不用了 退出 先不弄了 拉倒吧 不办了 没事了 返回 取消登记 不想说了
        """,
    Intent.DELETE_DATA: """
        删除我的数据 把我的信息都删了吧 清空我的聊天记录 别存我的话了 注销 把我说过的话删掉
        请删除我的个人信息 俺的信息给删了吧 删掉我的记录 我要删除我的个人数据 不要保存我的信息
        帮我把聊天记录清空 把俺问过的都删了
        """,
    Intent.STOP_REMINDING: """
        取消提醒 别提醒我了 不用通知我了 以后不要再给我发提醒 退订 关掉提醒 不要提醒了
        """,
    Intent.REMIND: """
        提醒我 赶集的时候叫我一声 到时候喊俺一声 集日提醒 开通提醒 下次普法提前通知俺
        赶集前记得提醒我 有活动告诉我一声 到时候提醒俺一下 我要订阅提醒 普法的时候通知俺
        """,
    Intent.CASE_STATUS: """
        我的案子到哪一步了 俺上次报的那个事儿办到哪了 查进度 我登记的纠纷有结果了吗
        前几天报的事咋没信了 调解的事啥时候给俺办啊 我的案子怎么样了 查一下我的案子 办理进度
        我的调解申请受理了没 上回登记的纠纷处理得怎么样了
        """,
    Intent.QUIZ: """
        答题 我要答题 法律明白人考试 法律明白人考试在哪考 考考我 我要参加考试 普法答题入口 刷题
        出道题考考我 法律知识竞赛
        """,
    Intent.EVENTS: """
        什么时候赶集 下次普法是哪天 下个集是哪天 明天有集吗 最近有啥活动 普法大集在哪 下一个集几号
        啥时候来俺村讲课 这个月还有讲座吗 宪法宣传周有什么活动 赶集 大集几号 你们啥时候还来摆摊
        恁几时来赶大集 律师什么时候来村里 普法活动安排 后天逢集不 年前还有普法吗
        """,
    Intent.PERSON: """
        人工 转人工 我要找人工 找个人跟我说 俺想找个真人说说 客服 有没有人能跟我说说话
        找司法所的人 我不想跟机器人说 给我打个电话 真人 俺想跟工作人员说说 我要人工服务
        你们领导在吗 能不能找个明白人给俺讲讲 换个人来 找个懂法的人问问
        """,
    Intent.MEDIATION: """
        我要调解 申请调解 想请司法所给调解一下 我跟邻居因为地界闹矛盾了，想请你们来给调解调解
        你们能不能给俺评评理 我要登记纠纷 纠纷登记 俺跟俺哥分家吵架，恁能来给说和说和不 调解
        我要报纠纷 能不能帮我们调解一下 我想调解 请你们主持公道 求恁给俺两家说和说和
        """,
    Intent.FEEDBACK_BAD: """
        不对 没用 答非所问 👎 你说的不对 不是这个意思 看不懂 你答错了 这不是我问的 瞎说
        你说的啥玩意 没听懂我的话 都不是 说的啥呀 没答到点上 一点用没有 回答的不对 根本不对
        """,
    Intent.THANKS: """
        谢谢 谢谢你啊 好的谢谢 多谢 👍 辛苦了 太感谢了 知道了谢谢您 真管用 麻烦您了 谢谢恁
        [强][玫瑰] 帮了我大忙了 谢谢老师
        """,
    Intent.TOPICS: "常见问题 大家都问什么 热门问题 问题分类",
    Intent.HELP: """
        帮助 菜单 怎么用 你能干啥 你会啥 能问什么 ？ 这个公众号怎么用 你有什么功能 你们是干啥的
        咋用 你都能帮俺干啥 不会用 功能 help
        """,
    Intent.SMALLTALK: """
        你好 您好 在吗 有人吗 早上好 你是谁 你是机器人吗 再见 哈哈 嗯嗯 好的 你好啊 知道了
        你好在吗 过年好 恁好 拜拜 晚上好啊 你是真人吗 你叫什么名字 确定
        """,
}

QUESTIONS = """
调解协议有法律效力吗
调解书能反悔吗
调解收费吗
怎么申请调解
调解不成怎么办
村里调解过的还能起诉吗
离婚必须先调解吗
人工授精的孩子归谁
人工费谁出
请人工装修摔伤了谁赔
他没有提醒我算违约吗
房东没提前通知我就涨租
公司不通知我就解除合同
法院的案子多久能判
我的案子法院什么时候开庭
考试作弊犯法吗
孩子考试没考好被打
网上有人发我的信息怎么删除
能要求网站删除我的个人信息吗
公司泄露我的信息怎么办
别人冒用我的身份信息
谢谢你，离婚冷静期有多久
你好，彩礼能退吗
邻居不对我该怎么办
不对等的合同有效吗
没用的承诺算数吗
集体土地能卖吗
集资款能要回来吗
赶集买的东西坏了能退吗
赶集被车撞了谁赔
聚集上街有什么限制
国家宪法日是哪天
取消婚约彩礼退不退
退出合伙要怎么分钱
返回原籍
撤销赠与怎么办
好意同乘出事故赔吗
他答应给钱又反悔
帮助别人盖房摔伤了谁赔
菜单上的价钱和结账不一样
在吗这种借款短信是骗子吗
人走了欠的钱咋办
找不到人怎么起诉
找人盖房出事了谁负责
工作人员态度不好怎么投诉
你们村的地被占了咋办
功能障碍赔多少钱
数据丢了谁赔
登记结婚要什么材料
房产登记错了怎么改
不动产登记收费吗
纠纷去哪个法院
活动板房算违建吗
超市搞活动买的能退吗
讲座收钱不退怎么办
"""


@pytest.mark.parametrize(
    ("intent", "text"),
    [(intent, text) for intent, texts in WISHES.items() for text in texts.split()],
)
def test_it_recognises_a_wish(intent: Intent, text: str) -> None:
    assert find_intent(text) is intent


@pytest.mark.parametrize("text", QUESTIONS.split())
def test_it_leaves_questions_to_the_knowledge(text: str) -> None:
    assert find_intent(text) is None


@given(st.text(max_size=400))
def test_it_never_raises(text: str) -> None:
    assert find_intent(text) is None or isinstance(find_intent(text), Intent)


PIECES = """
我 想 要 能 找 人 说 问 的 了 好 谢 谢谢 是 不 对 没 用 调解 登记 纠纷 什么 怎么 集 提醒 删 数据
"""


@given(st.lists(st.sampled_from(PIECES.split()), max_size=60))
def test_it_stays_fast_on_whatever_is_typed(words: list[str]) -> None:
    started = time.perf_counter()
    find_intent("".join(words))
    assert time.perf_counter() - started < 0.25
