"""Voice, pictures and the rest: what can be done with each, said kindly."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import wording
from bot.conversation.intents import Intent, find_intent
from bot.conversation.turn import Decision, HandOff, Outcome, Turn
from bot.messages import InboundKind, Reply, Tap

FLOW = "voice"
_NO_TEXT_IN_IT = "【收到不支持的消息类型"
VOICE = (
    "对不起，我听不了语音。打字不方便的话：点一下输入框，按键盘上的小话筒，对着手机说话，"
    "手机会把话变成字，再点发送。"
)
SEEN: Mapping[InboundKind, str] = {
    InboundKind.IMAGE: "图片收到了，可我看不懂图上写的是什么。请把要问的事打成几个字发给我。",
    InboundKind.VIDEO: "视频收到了，可我看不了。请把要问的事打成几个字发给我。",
    InboundKind.LOCATION: "位置收到了。请再打几个字，说说您要问什么事。",
    InboundKind.LINK: "链接收到了，可我不能替您打开看。请把要问的事打成几个字发给我。"
    "陌生链接别乱点，更别填银行卡和验证码。",
}
UNSEEN = "您发的这种消息我看不了。请把要问的事打成几个字发给我。"


def decide_media(turn: Turn) -> Outcome | None:
    """Explain what cannot be read; a voice may be passed on to a person."""
    message = turn.message
    if message.kind is InboundKind.VOICE:
        return _voice(turn)
    text = SEEN.get(message.kind, "")
    if message.text.startswith(_NO_TEXT_IN_IT):
        text = UNSEEN
    if not text:
        return None
    taps = () if turn.dialogue.flow else (wording.PERSON_TAP, wording.HELP_TAP)
    return Outcome(Reply(text, taps), Decision.HELP, turn.dialogue)


def _voice(turn: Turn) -> Outcome:
    taps = (
        Tap("大家常问的问题", "常见问题"),
        Tap("下次普法赶集是哪天", "下次普法"),
        wording.PERSON_TAP,
    )
    if turn.dialogue.flow:
        return Outcome(Reply(VOICE), Decision.HELP, turn.dialogue)
    if not turn.rules.capabilities.download_media:
        return Outcome(Reply(f"{VOICE}也可以点下面的字。", taps), Decision.HELP, turn.dialogue)
    return Outcome(
        Reply(f"{VOICE}\n想让工作人员听这段语音，请回复“人工”。", taps),
        Decision.HELP,
        replace(turn.dialogue, flow=FLOW, slots={"media_id": turn.message.media_id}),
    )


def decide_voice_handoff(turn: Turn) -> Outcome | None:
    """Pass the voice on when the resident asks for a person right after it."""
    dialogue = turn.dialogue
    if dialogue.flow != FLOW or find_intent(turn.message.text) is not Intent.PERSON:
        return None
    text = wording.join_lines(
        "语音已经转给工作人员。他们什么时候能听，要看上班的安排，我不能替他们保证。",
        "想让他们给您打电话，请再回复“人工”，留个电话。",
        wording.office_lines(turn.rules.office),
    )
    return Outcome(
        reply=Reply(text, takes_riders=False),
        decision=Decision.HANDOFF,
        dialogue=replace(dialogue, flow="", slots={}),
        effects=(HandOff("voice", media_id=dialogue.slots.get("media_id", "")),),
    )
