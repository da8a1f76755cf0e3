import pytest

from bot.conversation.dialogue import Dialogue
from bot.conversation.menu import MENU, MESSAGES
from bot.conversation.turn import (
    Capabilities,
    Decision,
    DeleteData,
    HandOff,
    SetFollowing,
)
from bot.messages import InboundKind
from tests.conversation.talking import Resident, said


def test_it_welcomes_with_a_privacy_notice(resident: Resident) -> None:
    outcome = resident.send(InboundKind.FOLLOW)
    assert outcome.effects == (SetFollowing(True),)
    assert "删除我的数据" in said(outcome)
    assert "110" in said(outcome)
    assert outcome.reply is not None
    assert len(outcome.reply.text) <= 300


def test_it_offers_the_entry_whose_picture_was_scanned(resident: Resident) -> None:
    outcome = resident.send(InboundKind.FOLLOW, "qrscene_201")
    assert outcome.reply is not None
    assert outcome.reply.taps[0].message == "201"
    assert resident.send(InboundKind.SCAN, "201").entry == "201"


def test_it_greets_whoever_scans_something_else(resident: Resident) -> None:
    outcome = resident.send(InboundKind.SCAN, "poster-7")
    assert outcome.decision is Decision.HELP
    assert outcome.effects == ()


def test_it_falls_silent_when_left(resident: Resident) -> None:
    resident.say("人工")
    outcome = resident.send(InboundKind.UNFOLLOW)
    assert outcome.reply is None
    assert outcome.effects == (SetFollowing(False),)
    assert resident.dialogue.flow == ""


def test_it_deletes_when_consent_is_withdrawn(resident: Resident) -> None:
    resident.say("彩礼能要回来吗")
    outcome = resident.send(InboundKind.REVOCATION)
    assert outcome.reply is None
    assert outcome.effects == (DeleteData(),)
    assert resident.dialogue == Dialogue()


@pytest.mark.parametrize("kind", [InboundKind.OTHER, InboundKind.MASS_SEND_FINISHED])
def test_it_is_silent_about_what_asks_nothing(kind: InboundKind, resident: Resident) -> None:
    resident.say("人工")
    outcome = resident.send(kind)
    assert outcome.reply is None
    assert outcome.effects == ()
    assert resident.dialogue.flow == "handoff"


def test_it_keeps_the_menu_within_what_wechat_shows() -> None:
    assert len(MENU) <= 3
    for button in MENU:
        assert len(button.name) <= 4
        assert 1 <= len(button.buttons) <= 5
        assert all(len(under.name) <= 8 for under in button.buttons)
    assert {under.key for button in MENU for under in button.buttons} == set(MESSAGES)


@pytest.mark.parametrize(
    ("key", "decision"),
    [
        ("help", Decision.HELP),
        ("topics", Decision.HELP),
        ("events", Decision.EVENTS),
        ("remind", Decision.REMIND),
        ("quiz", Decision.QUIZ),
        ("mediation", Decision.DISPUTE),
        ("case-status", Decision.CASE_STATUS),
        ("handoff", Decision.HANDOFF),
        ("delete-data", Decision.DELETE_DATA),
        ("an old key", Decision.HELP),
    ],
)
def test_it_follows_the_menu(key: str, decision: Decision, resident: Resident) -> None:
    assert resident.send(InboundKind.MENU_CLICK, key).decision is decision


def test_it_explains_the_keyboard_microphone(resident: Resident) -> None:
    outcome = resident.send(InboundKind.VOICE, media_id="m1")
    assert "小话筒" in said(outcome)
    assert outcome.reply is not None
    assert outcome.reply.taps


def test_it_asks_to_type_where_voices_cannot_be_fetched(resident: Resident) -> None:
    resident.send(InboundKind.VOICE, media_id="m1")
    outcome = resident.say("人工")
    assert outcome.effects == ()
    assert resident.dialogue.flow == "handoff"


def test_it_queues_a_voice_for_staff(resident: Resident) -> None:
    resident.set(capabilities=Capabilities(download_media=True))
    resident.send(InboundKind.VOICE, media_id="m1")
    outcome = resident.say("人工")
    assert outcome.decision is Decision.HANDOFF
    assert outcome.effects == (HandOff("voice", media_id="m1"),)
    assert "哪个村" in said(resident.say("人工"))


def test_it_forgets_a_voice_once_something_else_is_said(resident: Resident) -> None:
    resident.set(capabilities=Capabilities(download_media=True))
    resident.send(InboundKind.VOICE, media_id="m1")
    resident.say("彩礼能要回来吗")
    assert resident.say("人工").effects == ()


@pytest.mark.parametrize(
    "kind", [InboundKind.IMAGE, InboundKind.VIDEO, InboundKind.LOCATION, InboundKind.LINK]
)
def test_it_explains_what_it_cannot_read(kind: InboundKind, resident: Resident) -> None:
    outcome = resident.send(kind)
    assert outcome.decision is Decision.HELP
    assert "几个字" in said(outcome)


def test_it_goes_on_with_an_intake_after_a_picture(resident: Resident) -> None:
    resident.say("人工")
    assert "登记还没填完" in said(resident.send(InboundKind.IMAGE))
    assert "第2步" in said(resident.say("东村"))


def test_it_goes_on_with_an_intake_after_a_voice(resident: Resident) -> None:
    resident.set(capabilities=Capabilities(download_media=True))
    resident.say("人工")
    told = said(resident.send(InboundKind.VOICE, media_id="m1"))
    assert "小话筒" in told
    assert "登记还没填完" in told


def test_it_explains_an_unsupported_message(resident: Resident) -> None:
    outcome = resident.say("【收到不支持的消息类型，暂无法显示】")
    assert outcome.decision is Decision.HELP
    assert outcome.effects == ()


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "🐶🐱", "……"])
def test_it_answers_a_message_without_words(text: str, resident: Resident) -> None:
    outcome = resident.say(text)
    assert outcome.decision is Decision.SMALLTALK
    assert outcome.reply is not None
    assert outcome.effects == ()
