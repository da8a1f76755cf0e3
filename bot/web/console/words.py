"""How the console names what the program has short words for."""

from collections.abc import Mapping

from bot.conversation.turn import Decision
from bot.knowledge.entries import EntryStatus

DECISIONS: Mapping[str, str] = {
    Decision.ANSWER: "直接回答",
    Decision.CLARIFY: "给出选项",
    Decision.FALLBACK: "没有答上来",
    Decision.EMERGENCY: "危险信号",
    Decision.ARTICLE: "查法条",
    Decision.EVENTS: "问活动",
    Decision.REMIND: "登记提醒",
    Decision.HANDOFF: "找工作人员",
    Decision.DISPUTE: "申请调解",
    Decision.CASE_STATUS: "查进度",
    Decision.CANCEL: "取消",
    Decision.QUIZ: "答题",
    Decision.HELP: "帮助",
    Decision.THANKS: "感谢",
    Decision.FEEDBACK_BAD: "说答得不对",
    Decision.DELETE_DATA: "删除数据",
    Decision.SMALLTALK: "闲聊",
    Decision.HELD: "由工作人员接着",
    "failed": "程序出错",
}
"""Every decision, as staff read it."""

STATUS_TAGS: Mapping[str, str] = {
    EntryStatus.APPROVED: "tag-good",
    EntryStatus.PENDING: "tag-warn",
    EntryStatus.RETIRED: "tag-bad",
}


def decision_label(decision: str | None) -> str:
    """Name a decision; one of another release keeps its own word."""
    return DECISIONS.get(decision or "", decision or "还在查")


MISS_REASONS: Mapping[str, str] = {
    "miss": "没有答案",
    "clarify-refused": "给的选项都不对",
    "bad-answer": "居民说答得不对",
    "other-field": "属于其他法律领域",
    "walk-in": "赶集时当面问的",
}
"""Why a question is among those without an answer."""

RESOLUTIONS: Mapping[str, str] = {
    "answered": "现在能答上来了",
    "fixed": "答案已改好",
    "out-of-scope": "不归本号管",
    "dismissed": "不用处理",
}
"""How one is done with."""

HANDOFF_KINDS: Mapping[str, str] = {
    "person": "找工作人员",
    "mediation": "申请调解",
    "voice": "语音留言",
}
"""What a resident waits for."""

REPLY_STATES: Mapping[str, str] = {
    "claimed": "正在发送",
    "sent": "已送出",
    "waiting": "等居民下一次说话时带出",
    "unknown": "不知道收到没有，不要重发",
    "withdrawn": "已收回",
}
"""How far the words of a colleague have come."""
