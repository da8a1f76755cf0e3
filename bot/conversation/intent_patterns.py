"""How residents word a wish to the service.

Patterns are written against folded text: no spaces or punctuation, one width, simplified
characters, dialect read as the standard language. In them, words apart by a blank are
alternatives, and `~` glues a line to the one above. Most must fit the whole message, so that a
question of law that merely contains the word is left to the knowledge: 我要调解 is a wish,
调解协议有效吗 is a question.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What can be asked of the service."""

    CANCEL = "cancel"
    DELETE_DATA = "delete-data"
    STOP_REMINDING = "stop-reminding"
    REMIND = "remind"
    CASE_STATUS = "case-status"
    QUIZ = "quiz"
    EVENTS = "events"
    PERSON = "person"
    MEDIATION = "mediation"
    FEEDBACK_BAD = "feedback-bad"
    THANKS = "thanks"
    TOPICS = "topics"
    HELP = "help"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True)
class Pattern:
    """Words that show an intent, unless words stand there that make it a question of law."""

    words: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    longest: int = 40

    def fits(self, wordings: Sequence[str]) -> bool:
        """Whether one of the wordings, the whole folded text first, shows it."""
        whole = wordings[0]
        if len(whole) > self.longest or (self.unless and self.unless.search(whole)):
            return False
        return any(self.words.search(wording) for wording in wordings)


def _any(words: str) -> str:
    return "(?:" + "|".join(re.sub(r"\s+~", "", words).split()) + ")"


def _whole(words: str, *, unless: str = "", longest: int = 40) -> Pattern:
    return Pattern(re.compile(f"^{_any(words)}$"), _unless(unless), longest)


def _inside(words: str, *, unless: str = "", longest: int = 40) -> Pattern:
    return Pattern(re.compile(_any(words)), _unless(unless), longest)


def _unless(words: str) -> re.Pattern[str] | None:
    return re.compile(_any(words)) if words else None


# What is repeated below never begins with another of its alternatives, so that no text is tried
# in two ways: matching stays fast on whatever is typed.
_WISH = _any("""
    我们? 请 想 要 需要 希望 麻烦 能不能 能否 可不可以 可以 帮 给 把 来 快 还是 那就 就 再
""")
WISH = f"{_WISH}*"

SOMEONE_ELSE = """
    法院 开庭 判决 派出所 公安 警察 检察 仲裁 公司 老板 房东 物业 银行 保险 网站 平台 抖音 快手 淘宝
    朋友圈 别人 他 她 中介 学校 单位 商家 卖家 店 复议
"""

STAFF = _any("""
    人工 真人 活人 客服 工作人员 管事儿?的 办事的 司法所的?(?:人|同志|工作人员|所长)? 所长 明白人
    懂法?的人? 你们(?:所里?|那里?|司法所)?的?(?:人|领导|工作人员|所长|同志|干部) 负责人 值班的 专人 干部
""")
_TALK = _any("""
    来 给我 跟我 和我 帮我 问 说 聊 谈 讲 话 看 回复 回答 解答 接听? 咨询 服务 一下 明白 清楚
    这事儿?
""")
TALK = f"{_TALK}*"

ASKS_ABOUT_MEDIATION = """
    怎么 收费 要钱 多少钱 花钱 效力 有效 有用 管用 算数 流程 程序 材料 是什么 什么意思 强制 多久
    几天 反悔 哪些 什么样 哪里 在哪 去哪 必须 一定要 区别 履行 协议 不成 不了 失败 不满意 可以不
    不调解 范围 归谁 好处 免费 什么样 才能 叫来 不接受 不去 私下 挑 罚款 政府 不服
"""

MARKET = _any(
    "赶大集 赶集 大集 逢集 集市 集日 赶会 庙会 (?<![聚收采筹募征召密搜])集(?![资体团合中装邮结会])"
)
EVENT = _any(f"""
    {MARKET} 普法(?:宣传|活动|大集|讲座|赶集|课)* (?:法治|法律)?讲座 法律咨询活动 送法(?:下乡|进村)
    宪法宣传[周日]? 宪法日活动 宣传[周日月] 法律(?:宣传|下乡|服务日) (?:宣传|咨询|你们)活动 摆摊
    讲法
""")
WHEN = _any("""
    什么时候 什么日子 哪一?天 [几哪]月 几号 初几 逢几 几点 下一?[次回场] 下一?个 哪[个一]集 最近 近期 这[几两]天 今天 明天 大?后天 这周 下周
    周末 这个?月 本月 下个?月 月底 年[底前] 有没有 还有 有什么 在哪 哪里 还来 来不来 日期 时间 安排
    预告 日程
""")
NOT_AN_EVENT = """
    退 赔 打了 打伤 骂 买 卖 偷 摔 撞 罚 城管 被 合同 钱 伤 骗 征 占 租 判 法院 责任 犯法 违法 怎么来 传单
"""

