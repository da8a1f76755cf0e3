"""What the intake asks at each step, and the short words that answer it."""

from collections.abc import Callable, Mapping

from bot.consultation.phones import show_phone
from bot.conversation import wording
from bot.conversation.wording import CANCEL_TAP
from bot.messages import Tap

Slots = Mapping[str, str]
Question = tuple[str, tuple[Tap, ...]]

SKIP_TAP = Tap("跳过", "跳过")
BACK_TAP = Tap("上一步", "上一步")
NO_PHONE_TAP = Tap("不留电话", "不留")
NO_MORE_TAP = Tap("没有要补充的", "没有了")
CONFIRM_TAP = Tap("对，交给工作人员", "确认")
CHANGE_PHONE_TAP = Tap("电话不对，改一下", "改电话")

OPENINGS = {
    "person": "好的，我记下来转给司法所的工作人员。先问三件小事，",
    "mediation": "好的，您要申请调解，我先记下来转给司法所。调解要双方都愿意才行。先问三件小事，",
}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


BACK = _words("上一步 回上一步 返回上一步 退回 往回 重填上一步 回去")
RESUME = _words("继续 接着 接着填 继续填 继续登记")
SKIP = _words("跳过 不说 不想说 略过 略 下一步 不方便说 保密 没有 不填")
NO_MORE = _words(
    "没有了 没有 没 没别的 没有补充 没有要补充的 不用了 不用 不补充 就这些 就这 说完 跳过"
)
NO_PHONE = _words("""
    不留 不留电话 不想留 没有 没有电话 没电话 不方便留 不方便 跳过 不给 不用留 不填 不用
""")
YES = _words("""
    确认 确定 对 对的 是 是的 没错 没问题 可以 好 好的 行 提交 交 正确 中 嗯 无误 对交给工作人员
""")
CHANGE_PHONE = _words("""
    改电话 电话不对 电话错 号码不对 号码错 重填电话 换电话 改号码 电话不对改一下
""")

ANSWERS: Mapping[str, frozenset[str]] = {
    "village": SKIP,
    "story": NO_MORE,
    "phone": NO_PHONE,
    "confirm": YES | CHANGE_PHONE,
}
"""Words that answer a step, though elsewhere they would leave it."""

_STILL_ASKED = {
    "village": "刚才问到：您是哪个村的。",
    "story": "刚才问到：是什么事。",
    "phone": "刚才问到：您的电话。",
    "confirm": "就差您回复“确认”了。",
}


def resume_note(step: str) -> str:
    """Remind of the question still open, after something else was answered in between."""
    asked = _STILL_ASKED.get(step, "")
    return f"（您的登记还没填完，回复“继续”接着填，回复“取消”就不办了。{asked}）"


def question(step: str, slots: Slots) -> Question:
    """Ask what a step asks."""
    return _QUESTIONS[step](slots)


def is_mediation(slots: Slots) -> bool:
    """Whether it is mediation that is asked for, and not just a person."""
    return slots.get("kind") == "mediation"


def _ask_village(slots: Slots) -> Question:
    return "第1步：您是哪个村的？不想说就回复“跳过”。", (SKIP_TAP, CANCEL_TAP)


def _ask_story(slots: Slots) -> Question:
    if slots.get("story"):
        told = wording.shorten(slots["story"], 60)
        text = f"第2步：您要说的是“{told}”。有要补充的，接着打字说。"
        return text, (NO_MORE_TAP, BACK_TAP, CANCEL_TAP)
    asked = "跟谁、为什么事、想怎么解决" if is_mediation(slots) else "是什么事"
    return f"第2步：{asked}，用几句话说说。别写身份证号和银行卡号。", (BACK_TAP, CANCEL_TAP)


def _ask_phone(slots: Slots) -> Question:
    text = "第3步：请留一个能打通的电话，只给工作人员联系您用。"
    if is_mediation(slots):
        return text, (BACK_TAP, CANCEL_TAP)
    return text, (NO_PHONE_TAP, BACK_TAP, CANCEL_TAP)


def _ask_confirmation(slots: Slots) -> Question:
    phone = slots.get("phone", "")
    text = wording.join_lines(
        "请看看对不对，对就回复“确认”：",
        f"要办的：{'申请调解' if is_mediation(slots) else '找工作人员'}",
        f"哪个村：{slots.get('village') or '没说'}",
        f"什么事：{wording.shorten(slots.get('story', ''), 80)}",
        f"电话：{show_phone(phone) if phone else '不留'}",
    )
    return text, (CONFIRM_TAP, CHANGE_PHONE_TAP, BACK_TAP, CANCEL_TAP)


_QUESTIONS: Mapping[str, Callable[[Slots], Question]] = {
    "village": _ask_village,
    "story": _ask_story,
    "phone": _ask_phone,
    "confirm": _ask_confirmation,
}
