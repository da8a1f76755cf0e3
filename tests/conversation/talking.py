"""A resident who talks with the bot, over a small knowledge folder read by the real loaders."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.consultation.triage import load_safety
from bot.conversation.dialogue import Dialogue, dump_dialogue, load_dialogue
from bot.conversation.router import decide
from bot.conversation.turn import Content, Decision, Effect, Outcome, Rules, Turn
from bot.errors import Severity
from bot.events.calendar import load_calendar
from bot.knowledge.library import load_library
from bot.messages import Inbound, InboundKind, plain_text

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

FAMILY = """---
law: 民法典
part: 婚姻家庭编
---
# 离婚

## 离婚冷静期有多久，怎么算？
编号：201
状态：待审核
依据：民法典1077
问法：
- 去民政局离婚还得等一个月吗
短答：双方自愿到民政局离婚的，从递交申请那天起有三十天冷静期。
详答：三十天满后，还要在接下来三十天内双方亲自去领离婚证，不去就当撤回了。
下一步：想好了再去；一方不同意的，可以到法院起诉。

## 一方不同意离婚怎么办？
编号：202
状态：待审核
依据：民法典1079
问法：
- 他死活不离婚咋办
短答：可以到法院起诉离婚，法院会先调解。
下一步：准备好身份证、结婚证和证据。

## 彩礼能要回来吗？
编号：203
状态：已审核
审核人：王某
审核日期：2026-05-01
依据：民法典1042
问法：
- 退婚了彩礼退不退
短答：没有登记结婚的，彩礼一般应当返还。
下一步：先协商，不成再调解。

## 孩子跟谁过？
编号：204
状态：待审核
依据：民法典1084
问法：
- 离了婚娃归谁
短答：先商量，商量不成由法院定。

## 抚养费给多少？
编号：205
状态：待审核
依据：民法典1085
问法：
- 一个月拿多少钱养孩子
短答：先商量，商量不成由法院定多少。

## 老人该谁养？
编号：206
状态：待审核
依据：民法典1067
问法：
- 几个儿谁养老
短答：成年子女都有赡养的义务。
"""

PROPERTY = """---
law: 民法典
part: 物权编
---
# 邻里

## 邻居盖房挡了我家的光怎么办？
编号：390
状态：待审核
依据：民法典293
问法：
- 邻居盖楼把俺家的光全遮了
短答：可以要求对方不要挡光，已经挡了的可以要求赔偿。
下一步：先找村里调解。

## 邻居占了我家的滴水檐怎么办？
编号：391
状态：停用
依据：民法典288
问法：
- 滴水檐叫人占了
短答：可以要求让出来。
下一步：找村里调解。
"""

OTHER_FIELDS = """# 别的法律领域

## 刑事犯罪
去处：犯罪和判刑的事，请打12348或找律师。
说法：
- 偷东西判几年
- 酒驾要坐牢吗
"""

EVENTS = """# 活动

## 赶集普法
编号：ganji
类型：赶集
状态：待核对
规则：2026-11-25、2026-12-05
时间：08:00-11:00

## 法治讲座
编号：jiangzuo
类型：讲座
状态：已核对
规则：2026-12-01
时间：09:00-10:00
"""

VILLAGES = """# 村

## 大店子村
别名：
- 店子
"""


def write_knowledge(folder: Path) -> Path:
    """Write a knowledge folder with a handful of entries and the safety file that ships."""
    files = {
        "faq/婚姻家庭/离婚.md": FAMILY,
        "faq/物权/邻里.md": PROPERTY,
        "events/活动.md": EVENTS,
        "other-fields.md": OTHER_FIELDS,
        "villages.md": VILLAGES,
        "lexicon.md": "# 词典\n",
        "safety.md": Path("knowledge/safety.md").read_text(encoding="utf-8"),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def read_content(folder: Path, statutes: Path | None = None, *, is_sound: bool = True) -> Content:
    """Read a knowledge folder as the bot does; a sound one has no errors."""
    library, problems = load_library(folder, statutes or folder / "no-statutes")
    calendar, more = load_calendar(folder / "events")
    safety, still_more = load_safety(folder / "safety.md")
    if is_sound:
        found = [*problems, *more, *still_more]
        assert [one for one in found if one.severity is Severity.ERROR] == []
    return Content(library, calendar, safety)


@dataclass
class Resident:
    """One resident's talk; every dialogue goes through JSON, as in the database."""

    content: Content
    rules: Rules = field(default_factory=Rules)
    now: datetime = MONDAY
    dialogue: Dialogue = field(default_factory=Dialogue)
    effects: list[Effect] = field(default_factory=list)

    def say(self, text: str, after: float = 30) -> Outcome:
        """Type a text, some seconds after the last message."""
        return self.send(InboundKind.TEXT, text, after=after)

    def send(
        self, kind: InboundKind, text: str = "", *, media_id: str = "", after: float = 30
    ) -> Outcome:
        """Send any message or push."""
        self.now += timedelta(seconds=after)
        message = Inbound("resident", kind, "key", text=text, media_id=media_id)
        turn = Turn(message, self.dialogue, self.now, self.content, self.rules)
        outcome = decide(turn)
        self.dialogue = load_dialogue(dump_dialogue(outcome.dialogue))
        assert self.dialogue == outcome.dialogue
        self.effects.extend(outcome.effects)
        return outcome

    def hear(self, *texts: str) -> str:
        """Type texts one after another; return the last reply as a terminal shows it."""
        return said(self.say_all(*texts))

    def say_all(self, *texts: str) -> Outcome:
        """Type texts one after another; return the last outcome."""
        outcomes: Sequence[Outcome] = [self.say(text) for text in texts]
        return outcomes[-1]

    def set(self, **rules: object) -> None:
        """Change settings."""
        self.rules = replace(self.rules, **rules)  # type: ignore[arg-type]


def said(outcome: Outcome) -> str:
    """Return a reply as a terminal shows it."""
    return plain_text(outcome.reply) if outcome.reply else ""


_LINE = re.compile(r"^(居民|助手)(?:（(.+?)）)?[:：]\s*(.*)$")


def follow_transcript(resident: Resident, transcript: str) -> None:
    """Play a transcript: every 助手 line must be part of the reply; （decision） must be it."""
    outcome: Outcome | None = None
    for line in transcript.splitlines():
        found = _LINE.match(line.strip())
        if not found:
            continue
        who, remark, text = found.groups()
        if who == "居民":
            outcome = resident.say(text, after=_wait(remark))
            continue
        assert outcome is not None, "a transcript begins with 居民"
        if remark:
            assert outcome.decision is Decision(remark), (text, said(outcome))
        assert text in said(outcome), said(outcome)


def _wait(remark: str | None) -> float:
    """Read `过1小时` and `过3秒`; half a minute where nothing is remarked."""
    found = re.fullmatch(r"过(\d+)(秒|分钟|小时)", remark or "")
    return int(found[1]) * {"秒": 1, "分钟": 60, "小时": 3600}[found[2]] if found else 30
