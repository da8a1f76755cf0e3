"""From a request's bytes to a verified message, and from a reply to the response's bytes."""

import secrets
from base64 import b64encode

import pytest
import xmltodict
from hypothesis import given
from hypothesis import strategies as st

from bot.config import WechatSettings
from bot.errors import ConfigError, WebhookError
from bot.messages import InboundKind
from bot.wechat.codec import ACKNOWLEDGEMENT, WebhookCodec
from bot.wechat.crypto import MAX_BODY_BYTES, decode_key, decrypt, encrypt


def refusal(codec, push, now):
    with pytest.raises(WebhookError) as caught:
        codec.open(push.parameters, push.body, now)
    return caught.value


def test_it_returns_the_echo_of_a_signed_handshake(codec, wechat, now):
    assert codec.verify_handshake(wechat.query() | {"echostr": ["5837"]}, now) == "5837"


@pytest.mark.parametrize("echo", [[], ["1", "2"], ["<b>好"], ["a" * 1000]])
def test_it_refuses_a_handshake_with_an_odd_echo(codec, wechat, now, echo):
    with pytest.raises(WebhookError):
        codec.verify_handshake(wechat.query() | {"echostr": echo}, now)


def test_it_refuses_a_handshake_signed_by_a_stranger(codec, wechat, now):
    with pytest.raises(WebhookError):
        codec.verify_handshake(wechat.query() | {"echostr": ["1"], "signature": ["0" * 40]}, now)


@pytest.mark.parametrize("missing", ["token", "app_id", "aes_key"])
def test_it_refuses_to_start_without_what_secure_mode_needs(settings, missing):
    with pytest.raises(ConfigError, match=missing if missing == "token" else "secure"):
        WebhookCodec(settings.model_copy(update={missing: ""}))


def test_it_starts_in_plain_mode_with_only_a_token():
    WebhookCodec(WechatSettings(token="abc", mode="plain"))


def test_it_opens_what_wechat_encrypted(codec, wechat, now):
    push = wechat.secure(wechat.message(Content="俺邻居盖房把滴水檐占了咋整"))
    inbound = codec.open(push.parameters, push.body, now).inbound
    assert inbound.text == "俺邻居盖房把滴水檐占了咋整"
    assert inbound.key == "m:oResident:23456789012345678"


def test_it_never_shows_a_key(codec, wechat, now, settings):
    push = wechat.secure(wechat.message())
    opened = codec.open(push.parameters, push.body, now)
    shown = repr(opened) + repr(codec) + repr(vars(codec)) + repr(settings)
    for secret in (settings.token, settings.aes_key, settings.app_secret, str(opened.key)):
        assert secret not in shown


def test_it_refuses_a_plain_body_in_secure_mode(codec, wechat, now):
    """The downgrade: a `signature` from any access log, and a body of the attacker's own."""
    assert refusal(codec, wechat.plain(wechat.message()), now).status == 403


def test_it_is_not_talked_out_of_secure_mode_by_the_query(codec, wechat, now):
    push = wechat.plain(wechat.message()).altered(encrypt_type=["raw"], msg_signature=["0" * 40])
    assert refusal(codec, push, now).status == 403


@pytest.mark.parametrize("msg_signature", [[], ["0" * 40], ["密"], ["a", "a"]])
def test_it_refuses_a_wrong_message_signature_beside_a_right_signature(
    codec, wechat, now, msg_signature
):
    push = wechat.secure(wechat.message()).altered(msg_signature=msg_signature)
    assert refusal(codec, push, now).status == 403


def test_it_refuses_the_short_signature_in_place_of_the_message_signature(codec, wechat, now):
    push = wechat.secure(wechat.message())
    assert refusal(codec, push.altered(msg_signature=push.parameters["signature"]), now)


def test_it_refuses_the_signature_of_another_message(codec, wechat, now):
    one = wechat.secure(wechat.message(Content="一"))
    other = wechat.secure(wechat.message(Content="二"))
    push = one.altered(msg_signature=other.parameters["msg_signature"])
    assert refusal(codec, push, now).status == 403


