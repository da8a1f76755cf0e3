"""A knowledge folder small enough to be known by heart; shared by web, e2e and cli tests."""

from datetime import date
from pathlib import Path

QUESTION = "离婚冷静期有多久"
"""The question of entry 201, word for word: no ranking decides whether it is found."""

ANSWER = "离婚冷静期是三十天，从递交申请那天算起。"
ANSWER_OF_202 = "一般要退，看有没有领证、有没有一起过。"
CITATION = "《民法典》第1077条"
ARTICLE = "登记机关收到申请之日起三十日内，任何一方都可以撤回。"
UNKNOWN_QUESTION = "航天飞机的隔热瓦怎么贴"

FAQ = f"""---
law: 民法典
part: 婚姻家庭编
---
# 离婚

## {QUESTION}
编号：201
状态：待审核
依据：民法典1077
问法：
- 去民政局离婚要等多少天
- 离婚登记以后为啥要等三十天
短答：{ANSWER}
详答：
期满以后，两个人还要亲自去领证。

- 一方不去，就当撤回了。
下一步：想好了再去民政局。

## 彩礼能不能要回来
编号：202
状态：已审核
审核人：张三
审核日期：2026-11-01
复核期限：2027-11-01
依据：民法典1042
问法：
- 没领证彩礼退不退
- 订婚给的钱能要回吗
短答：{ANSWER_OF_202}
详答：
先好好商量，带上转账记录 & 收据，3 < 5。
下一步：先找村里的调解员说说。

## 已经停用的老问答
编号：203
状态：停用
依据：民法典1043
问法：
- 这条早就不用了
短答：这条不再使用。
下一步：问别的。
"""

SAFETY = """# 危险

## 正在发生的暴力
号码：110
卡片：
请马上离开危险的地方，打110报警。
必报：
- 救命
"""

OTHER_FIELDS = """# 别的法律领域

## 刑事犯罪与量刑
去处：犯罪和判刑的事请拨12348或找律师。
说法：
- 偷东西判几年
"""

LEXICON = """# 词表

## 日常说法
词条：
- 俺 = 我
"""

EVENTS = "# 活动\n\n暂时没有登记活动。\n"

STATUTE = f"""# 中华人民共和国民法典

第一千零四十二条 禁止包办、买卖婚姻。

第一千零四十三条 家庭应当树立优良家风。

第一千零七十七条 {ARTICLE}
"""


def write_knowledge(folder: Path) -> Path:
    """Write the folder, and return it."""
    files = {
        "faq/民法典/离婚.md": FAQ,
        "safety.md": SAFETY,
        "other-fields.md": OTHER_FIELDS,
        "lexicon.md": LEXICON,
        "villages.md": "# 村庄\n",
        "events/活动.md": EVENTS,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def event_file(day: date, notice: str) -> str:
    """Write a market on one day, announced at `notice` (such as 前一天 17:00)."""
    return f"""# 活动

## 赶集普法
编号：market
类型：赶集
规则：{day.isoformat()}
时间：08:00-11:00
地点：集市东头
提前通知：{notice}
状态：已核对
"""
