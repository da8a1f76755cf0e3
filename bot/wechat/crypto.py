"""WeChat's envelope: AES-256-CBC around 16 random bytes, a length, the text and the app id."""

import secrets
import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from bot.errors import WebhookError
from bot.wechat.account import Mode
from bot.wechat.signature import Parameters, check_message_signature, check_signature, sign
from bot.wechat.xml import cdata, parse_xml, text_of

MAX_BODY_BYTES = 64 * 1024
"""Longest body we read; the compatible mode's two copies of a longest message fit."""

_PADDING = PKCS7(32 * 8)
_RANDOM_BYTES = 16
_HEADER_BYTES = _RANDOM_BYTES + 4


@dataclass(frozen=True)
class Envelope:
    """The account's secrets for the webhook, and which of WeChat's modes was chosen."""

    app_id: str
    token: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)
    """The current AES key, then the previous one."""
    mode: Mode


@dataclass(frozen=True)
class Opened:
    """A verified body, and the key that opened it; the reply is sealed with the same one."""

    root: Element
    key: bytes | None = field(repr=False)


def decode_key(encoding_aes_key: str) -> bytes:
    """Turn the 43 characters of an EncodingAESKey into the 32 bytes of the key."""
    return b64decode(encoding_aes_key + "=")


def open_envelope(envelope: Envelope, parameters: Parameters, body: bytes, now: datetime) -> Opened:
    """Verify and, where it is encrypted, decrypt a push. The query never chooses the mode.

    1. `signature` first: it costs nothing and keeps strangers away from the XML parser.
    2. Secure mode refuses a body that is not encrypted, however well signed: `signature` does
       not cover the body and can be replayed from any access log.
    3. In the compatible mode the encrypted copy wins over the plain one beside it.
    """
    if len(body) > MAX_BODY_BYTES:
        raise WebhookError("消息体太大", status=400)
    check_signature(envelope.token, parameters, now)
    root = parse_xml(body)
    encrypted = text_of(root, "Encrypt")
    if envelope.mode == "plain":
        if encrypted and root.find("FromUserName") is None:
            raise WebhookError("收到加密消息，而配置的是明文模式", status=400)
        return Opened(root, key=None)
    if not encrypted:
        if envelope.mode == "secure":
            raise WebhookError("安全模式下收到未加密的消息")
        return Opened(root, key=None)
    check_message_signature(envelope.token, parameters, now, encrypted)
    plain, key = _decrypt_with_any(envelope.keys, encrypted, envelope.app_id)
    return Opened(parse_xml(plain), key)


def seal_envelope(
    envelope: Envelope, xml: bytes, *, key: bytes, timestamp: str, nonce: str
) -> bytes:
    """Encrypt and sign a reply."""
    encrypted = encrypt(key, xml, envelope.app_id)
    signature = sign(envelope.token, timestamp, nonce, encrypted)
    return (
        f"<xml><Encrypt>{cdata(encrypted)}</Encrypt>"
        f"<MsgSignature>{cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp>"
        f"<Nonce>{cdata(nonce)}</Nonce></xml>"
    ).encode()


def encrypt(key: bytes, plain: bytes, app_id: str) -> str:
    """Encrypt `plain` for the account; the random bytes make every result different."""
    length = struct.pack(">I", len(plain))
    packed = secrets.token_bytes(_RANDOM_BYTES) + length + plain + app_id.encode()
    padder = _PADDING.padder()
    encryptor = _cipher(key).encryptor()
    padded = padder.update(packed) + padder.finalize()
    return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt(key: bytes, encrypted: str, app_id: str) -> bytes:
    """Undo `encrypt`; ValueError or struct.error when it was not made for this key and account."""
    decryptor = _cipher(key).decryptor()
    ciphertext = b64decode(encrypted, validate=True)
    unpadder = _PADDING.unpadder()
    padded = decryptor.update(ciphertext) + decryptor.finalize()
    packed = unpadder.update(padded) + unpadder.finalize()
    (length,) = struct.unpack(">I", packed[_RANDOM_BYTES:_HEADER_BYTES])
    if packed[_HEADER_BYTES + length :] != app_id.encode():
        raise ValueError("not for this account")
    return packed[_HEADER_BYTES : _HEADER_BYTES + length]


def _decrypt_with_any(keys: Sequence[bytes], encrypted: str, app_id: str) -> tuple[bytes, bytes]:
    for key in keys:
        try:
            return decrypt(key, encrypted, app_id), key
        except (ValueError, struct.error):
            continue
    raise WebhookError("解密失败：EncodingAESKey 或 AppID 与公众平台上的不一致")


def _cipher(key: bytes) -> Cipher[CBC]:
    return Cipher(AES(key), CBC(key[:16]))
