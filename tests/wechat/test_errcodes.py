"""What each refusal means."""

import pytest

from bot.errors import Action, SendError
from bot.wechat.errcodes import refusal

TABLE = {
    Action.RETRY_SOON: ([-1], False),
    Action.REFRESH_TOKEN: ([40001, 40014, 42001], False),
    Action.FIX_CONFIGURATION: ([40164, 40125, 40013], True),
    Action.MARK_INACTIVE: ([40003, 43004, 50005], True),
    Action.SKIP_RECIPIENT: ([43019, 48002], True),
    Action.DROP_GRANT: ([43101], True),
    Action.FIX_CONTENT: ([45002, 47003, 40037], True),
    Action.WAIT: ([45011, 45066], False),
    Action.WAIT_A_DAY: ([45009], False),
    Action.NO_QUOTA: ([45028], True),
    Action.QUEUE_FOR_NEXT_MESSAGE: ([45015, 45047], True),
    Action.ALREADY_SUBMITTED: ([45065], True),
    Action.NO_RIGHT: ([48001], True),
    Action.STOP: ([48004, 50002], True),
    Action.SHOW_STAFF: ([40007, 99999], True),
}


@pytest.mark.parametrize(
    ("code", "action", "permanent"),
    [(code, action, permanent) for action, (codes, permanent) in TABLE.items() for code in codes],
)
def test_it_knows_what_to_do_about_a_code(code, action, permanent):
    error = refusal(code, "words of WeChat")
    assert (error.action, error.permanent, error.code) == (action, permanent, code)
    assert str(code) in error.reason


def test_it_has_a_line_for_every_action():
    assert set(TABLE) == set(Action)


def test_it_shows_staff_what_nobody_has_described():
    assert SendError("no code", permanent=False).action is Action.SHOW_STAFF
    assert "strange" in refusal(12345, "strange " + "x" * 5000).reason
    assert len(refusal(12345, "x" * 5000).reason) < 300


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::9"])
def test_it_names_the_address_to_put_on_the_list(address):
    message = f"invalid ip {address}, not in whitelist rid: 65a-12-ab"
    assert refusal(40164, message).reason.endswith(f"：{address}")
    assert refusal(40164, "").reason.endswith("（微信错误 40164）")


@pytest.mark.parametrize("code", [-1, 40001, 45015, 48001])
def test_it_speaks_chinese_to_the_staff(code):
    assert "words" not in refusal(code, "words of WeChat").reason