def test_it_checks_the_signature_before_it_parses_the_body(codec, wechat, now):
    push = wechat.plain(b"<xml").altered(signature=["0" * 40])
    assert refusal(codec, push, now).reason == "signature 不对"


def test_it_refuses_what_was_encrypted_for_another_account(codec, wechat, now):
    push = wechat.secure(wechat.message(), app_id="wxsomebodyelse00")
    assert refusal(codec, push, now).status == 403


def test_it_answers_with_the_key_that_opened_the_message(codec, wechat, now, settings):
    for key in (settings.aes_key, settings.previous_aes_key):
        push = wechat.secure(wechat.message(), aes_key=key)
        sealed = codec.seal(codec.open(push.parameters, push.body, now), "好的", now, "n")
        assert wechat.read_reply(sealed, aes_key=key)["Content"] == "好的"


def test_it_refuses_a_hundred_random_keys_in_one_way(codec, wechat, now):
    for _ in range(100):
        random_key = b64encode(secrets.token_bytes(32)).decode().rstrip("=")
        push = wechat.secure(wechat.message(), aes_key=random_key)
        assert refusal(codec, push, now).reason.startswith("解密失败")


@pytest.mark.parametrize(
    "encrypted",
    [
        "A",
        "!!!!",
        "AAAA=AAA",
        "",
        "密文",
        b64encode(b"12345").decode(),
        b64encode(b"1" * 16).decode(),
    ],
)
def test_it_refuses_what_is_no_ciphertext(codec, wechat, now, encrypted):
    assert refusal(codec, wechat.enveloped(encrypted), now).status == 403


@pytest.mark.parametrize("pad", [0, 33, 255])
def test_it_refuses_a_padding_byte_out_of_range(codec, wechat, now, pad):
    packed = wechat.packed(wechat.message().encode())
    filler = 32 - len(packed) % 32
    push = wechat.enveloped(wechat.raw(packed + bytes([pad]) * filler))
    assert refusal(codec, push, now).status == 403


def test_it_refuses_an_envelope_too_short_for_its_own_layout(codec, wechat, now):
    for size in (0, 16, 19):
        push = wechat.enveloped(wechat.raw(padded(b"x" * size)))
        assert refusal(codec, push, now).status == 403


@pytest.mark.parametrize("length", [0, 1, 2**31, 2**32 - 1])
def test_it_refuses_a_length_that_is_not_the_texts(codec, wechat, now, length):
    packed = wechat.packed(wechat.message().encode(), length=length)
    push = wechat.enveloped(wechat.raw(padded(packed)))
    assert refusal(codec, push, now).status == 403


@pytest.mark.parametrize("tail", [b"x", b"\x00", b"wx0123456789abcdef"])
def test_it_refuses_bytes_after_the_app_id(codec, wechat, now, tail):
    packed = wechat.packed(wechat.message().encode(), tail=tail)
    assert refusal(codec, wechat.enveloped(wechat.raw(padded(packed))), now).status == 403


@pytest.mark.parametrize("inner", [b"", b"\xff\xfe", b"hello", b"<xml"])
def test_it_refuses_an_envelope_around_nothing_sensible(codec, wechat, now, inner):
    push = wechat.enveloped(wechat.raw(padded(wechat.packed(inner))))
    assert refusal(codec, push, now).status == 400


def padded(packed):
    count = 32 - len(packed) % 32
    return packed + bytes([count]) * count


@given(blocks=st.integers(min_value=0, max_value=8), data=st.data())
def test_it_refuses_random_blocks_in_one_way(codec, wechat, now, blocks, data):
    noise = data.draw(st.binary(min_size=16 * blocks, max_size=16 * blocks))
    assert refusal(codec, wechat.enveloped(b64encode(noise).decode()), now).status == 403


@given(plain=st.binary(max_size=300))
def test_it_decrypts_what_it_encrypted(settings, plain):
    key = decode_key(settings.aes_key)
    assert decrypt(key, encrypt(key, plain, "wx1"), "wx1") == plain


