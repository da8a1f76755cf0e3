"""Ready events of the legal year, for the office to fill in and confirm.

Dates that a law names are from its text (宪法 1982-12-04 adopted; 民法典 2020-05-28 adopted;
行政复议法 article 90, 老年人权益保障法 article 12, 家庭教育促进法 article 13, 反家庭暴力法
article 38, 未成年人保护法 article 132); the weeks of the Constitution and the month of the Civil
Code are the justice offices' custom. All are 待核对 until the office has checked them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.events.event_form import EventForm


@dataclass(frozen=True)
class Template:
    """One ready event."""

    key: str
    title: str
    form: EventForm


def _template(key: str, name: str, kind: str, rule: str, **more: str) -> Template:
    fields = {"编号": key, "类型": kind, "状态": "待核对", "规则": rule, **more}
    return Template(key, name, EventForm(name, fields))


_MARKET = {
    "缺三十": "不办",
    "时间": "08:00-11:00",
    "停办": "腊月廿六 至 正月十五（过年）",
    "提前通知": "前一天 17:00",
    "说明": "在集上设点，回答法律问题，发普法材料。",
}

TEMPLATES: tuple[Template, ...] = (
    _template("ganji", "赶集普法", "赶集", "农历逢五逢十", **_MARKET),
    _template(
        "jidu-jiangzuo",
        "法律顾问季度讲座",
        "讲座",
        "每季度第一个周三",
        遇假日="周末也顺延",
        时间="14:30-16:00",
        提前通知="前三天 09:00\n前一天 17:00",
        说明="由法律顾问讲，讲完现场回答问题。",
    ),
    _template(
        "xianfa-zhou",
        "宪法宣传周",
        "宣传",
        "每年12月1日",
        天数="7",
        提前通知="当天 09:00",
        说明="12月1日至7日，12月4日是国家宪法日。",
    ),
    _template(
        "xianfa-ri",
        "国家宪法日宣传",
        "宣传",
        "每年12月4日",
        提前通知="前三天 09:00",
        说明="现行宪法1982年12月4日通过。",
    ),
    _template(
        "minfadian-yue",
        "民法典宣传月",
        "宣传",
        "每年5月1日",
        天数="31",
        提前通知="当天 09:00",
        说明="民法典2020年5月28日通过。",
    ),
    _template(
        "fuyi-ri",
        "行政复议宣传",
        "宣传",
        "每年1月1日",
        遇假日="周末也顺延",
        提前通知="前一天 17:00",
        说明="新修订的行政复议法2024年1月1日起施行。",
    ),
    _template(
        "fan-jiabao",
        "反家庭暴力宣传",
        "宣传",
        "每年3月1日",
        遇假日="周末也顺延",
        提前通知="前一天 17:00",
        说明="反家庭暴力法2016年3月1日起施行。",
    ),
    _template(
        "jiating-jiaoyu",
        "家庭教育宣传周",
        "宣传",
        "每年5月15日",
        提前通知="前一天 17:00",
        说明="5月15日国际家庭日所在的一周是全国家庭教育宣传周。",
    ),
    _template(
        "weichengnian",
        "未成年人保护宣传",
        "宣传",
        "每年6月1日",
        遇假日="周末也提前",
        提前通知="前一天 17:00",
        说明="新修订的未成年人保护法2021年6月1日起施行。",
    ),
    _template(
        "laonian-jie",
        "老年节普法",
        "宣传",
        "农历九月初九",
        提前通知="前一天 17:00",
        说明="农历九月初九是老年节，讲赡养、遗嘱和防骗。",
    ),
    _template(
        "fanxiang",
        "返乡人员普法",
        "宣传",
        "腊月廿三",
        提前通知="前一天 17:00",
        说明="过年回家的乡亲，工钱、合同、彩礼的事可以来问。",
    ),
)
"""In the order in which an office would take them up."""

BY_KEY: Mapping[str, Template] = {one.key: one for one in TEMPLATES}
