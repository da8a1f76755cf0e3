"""What the office says and prints where no message reaches: loudspeaker, village groups, poster."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.config import OfficeSettings
from bot.events.event import Occurrence
from bot.events.wording import NOT_CHECKED, hours, relative_day, weekday

CHARACTERS_A_SECOND = 4.0
"""How fast a village announcer reads; a news reader is faster by a fifth."""
SECONDS_A_PAUSE = 0.3
_PAUSES = frozenset("，。；：、！？")
_DIGITS = "零一二三四五六七八九十"
_NOON, _EVENING = 12, 18


@dataclass(frozen=True)
class Script:
    """Words for the loudspeaker, every number written as it is spoken."""

    text: str
    seconds: int
    """How long reading it takes, about."""


def loudspeaker(
    occurrence: Occurrence, office: OfficeSettings, today: date, *, seconds: int
) -> Script:
    """Write what can be read in so many seconds; when and where are said whatever it takes."""
    where = f"，地点在{occurrence.place}" if occurrence.place else ""
    who = office.name or "司法所"
    opening = f"各位乡亲，现在广播{who}的通知。"
    day = spoken_day(occurrence, today)
    when = f"{day}，{spoken_hours(occurrence)}{where}，{occurrence.name}。"
    again = f"再说一遍，{day}，{occurrence.name}{where}。"
    phone = f"有事也可以打电话，{spoken_digits(office.phone)}。" if office.phone else ""
    wishes = (
        occurrence.note,
        "家里、邻里、地里的事，想问法律怎么说的，带上材料到现场问。",
        "不能来的，在微信里关注公众号，名字叫非诉在线，打字就能问。",
        phone,
    )
    chosen = _fit([opening, when], wishes, again, seconds)
    text = "".join(chosen)
    return Script(text, round(_length(text)))


def _fit(said: list[str], wishes: Iterable[str], again: str, seconds: int) -> Sequence[str]:
    """Add the wishes, in their order, as long as there is time; the repetition comes last."""
    ending = [again] if _length("".join([*said, again])) <= seconds else []
    for wish in wishes:
        sentence = wish if not wish or wish[-1] in "。！？" else f"{wish}。"
        if _length("".join([*said, sentence, *ending])) <= seconds:
            said.append(sentence)
    return [*said, *ending]


def _length(text: str) -> float:
    pauses = sum(one in _PAUSES for one in text)
    return (len(text) - pauses) / CHARACTERS_A_SECOND + pauses * SECONDS_A_PAUSE


def forward_text(occurrence: Occurrence, office: OfficeSettings, today: date) -> str:
    """Write what is sent on in village groups: right on whatever day it is read."""
    day = occurrence.day
    year = f"{day.year}年" if day.year != today.year else ""
    lines = [
        f"【{occurrence.name}】",
        f"时间：{year}{day.month}月{day.day}日（{weekday(day)}，农历{occurrence.lunar}）"
        f"{'' if occurrence.all_day else hours(occurrence)}{_until(occurrence)}",
        f"地点：{occurrence.place}" if occurrence.place else "",
        occurrence.note,
        "有法律上的事，也可以关注公众号「非诉在线」，打字就能问。",
        f"{office.name or '司法所'}{f' 电话 {office.phone}' if office.phone else ''}",
        "" if occurrence.checked else NOT_CHECKED.strip("（）"),
    ]
    return "\n".join(line for line in lines if line)


def _until(occurrence: Occurrence) -> str:
    last = occurrence.last_day
    return f"至{last.month}月{last.day}日" if last > occurrence.day else ""


def spoken_day(occurrence: Occurrence, today: date) -> str:
    """Say a day as an announcer does: 明天，十二月五号，星期六，农历十月廿七."""
    day = occurrence.day
    near = relative_day(day, today)
    parts = [near, f"{spoken(day.month)}月{spoken(day.day)}号", weekday(day).replace("周", "星期")]
    if occurrence.last_day > day:
        last = occurrence.last_day
        parts.append(f"一直到{spoken(last.month)}月{spoken(last.day)}号")
    else:
        parts.append(f"农历{occurrence.lunar}")
    return "，".join(part for part in parts if part)


def spoken_hours(occurrence: Occurrence) -> str:
    """Say the hours: 上午八点到十一点半; 全天 where there are none."""
    if occurrence.all_day:
        return "全天"
    start = occurrence.start
    half = _half_day(start.hour)
    text = f"{half}{_clock(start.hour, start.minute)}"
    if occurrence.end is None:
        return f"{text}开始"
    end = occurrence.end
    other = _half_day(end.hour) if _half_day(end.hour) != half else ""
    return f"{text}到{other}{_clock(end.hour, end.minute)}"


def _half_day(hour: int) -> str:
    if hour < _NOON:
        return "上午"
    return "下午" if hour < _EVENING else "晚上"


def _clock(hour: int, minute: int) -> str:
    hour = hour - _NOON if hour > _NOON else hour
    said = "两" if hour == 2 else spoken(hour)
    ending = {0: "", 30: "半"}.get(minute, f"{'零' if minute < 10 else ''}{spoken(minute)}分")
    return f"{said}点{ending}"


def spoken(number: int) -> str:
    """Say a number from 0 to 99."""
    if number <= 10:
        return _DIGITS[number]
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}十{_DIGITS[ones] if ones else ''}"


def spoken_digits(phone: str) -> str:
    """Say a telephone number digit by digit, with a pause where it has a dash or a blank."""
    words = [_DIGITS[int(one)] if one in "0123456789" else "，" for one in phone]
    return "".join(words).replace("一", "幺").strip("，")
