"""Hard tests 1 to 5 of the platform page: who is let in."""

import logging
from datetime import timedelta

import pytest

from bot import clock
from bot.bootstrap import build_parts
from bot.config import Settings, WechatSettings, load_settings
from bot.errors import ConfigError
from bot.simulator import Mode, Ruling
from bot.simulator.envelope import SealedPush, seal, signature
from bot.simulator.pushes import text
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, QUESTION

SECRET_WORDS = "俺家的秘密"
UNPARSABLE = b"<xml><" + SECRET_WORDS.encode()
SIGNED = ("signature", "timestamp", "nonce", "msg_signature")


def spoil(name: str, how: str, value: str) -> list[str]:
    """Give the values a spoilt parameter has."""
    return {
        "missing": [],
        "empty": [""],
        "wrong": [value[:-1] + ("0" if value[-1] != "0" else "1")],
        "repeated": [value, value],
        "repeated differently": [value, "x"],
        "not ascii": [value[:-1] + "é"],
        "fullwidth": ["１２３"],
        "broken utf-8": [value + "\udcff"],
        "endless": [value * 50],
        "with a space": [f" {value}"],
    }[how]


HOWS = ["missing", "empty", "wrong", "repeated", "repeated differently"]
HOWS += ["not ascii", "fullwidth", "endless", "with a space"]


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("name", SIGNED)
def test_hard_01_it_refuses_spoilt_parameters(
    office: Office, name: str, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    """403, nothing kept, and neither secret, query nor body in the log."""
    caplog.set_level(logging.DEBUG)
    sealed = office.seal(text(OPENID, SECRET_WORDS))
    pairs = [
        (key, value)
        for key, known in sealed.query.items()
        for value in (spoil(name, how, known) if key == name else [known])
    ]

    response = office.post(pairs, sealed.body)

    assert (response.status_code, office.count()) == (403, 0)
    known = office.account.credentials
    told = [known.token, known.aes_key, known.app_secret, SECRET_WORDS, sealed.query["signature"]]
    assert [word for word in told if word in caplog.text] == []


def test_hard_01_it_does_not_parse_what_is_not_signed(office: Office) -> None:
    """403 rather than the 400 that the same body gets once it is signed."""
    query = office.signed_query()

    assert office.post(query | {"signature": "0" * 40}, UNPARSABLE).status_code == 403
    assert office.post(query, UNPARSABLE).status_code == 400


def test_hard_01_it_survives_bytes_no_browser_would_send(office: Office) -> None:
    query = "signature=%FF%FE&timestamp=%00&nonce=%E4%BD&openid=%&encrypt_type=aes&msg_signature=%"

    assert office.post(query, b"\xff\xfe\x00").status_code == 403


def test_hard_01_it_answers_the_handshake(office: Office) -> None:
    """As plain text: an echostr made of HTML must not become a page."""
    echo = "<script>alert(1)</script>"
    response = office.get("/wechat", query_string=office.signed_query() | {"echostr": echo})

    assert (response.text, response.mimetype) == (echo, "text/plain")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce", "echostr"])
@pytest.mark.parametrize("how", ["missing", "repeated", "not ascii"])
def test_hard_01_it_refuses_a_spoilt_handshake(office: Office, name: str, how: str) -> None:
    query = office.signed_query() | {"echostr": "5927782489442352469"}
    pairs = [
        (key, value)
        for key, known in query.items()
        for value in (spoil(name, how, known) if key == name else [known])
    ]

    assert office.get("/wechat", query_string=pairs).status_code == 403


def test_hard_02_it_does_not_start_without_a_token(
    build: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty token would let anyone sign with public values."""
    with pytest.raises(ConfigError, match="token"):
        build_parts(Settings(wechat=WechatSettings()))
    for name in ("FEISU_WECHAT__APP_ID", "FEISU_WECHAT__AES_KEY"):
        monkeypatch.setenv(name, getattr(build.account.credentials, name[14:].lower()))
    monkeypatch.setenv("FEISU_WECHAT__TOKEN", "")
    with pytest.raises(ConfigError, match="token"):
        load_settings()


def test_hard_02_it_refuses_what_an_empty_token_signed(office: Office) -> None:
    query = office.signed_query()
    forged = signature("", query["timestamp"], query["nonce"])

    assert office.post(query | {"signature": forged}, b"<xml/>").status_code == 403


@pytest.mark.parametrize(
    "timestamp",
    [
        "17326000001",
        "173260000",
        "１７３２６０００００",
        "-173260000",
        "+173260000",
        " 1732600000",
        "1732600000.0",
        "1e9",
        "0x67441234",
        "abc",
        "",
        "0",
        "9" * 20,
    ],
)
def test_hard_03_it_refuses_odd_timestamps(office: Office, timestamp: str) -> None:
    """Rightly signed, so that only the shape can be the reason."""
    query = office.signed_query(timestamp)

    assert office.post(query, b"<xml/>").status_code == 403


@pytest.mark.parametrize("minutes", [-60 * 24 * 365, -11, 11, 60 * 24])
def test_hard_03_it_refuses_old_and_future_pushes(office: Office, minutes: int) -> None:
    moment = clock.now() + timedelta(minutes=minutes)
    push = office.account.stamp(text(OPENID, QUESTION))
    known = office.account.credentials
    sealed = seal(push, office.account.original_id, known, Mode.SECURE, int(moment.timestamp()))

    assert office.post_sealed(sealed).status_code == 403


@pytest.mark.parametrize("minutes", [-9, 9])
def test_hard_03_it_forgives_a_clock_that_is_a_little_off(office: Office, minutes: int) -> None:
    moment = clock.now() + timedelta(minutes=minutes)
    push = office.account.stamp(text(OPENID, QUESTION))
    known = office.account.credentials
    sealed = seal(push, office.account.original_id, known, Mode.SECURE, int(moment.timestamp()))

    verdict = office.judge(office.post_sealed(sealed), push)
    assert ANSWER in verdict.text


def test_hard_03_it_refuses_timestamp_and_nonce_swapped(office: Office) -> None:
    """The signature still holds, for the parts are sorted and joined with nothing between."""
    stamp = str(int(clock.now().timestamp()))
    query = office.signed_query(stamp, nonce="1999999999")
    swapped = query | {"timestamp": query["nonce"], "nonce": query["timestamp"]}

    assert office.post(query, UNPARSABLE).status_code == 400
    assert office.post(swapped, UNPARSABLE).status_code == 403


def test_hard_03_it_refuses_digits_moved_from_nonce_to_timestamp(office: Office) -> None:
    stamp = str(int(clock.now().timestamp()))
    query = office.signed_query(stamp, nonce="2514711492")
    moved = query | {"timestamp": stamp + "2", "nonce": "514711492"}

    assert office.post(moved, b"<xml/>").status_code == 403


def test_hard_04_it_refuses_a_plain_body_in_secure_mode(office: Office) -> None:
    """Downgrade: `signature` covers no body and can be replayed from any access log."""
    push = office.account.stamp(text(OPENID, QUESTION))
    known = office.account.credentials
    stamp = int(clock.now().timestamp())
    plain = seal(push, office.account.original_id, known, Mode.PLAIN, stamp)
    response = office.post_sealed(plain)

    assert response.status_code in (400, 403)
    assert ANSWER not in response.text
    assert office.count() == 0


@pytest.mark.parametrize("encrypt_type", ["raw", "", "aes", None])
def test_hard_04_the_query_never_chooses_the_mode(office: Office, encrypt_type: str | None) -> None:
    push = office.account.stamp(text(OPENID, QUESTION))
    known = office.account.credentials
    stamp = int(clock.now().timestamp())
    plain = seal(push, office.account.original_id, known, Mode.PLAIN, stamp)
    query = dict(plain.query)
    if encrypt_type is not None:
        query["encrypt_type"] = encrypt_type

    assert office.post(query, plain.body).status_code in (400, 403)
    assert office.count() == 0


@pytest.mark.parametrize("encrypt_type", ["raw", "", None])
def test_hard_04_an_encrypted_push_needs_no_encrypt_type(
    office: Office, encrypt_type: str | None
) -> None:
    push = office.account.stamp(text(OPENID, QUESTION))
    sealed = office.seal(push)
    query = {key: value for key, value in sealed.query.items() if key != "encrypt_type"}
    if encrypt_type is not None:
        query["encrypt_type"] = encrypt_type

    assert ANSWER in office.judge(office.post(query, sealed.body), push).text


def test_hard_05_it_refuses_a_wrong_message_signature(office: Office) -> None:
    sealed = office.seal(text(OPENID, QUESTION))
    query = dict(sealed.query)

    # The classic mistake: the signature of the query in place of the message's.
    assert (
        office.post(query | {"msg_signature": query["signature"]}, sealed.body).status_code == 403
    )
    assert office.post(query | {"msg_signature": "f" * 40}, sealed.body).status_code == 403
    assert office.count() == 0


def test_hard_05_it_refuses_another_message_under_the_same_signature(office: Office) -> None:
    signed, other = office.seal(text(OPENID, QUESTION)), office.seal(text(OPENID, "别的话"))

    assert office.post_sealed(SealedPush(signed.query, other.body)).status_code == 403
    assert office.count() == 0


@pytest.mark.parametrize("mode", list(Mode))
def test_it_answers_in_every_mode(build: Builder, mode: Mode) -> None:
    office = build(mode=mode.value)
    verdict = office.say(QUESTION)

    assert (verdict.ruling, verdict.warnings) == (Ruling.REPLY, ())
    assert ANSWER in verdict.text
