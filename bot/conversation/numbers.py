"""A number typed alone: a printed code of ours, or a telephone number everybody knows."""

import re
import unicodedata
from collections.abc import Mapping

from bot.conversation import wording
from bot.conversation.choices import choice_number
from bot.conversation.replies import answer, leave_flow, say
from bot.conversation.turn import Decision, Outcome, Turn
from bot.messages import Reply

SERVICE_NUMBERS: Mapping[str, str] = {
    "110": "110是报警电话。遇到打人、抢劫、诈骗、有人要寻短见、孩子老人走失，马上拨110，不收钱。",
    "119": "119是火警电话。着火、煤气泄漏、有人被困，马上离开危险的地方，拨119，不收钱。",
    "120": "120是急救电话。有人受伤、昏倒、中毒，马上拨120，说清在哪个村。",
    "122": "122是交通事故报警电话。出了车祸拨122，有人受伤先拨120。",
    "112": "112是手机上的紧急呼叫提示号，不能直接报警。有急事请直接拨110、119或120。",
    "114": "114是查号台，可以查单位的电话号码。",
    "12110": "12110是短信报警的号码，不是各地都开通。能打电话的，请直接拨110。",
    "12309": "12309是检察院的服务热线，可以咨询、控告和申诉。",
    "12315": "12315是消费投诉热线，买到假货、商家不讲理，可以打。",
    "12333": "12333是人力资源和社会保障热线，工资、社保、工伤的事可以打。",
    "12338": "12338是妇联的维权热线，妇女儿童受欺负、家里有暴力，可以打；正有危险先打110。",
    "12345": "12345是政务服务便民热线，办事、反映问题、提意见都可以打。",
    "12348": "12348是公共法律服务热线，有律师免费解答法律问题，问法律援助也打它。",
    "12355": "12355是青少年服务热线，孩子的心理、权益方面的事可以打。",
    "12356": "12356是心理援助热线，心里难受、想找人说话，可以打；有人要寻短见先打110。",
    "12368": "12368是法院的诉讼服务热线，问案子、找法官、问执行，可以打。",
    "12389": "12389是举报公安机关和民警违法违纪的电话。",
    "96110": "96110是反诈专线。它打来要赶紧接；已经转了钱，马上打110。",
}
_URGENT = frozenset({"110", "119", "120", "122"})
_CODE = re.compile(
    r"(?:请|我要|我想)?(?:回复|回|编号|代码|号码|查看?|看看?|问|发|打|拨打?|no|#)*[:：.#“\"']*(\d{3,5})"
    r"[”\"']?(?:号|号问题|号问答|是什么(?:电话|号码)?|电话)?[。.!！?？]*"
)
_SPOKEN_CODE = re.compile(r"(?:回复|编号)?([零〇一二三四五六七八九幺]{3,5})号?")
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_ONLY_A_NUMBER = re.compile(r"[\d +-]+")


def decide_number(turn: Turn) -> Outcome | None:
    """Look a code up, explain a service number, or say kindly what a bare number cannot do."""
    code = find_code(turn.message.text)
    if code in SERVICE_NUMBERS:
        return _explain(turn, code)
    if code:
        entry = turn.content.library.find(code)
        asked = turn.dialogue.slots.get("question") or f"编号{code}"
        return answer(turn, entry, 1.0, asked) if entry else _unknown(turn, code)
    if choice_number(turn.message.text):
        return _no_such_choice(turn)
    if _ONLY_A_NUMBER.fullmatch(_tidy(turn.message.text)):
        return say(turn, Decision.HELP, _BARE, (wording.PERSON_TAP, wording.HELP_TAP))
    return None


def find_code(text: str) -> str:
    """Return the three to five digits a message consists of, however they are typed."""
    tidy = _tidy(text)
    found = _CODE.fullmatch(tidy.replace(" ", ""))
    if found:
        return found.group(1)
    spoken = _SPOKEN_CODE.fullmatch(tidy)
    return spoken.group(1).translate(_SPOKEN) if spoken else ""


_BARE = "收到一串数字，不知道您要做什么。要留电话请回复“人工”；要问事请直接打字。"


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


def _explain(turn: Turn, number: str) -> Outcome:
    note = "这里是自动回复，不能代您报警。正有危险，请马上拨打。" if number in _URGENT else ""
    reply = Reply(wording.join_lines(SERVICE_NUMBERS[number], note), takes_riders=not note)
    return Outcome(reply, Decision.HELP, leave_flow(turn.dialogue))


def _unknown(turn: Turn, code: str) -> Outcome:
    text = f"没有找到编号{code}的问答，可能是看错了一位。您也可以直接打字，说说要问什么事。"
    return say(turn, Decision.FALLBACK, text, (wording.HELP_TAP, wording.PERSON_TAP))


def _no_such_choice(turn: Turn) -> Outcome:
    count = len(turn.dialogue.choices)
    if count:
        text = f"前面只有{count}个可选，请回复1到{count}，或者直接打字问。"
        return Outcome(Reply(text), Decision.HELP, turn.dialogue)
    text = "现在没有要选的。有事请直接打字问，或看看能问什么。"
    return say(turn, Decision.HELP, text, (wording.HELP_TAP,))