REMINDING = _any("提醒 通知 喊 叫 告诉 知会 招呼")
MESSAGE = "[发来捎]一?[个条下]?(?:信儿?|消息|短信|通知|信息|微信)"

_DATA = _any("""
    数据 信息 记录 资料 聊天(?:记录)? 对话 账号 隐私 登记 问题 话 电话(?:号码?)? 手机号码? 号码 名字 东西
""")
DATA = f"(?:个人)?{_DATA}"
_MINE = _any("的 所有 全部 在这里? 在你们?这?里? 这边 留 说过? 问过? 之前 以前 发")
MINE = f"我们?{_MINE}*"
WIPE = _any("删除?掉? 清[除空掉] 注销掉? 抹[掉去] 销毁")

ABOUT_CASE = _any("案子 案件 纠纷 调解 登记 申请 事 单子 材料 矛盾 反映的(?:情况|问题)")
PROGRESS = _any("""
    到哪 哪一?步 进度 进展 怎么样 有没有?(?:结果|信|消息|回音|动静|着落) 有(?:结果|信|消息|回音)
    办好 办完 办了 处理了 受理了 有没?有?人管 有谱 什么情况 怎么说 到什么程度 没(?:信|消息|人管|动静|下文) 还没 什么时候[给能]?我?(?:办|处理|调解|有)
""")

QUIZ_WORD = _any("答题 考试 做题 刷题 测验 答卷 竞赛 竞答 模拟考试? 练习题 题库")
_LEARNING = _any("法律 普法 学法 宪法 在线 网上 明白人 法治带头人 民法典")
LEARNING = f"{_LEARNING}*"

PEACEMAKING = _any("""
    调解(?!员|书|协议|委员会|费|室|结果) 说和 评评?理 主持公道 断断理 断一断 劝和 断个?理 说个理 和事佬 说句公道话
""")

_THIS_ANSWER = _any("""
    你们? 这个? 这条 那 说[的得]? 答[的得]? 回答[的得]? 讲[的得]? 答案 回复的? 给的 也 都 真 太 完全 根本 压根 全
    还是 我觉得 一点儿? 有点儿?
""")
_IS_BAD = _any("""
    不对 错了? 不准确? 没用 不行 没有用 不管用 不好用? 没[答说]到点子?上 所?答非所问 文不对题 不满意
    差评 垃圾 太差 没有?帮助 没帮上忙 没解决(?:问题)? 不是这个(?:意思|问题|事)? 不是这回事
    [看听]不(?:懂|明白).{0,6} 不明白 没[看听]懂 白问 没说清楚? 不清楚 不[沾搭]边 不着边 不相干 没关系
    驴唇不对马嘴 牛头不对马嘴 [瞎乱胡][说扯答回] 胡说八道 跑题 没什么用 一?点用都?没有 没一点用 白说 跟没说一样 等于没说 废话 不[中顶]用 什么也不是
    净[瞎胡扯]说? 离题 .{0,5}没[说答]到点子?上
""")

_AGREEING = _any("好 的 嗯 行 哦 知道 明白 懂 清楚 可以 太 了 那 就 真 是 非常 十分 万分 很")
_THANK = _any("谢谢? 多谢 感谢 thanks thankyou 3q 辛苦 麻烦你们? 费心 有心 受累 劳驾")
_AFTER_THANKS = _any("""
    谢 你们? 了 啊 呀 哈 啦 大家 司法所 同志 老师 小助手 解答 帮忙 帮助 的 回答 指点 费心 好 人 很
    真 多 这么
""")

_THE_BOT = _any("你们? 这个? 这里 这儿 公众号 这个号 这东西 这个?助手 机器人")
_DOING = _any("干 做 办 帮(?:我们?|忙)? 问 回答 查 解决")
_THINGS = _any("事 问题 用处? 忙 功能 服务 的 用途 内容 法律 方面 活")