def test_it_lets_the_cipher_win_in_compatible_mode(compat_codec, wechat, now):
    cipher = wechat.secure(wechat.message(Content="密"))
    both = cipher.body.replace(
        b"<Encrypt>", wechat.message(Content="明")[5:-6].encode() + b"<Encrypt>", 1
    )
    opened = compat_codec.open(cipher.parameters, both, now)
    assert opened.inbound.text == "密"
    assert wechat.read_reply(compat_codec.seal(opened, "好", now, "n"))["Content"] == "好"


def test_it_does_not_fall_back_to_the_plain_copy_when_the_cipher_is_wrong(
    compat_codec, wechat, now
):
    push = wechat.enveloped("AAAA", beside=wechat.message()[5:-6])
    assert refusal(compat_codec, push, now).status == 403


def test_it_opens_a_plain_body_in_plain_and_compatible_mode(plain_codec, compat_codec, wechat, now):
    push = wechat.plain(wechat.message(Content="在吗"))
    for each in (plain_codec, compat_codec):
        opened = each.open(push.parameters, push.body, now)
        assert (opened.inbound.text, opened.key) == ("在吗", None)


def test_it_says_so_when_the_account_encrypts_and_the_configuration_is_plain(
    plain_codec, wechat, now
):
    error = refusal(plain_codec, wechat.secure(wechat.message()), now)
    assert (error.status, "明文" in error.reason) == (400, True)


def test_it_refuses_a_body_over_the_limit_and_takes_one_at_it(plain_codec, wechat, now):
    empty = len(wechat.message(Content="").encode())
    fits = wechat.plain(wechat.message(Content="x" * (MAX_BODY_BYTES - empty)))
    assert len(fits.body) == MAX_BODY_BYTES
    assert plain_codec.open(fits.parameters, fits.body, now).inbound.text
    for size in (MAX_BODY_BYTES + 1, 1024 * 1024):
        assert refusal(plain_codec, wechat.plain(b"x" * size), now).status == 400


def test_it_answers_in_the_clear_what_came_in_the_clear(plain_codec, wechat, now):
    push = wechat.plain(wechat.message())
    opened = plain_codec.open(push.parameters, push.body, now)
    reply = xmltodict.parse(plain_codec.seal(opened, "三十天", now, "n"))["xml"]
    assert reply == {
        "ToUserName": "oResident",
        "FromUserName": "gh_account",
        "CreateTime": str(int(now.timestamp())),
        "MsgType": "text",
        "Content": "三十天",
    }


def test_it_never_seals_the_same_reply_to_the_same_bytes(codec, wechat, now):
    push = wechat.secure(wechat.message())
    opened = codec.open(push.parameters, push.body, now)
    assert codec.seal(opened, "好", now, "n") != codec.seal(opened, "好", now, "n")


def test_it_acknowledges_when_there_is_nothing_to_say(codec, wechat, now):
    push = wechat.secure(wechat.message())
    opened = codec.open(push.parameters, push.body, now)
    assert codec.seal(opened, "", now, "n") == ACKNOWLEDGEMENT == b"success"


@pytest.mark.parametrize("event", ["unsubscribe", "user_authorization_revoke", "MASSSENDJOBFINISH"])
def test_it_never_answers_a_push_nobody_would_read(codec, wechat, now, event):
    push = wechat.secure(wechat.message(MsgType="event", Event=event, OpenID="oOther"))
    opened = codec.open(push.parameters, push.body, now)
    assert codec.seal(opened, "再见", now, "n") == b"success"


@pytest.mark.parametrize("missing", ["FromUserName", "ToUserName"])
def test_it_acknowledges_when_nobody_could_be_answered(plain_codec, wechat, now, missing):
    push = wechat.plain(wechat.message(**{missing: ""}))
    opened = plain_codec.open(push.parameters, push.body, now)
    assert plain_codec.seal(opened, "好", now, "n") == b"success"


def test_it_opens_an_unknown_push_without_complaint(codec, wechat, now):
    push = wechat.secure(wechat.message(MsgType="event", Event="brand_new_event"))
    assert codec.open(push.parameters, push.body, now).inbound.kind is InboundKind.OTHER
