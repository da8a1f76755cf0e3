"""What WeChat tells of a resident without their saying anything: follow, unfollow, scan."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import wording
from bot.conversation.dialogue import Dialogue
from bot.conversation.menu import MESSAGES
from bot.conversation.turn import (
    Decision,
    DeleteData,
    NoteMassResult,
    Outcome,
    SetFollowing,
    Turn,
)
from bot.knowledge.entries import Entry
from bot.messages import InboundKind, Reply, Tap

PRIVACY_NOTICE = (
    "您的留言只用来答复您和改进服务，电话、身份证号会遮住再保存；回复“删除我的数据”可以随时删掉。"
)
SILENT = frozenset({InboundKind.OTHER})
_SENT = frozenset({"send success", "sendsuccess", "send_success"})


def as_typed(turn: Turn) -> Turn:
    """Turn a menu click, or a scanned code of ours, into what typing it would be."""
    message = turn.message
    if message.kind is InboundKind.MENU_CLICK:
        typed = MESSAGES.get(message.text, "帮助")
    elif message.kind is InboundKind.SCAN and _scanned(turn):
        typed = _scene(message.text)
    else:
        return turn
    # Whoever presses the menu wants what stands on it, whoever holds the talk.
    return replace(turn, message=replace(message, kind=InboundKind.TEXT, text=typed), held=False)


def decide_push(turn: Turn) -> Outcome | None:
    """Greet, say goodbye by silence, or take note."""
    kind = turn.message.kind
    if kind is InboundKind.FOLLOW:
        return _welcome(turn)
    if kind is InboundKind.SCAN:
        return replace(_welcome(turn), effects=())
    if kind is InboundKind.UNFOLLOW:
        return Outcome(None, Decision.SMALLTALK, Dialogue(), (SetFollowing(False),))
    if kind is InboundKind.REVOCATION:
        return Outcome(None, Decision.DELETE_DATA, Dialogue(), (DeleteData(),))
    if kind is InboundKind.MASS_SEND_FINISHED:
        return Outcome(None, Decision.SMALLTALK, turn.dialogue, _mass_result(turn.message.fields))
    if kind in SILENT:
        return Outcome(None, Decision.SMALLTALK, turn.dialogue)
    return None


def _mass_result(fields: Mapping[str, str]) -> tuple[NoteMassResult, ...]:
    reference, status = fields.get("MsgID", ""), fields.get("Status", "")
    if not reference or not status:
        return ()
    arrived = status.strip().lower() in _SENT
    count = fields.get("SentCount", "")
    reached = int(count) if arrived and count.isascii() and count.isdecimal() else None
    return (NoteMassResult(reference, arrived, reached, "" if arrived else status[:40]),)


def _welcome(turn: Turn) -> Outcome:
    office = wording.office_name(turn.rules.office)
    text = wording.join_lines(
        f"您好，这里是{office}的「非诉在线」。有法律上的事，直接打字问就行，比如“彩礼能要回来吗”。",
        "我只用写好的问答来回复，不知道的会直说，不瞎编。",
        f"急事别等我：报警110，急救120，火警119。\n{PRIVACY_NOTICE}",
    )
    scanned = _scanned(turn)
    taps = [Tap(scanned.question, scanned.code)] if scanned else []
    taps += [
        Tap("大家常问的问题", "常见问题"),
        Tap("下次普法赶集是哪天", "下次普法"),
        Tap("我要调解", "我要调解"),
        wording.PERSON_TAP,
    ]
    return Outcome(Reply(text, tuple(taps)), Decision.HELP, turn.dialogue, (SetFollowing(True),))


def _scanned(turn: Turn) -> Entry | None:
    """Return the entry whose code is printed beside the scanned picture."""
    return turn.content.library.find(_scene(turn.message.text))


def _scene(text: str) -> str:
    return text.removeprefix("qrscene_").strip()