GREETINGS = """
    你们?好 hi hello hey 嗨 哈喽 哈罗 喂 在吗 在不在 在么 在没 有人在?[吗么没] 早上?好? [上中下]午好
    晚上好 晚安 再见 拜 886? 回见 回头[见说] 下次再聊 吃饭?了[吗没么] 过年好 新年[好快乐]
    春节[好快乐] 节日快乐 中秋快乐 快乐
"""
ABOUT_THE_BOT = """
    你是(?:谁|哪个|什么人|个?机器人?|真?人|人工|活人|ai|电脑)(?:还是.{1,4})?[吗不]? 你叫什么(?:名字)?
    是(?:机器人|真人|人工|人)吗 机器人 你多大 你几岁 想你 我爱你 无聊 讲个?笑话 说个?笑话
    今天天气 天气 真好 怎么样 不错
"""
NODS = """
    哈 呵 嘿 嘻 嗯 哦 噢 额 呃 好 行 中 可以 成 ok okay 知道 明白 懂 收到 了解 清楚 晓得 对 是
    确[定认] 试试 试一下 测试 一下 test 同志 老师 没事 了 啊 呀 吧 呢 吗 的 嘞
"""

PATTERNS: Mapping[Intent, Sequence[Pattern]] = {
    Intent.CANCEL: (
        _whole("""
            取消 退出 返回 停止? 结束 终止 撤[销回] 关[掉闭] 打住 停下 拉倒 作废 没事儿?了? 不用了?
            不需要了? 先?就?这样 先放着 (?:回头|以后|改天|下次|过后)再?(?:说|弄|填|问|办)
            我?先?[不别](?:办|弄|填|登记|想说|说|报|用|要|搞|写|留|转|聊)了? 先?[不别]想?问了?
            算了?(?:不.{0,4})? 我?不想(?:办|弄|填|说|问|登记)(?:这个)?了?
            (?:取消|退出|结束|放弃|撤回)(?:登记|填写|调解|对话|人工|申请|这个|操作)
        """),
    ),
    Intent.DELETE_DATA: (
        _whole(
            f"""
            {WISH}{WIPE}(?:一下|全部|所有)*(?:{MINE})?(?:全部|所有)?{DATA}(?:全部|都)?
            {WISH}{MINE}{DATA}(?:全部|全都|全|都)?(?:给我?|帮我)?{WIPE}(?:掉|干净|一下|了)?
            {WISH}(?:{DATA}|我们?{_MINE}+)(?:全部|全都|全|都)?(?:给我?|帮我)?{WIPE}(?:掉|干净|一下|了)?
            (?:别|不要|不许|不准|不想)(?:[让叫]?你们?)?再?(?:保存|存|留着?|记录?)着?{MINE}(?:{DATA})?
            {WISH}(?:注销|销户|删号) {WISH}(?:忘记|忘掉){MINE}(?:{DATA})?
            """,
            unless=f"""
            {SOMEONE_ELSE} 怎么维权 有权 侵权 要求 起诉 告 泄露 违法 合法 犯法 群里
            """,
        ),
    ),
    Intent.STOP_REMINDING: (
        _inside(
            f"""
            (?:别|不要|不用|不必|停止|取消|关掉|关闭|退订|不想)再?(?:给我|收到?|用)?发?
            ~(?:集日|赶集|活动|普法)?{REMINDING} ^退订$ (?:提醒|通知)怎么?(?:关|取消|停|退)掉?
            """,
            unless=SOMEONE_ELSE,
            longest=16,
        ),
    ),
    Intent.REMIND: (
        _inside(
            f"""
            (?:提醒|通知|告诉|知会)(?:一下)?我们?(?:一?声|一?下|来|去|赶集|$)
            (?:喊|叫|招呼)我?一?声 我?想收到?.{{0,6}}(?:提醒|通知)$ ^(?:集日|赶集|活动|普法)?提醒$
            (?:记得|到时候?|提前|别忘了?|赶集前?|集日|活动前|开集|下次|有活动|有集)了?再?(?:你们?)?
            ~(?:的时候|那天)?也?(?:提前)?(?:给我|跟我)?(?:{REMINDING}|说一声|{MESSAGE})
            ^我?[想要]?(?:开通?|开启|打开|设置?|定|订阅?|要|收)(?:个|一个|下|到)?
            ~(?:集日|赶集|活动|普法)?的?(?:提醒|通知)$
            """,
            unless=f"""
            {SOMEONE_ELSE} 没有?(?:提前)?(?:提醒|通知|告诉|说) 未 不(?:提醒|通知|告诉) 合同 要不要
            是否 必须 应该 解除 租 义务 几天 开会 多久
            """,
            longest=28,
        ),
    ),
    Intent.CASE_STATUS: (
        _whole(
            """
            我?[想要]?[查询问看]*(?:一下)?我?(?:的|办理|处理|案件|案子|登记|调解|申请|纠纷)*
            ~(?:进度|进展)(?:查询)?(?:怎么样|到哪)?了?
            (?:查询?|看看|查查|问问)(?:一下)?我?的?(?:案子|案件|登记|纠纷|申请|调解)
            我的?(?:案子|案件|登记|纠纷)
            """,
            unless=SOMEONE_ELSE,
        ),
        _inside(
            f"""
            (?:我|上次|上回|之前|前几天|上周|那天|前两天|昨天|早先|登记|报|反映|交|提).{{0,10}}
            ~{ABOUT_CASE}.{{0,8}}{PROGRESS}
            (?:案子|案件|登记的|报的|申请的?|调解的?事?).{{0,6}}
            ~(?:到哪一?步|办到哪|办得怎么样|处理得?怎么样|有结果没?|处理到哪|什么时候给我?办)
            """,
            unless=f"""
            {SOMEONE_ELSE} 判 起诉 立案 律师费 上诉 执行 分家 离婚怎么 打官司
            """,
        ),
    ),
    Intent.QUIZ: (
        _whole(f"""
            {WISH}(?:参加|开始|进入|去|做)?{LEARNING}的?(?:知识)?{QUIZ_WORD}(?:活动)?
            ~(?:在哪里?答?|入口|怎么(?:参加|考|答|做|弄)|开始|什么时候(?:开始|考|有)?|有吗|几点)?
            再?(?:考考我|考一考|考我|给?我?(?:出|来)(?:个|道|几道|点)?题(?:考考?我)?)[做答]?
            (?:法律明白人|法治带头人|学法用法).{{0,6}}(?:考试|答题|怎么考|考核|测试).{{0,6}}
            (?:法律|普法|学法|宪法)(?:知识)?(?:测试|测验)
            (?:明白人|普法|宪法|法律|学法|民法典).{{0,4}}题.{{0,4}}[答做考] .{{0,2}}出.{{0,2}}道.{{0,6}}题.{{0,5}}
        """),
    ),
    Intent.EVENTS: (
        _inside(f"{WHEN}.{{0,8}}{EVENT} {EVENT}.{{0,12}}{WHEN}", unless=NOT_AN_EVENT, longest=32),
        _whole(f"""
            (?:下一?[个次])?{EVENT}(?:预告|安排|日期|时间|表|信息|活动)? 活动(?:预告|安排|信息)?
        """),
        _inside(
            """
            (?:最近|近期|这几天|这个?月|下个?月|下周|有没有|有什么|什么时候有).{0,4}活动
            (?:你们|司法所|律师|法律顾问|普法的?).{0,6}(?:什么时候|哪天|几号|还|下次|下回).{0,4}来
            (?:什么时候|哪天|几号|下次|下回).{0,4}(?:你们|司法所|律师|法律顾问).{0,4}来(?:我们?|村)
            (?:什么时候|哪天|几号|下次|下回)再?来?我们?村里?(?:讲|宣传|普法|摆)
            """,
            unless=NOT_AN_EVENT,
            longest=24,
        ),
    ),
    Intent.PERSON: (
        _whole(
            f"""
            {WISH}(?:转接?|接|找|换|叫|喊|联系|有|去|安排|派|请)?(?:一?个|一?位|一下)?{STAFF}{TALK}
            {WISH}(?:找|换|叫|派|来|安排)(?:一?个|一?位)?(?:懂法?的?)?人{TALK}
            {WISH}(?:叫|让|请|安排|派|麻烦)?(?:一?个|一?位)?{STAFF}(?:能不能|抽空|有空)?
            ~(?:给我|跟我|和我)?[回打来]一?个?电话(?:给我|过来)? [跟和](?:你|机器人?)说不(?:明白|清楚?|通)
            {WISH}不(?:想|要|愿意?)?[跟和同](?:你|机器人?|电脑)(?:说|聊|谈).{{0,8}}
            {WISH}[跟和同与]个?真?(?:人|{STAFF}){TALK} {WISH}[回打]一?个?电话(?:给我|过来|来)?
            有没?有?真?人(?:能|可以)?[跟和帮给]我{TALK}[吗没]?
            有没?有?(?:真人|活人|人工|客服|工作人员)在? {STAFF}在(?:不在)?[吗不]?
            {WISH}(?:当面|面对面)(?:说|问|谈|咨询)+
            """,
            unless="智能 授精 工费 流产 成本 湖 降雨 养殖",
        ),
        _inside("转人工 人工客服 人工服务 找人工 要人工 真人客服 找个?真人 接人工", longest=30),
    ),
    Intent.MEDIATION: (
        _whole(
            f"""
            {WISH}(?:申请|登记|报|上报|反映|办理|做|搞|进行|找人)?(?:一?个|一下)?(?:人民|非诉)?
            ~(?:调解|登记|纠纷|矛盾|和解)+(?:上报|申请)?(?:调解|登记|纠纷|矛盾)?一?下?
            (?:非诉在线)?{WISH}(?:纠纷上报|矛盾上报|报事|报纠纷)
            """,
            unless=ASKS_ABOUT_MEDIATION,
        ),
        _inside(
            f"""
            (?:请|想|要|能|求|让|希望|麻烦|申请|需要|来|找|过来|帮|给).{{0,12}}{PEACEMAKING}
            (?:登记|上?报)(?:一?个|一下|一?件)?(?:纠纷|矛盾) (?:纠纷|矛盾)[想要]?(?:登记|上?报)
            """,
            unless=f"""
            {ASKS_ABOUT_MEDIATION} 法院 劳动 仲裁 已经 调解过 调解书 派出所 推翻 不愿意 吗$
            能调解 可以调解 应该 先调解 要不要 是不是 归不归
            """,
            longest=200,
        ),
        _inside(
            """
            (?:你们|司法所|所里|村里).{0,8}[能可给帮来].{0,10}(?:调解|说和|评评?理|主持公道|协调|出面|劝劝)
            ~(?:调解|说和|协调|管管|说|劝|一?下|不|吗|行吗|好吗)*$
            (?:能不能|可不可以|能否|可以)来?[给帮](?:我们?)?.{0,6}(?:调解|说和|评评?理)
            ~(?:调解|说和|一?下|不|吗)*$
            """,
            unless=ASKS_ABOUT_MEDIATION,
            longest=200,
        ),
    ),
    Intent.FEEDBACK_BAD: (
        _whole(f"""
            {_THIS_ANSWER}*{_IS_BAD} 都不是 不是 你?[答说讲弄搞]错 你?(?:回答|理解)错
            这?不是我[要想]?[问说要]的.{{0,6}} 我[要想]?[问说]的不是这.{{0,4}}
            [跟和]我[问说]的(?:不一样|没关系|不是一[回个]事|两码事)
            你?没有?[听看弄]懂?(?:我)?(?:的话|的意思|说的?|问的?)?(?:什么)?
            你?没有?(?:理解|明白)我的?(?:话|意思|问题)? 什么破?玩意儿?
            你?[说答回]的?这?是?些?什么(?:玩意|东西)?
            我问的?是?.{{1,6}}你(?:给我)?[说答回]的?是?.{{1,8}}
        """),
    ),
    Intent.THANKS: (
        _whole(f"""
            {_AGREEING}*{_THANK}{_AFTER_THANKS}* 真好 很好 太好 好评 给?你?点赞 [说答讲][得的][真很挺]?(?:对|好|明白|清楚|在理|透|仔细)
            (?:真|太|很|挺|非常)?(?:有用|管用|棒|厉害|不错|满意|实用|方便|太好)(?:了|极了|得很)?
            帮了?我?(?:的|了)?大忙 解决了?我?的?大?(?:问题|难题)
        """),
    ),
    Intent.TOPICS: (
        _whole("""
            (?:常见|热门|大家?常问的?|常问|最常见的?|别人问的?)的?(?:法律)?(?:问题)?
            问题(?:分类|目录|大全|列表) (?:法律)?分类 看看别人都?问什么 大家都问什么
            都有(?:哪些|什么)问题
        """),
    ),
    Intent.HELP: (
        _whole(f"""
            帮助 主?菜单 功能 使用(?:说明|方法|帮助) 说明书? 教程 用法 有没?有?(?:菜单|说明|帮助|功能) 目录 help 首页 主页 指南
            {_THE_BOT}*(?:怎么|如何)(?:使?用|操作|问|弄|玩)的?
            {_THE_BOT}*(?:都|还)?[能会有管是]{_DOING}*[点些]?(?:什么|哪些){_THINGS}*
            (?:你们?|这)?是?[干做]什么用?的? 都?能问你?什么 什么都能问
            怎么[问用跟][你这].{{0,4}} 怎么个用法 我?不(?:会|知道怎么)[用问弄](?:这个)? 教教?我(?:怎么)?[用问]? 我该怎么[问用]
        """),
    ),
    Intent.SMALLTALK: (_whole(_any(f"{GREETINGS} {ABOUT_THE_BOT} {NODS}") + "+", longest=24),),
}
"""In the order they are tried."""
