"""Signing and encryption, held against WeChat's vector and wechatpy."""

import base64
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechatpy.crypto import WeChatCrypto

from bot.simulator import Account, Credentials, Mode, pushes
from bot.simulator.envelope import decrypt, encrypt, seal, signature

KNOWN = Credentials("wx0123456789abcdef", "secret", "TOKEN", "A" * 43)
PUSH = Account().stamp(pushes.text("o1", "你好"))


def sealed(mode):
    return seal(PUSH, "gh_1", KNOWN, mode, 1_714_036_504)


def encrypted_raw(plain: bytes) -> str:
    key = bytes(32)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def test_it_signs_as_the_official_vector():
    expected = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert signature("AAAAA", "1714036504", "1514711492") == expected


def test_it_signs_every_mode_without_the_body():
    for mode in Mode:
        query = sealed(mode).query
        assert query["signature"] == signature("TOKEN", query["timestamp"], query["nonce"])
        assert query["openid"] == "o1"


def test_it_sends_only_cipher_in_secure_mode():
    push = sealed(Mode.SECURE)
    names = [child.tag for child in ElementTree.fromstring(push.body)]
    assert names == ["ToUserName", "Encrypt"]
    assert push.query["encrypt_type"] == "aes"


def test_it_sends_both_forms_in_compatible_mode():
    root = ElementTree.fromstring(sealed(Mode.COMPAT).body)
    assert root.findtext("Content") == "你好"
    assert "你好" in decrypt(KNOWN, root.findtext("Encrypt"))


def test_it_sends_no_trace_of_encryption_in_plain_mode():
    push = sealed(Mode.PLAIN)
    assert set(push.query) == {"signature", "timestamp", "nonce", "openid"}
    assert b"Encrypt" not in push.body


@pytest.mark.parametrize("mode", [Mode.SECURE, Mode.COMPAT])
def test_it_encrypts_so_that_wechatpy_can_read(mode):
    push = sealed(mode)
    crypto = WeChatCrypto(KNOWN.token, KNOWN.aes_key, KNOWN.app_id)
    query = push.query
    xml = crypto.decrypt_message(
        push.body, query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert xml == pushes.render(PUSH, "gh_1")


def test_it_uses_a_new_nonce_every_time():
    assert sealed(Mode.PLAIN).query["nonce"] != sealed(Mode.PLAIN).query["nonce"]


def test_it_makes_credentials_the_settings_accept():
    made = Credentials.throwaway()
    assert len(base64.b64decode(made.aes_key + "=", validate=True)) == 32
    assert made.token.isalnum()
    assert 3 <= len(made.token) <= 32
    assert made.app_secret not in repr(made)


@pytest.mark.parametrize(
    "broken",
    [
        "不是 base64",
        base64.b64encode(b"five!").decode(),
        "",
        encrypted_raw(bytes(32)),
        encrypted_raw(bytes(28) + b"\x01\x01\x01\x05"),
        encrypted_raw(bytes(16) + b"\xff\xff\xff\xff" + bytes(8) + b"\x04" * 4),
        encrypted_raw(b"x" * 16),
    ],
)
def test_it_refuses_broken_cipher(broken):
    with pytest.raises(ValueError, match="密文"):
        decrypt(KNOWN, broken)


def test_it_refuses_cipher_of_another_account_or_key():
    text = encrypt(KNOWN, "<xml/>")
    assert decrypt(KNOWN, text) == "<xml/>"
    with pytest.raises(ValueError, match="AppID"):
        decrypt(replace(KNOWN, app_id="wx_other"), text)
    with pytest.raises(ValueError, match="密文"):
        decrypt(replace(KNOWN, aes_key="B" * 42 + "A"), text)
