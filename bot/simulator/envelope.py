"""The envelope a push travels in: signed always, encrypted by mode; and the way back."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wechatpy.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

from bot.simulator.pushes import Push, render, render_elements


class Mode(StrEnum):
    """How pushes are protected: 安全, 兼容 or 明文."""

    SECURE = "secure"
    COMPAT = "compat"
    PLAIN = "plain"


@dataclass(frozen=True)
class Credentials:
    """What the account and the bot both know."""

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)

    @classmethod
    def throwaway(cls) -> "Credentials":
        """Make credentials that nothing outside this process knows."""
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        # The last letter of a key carries four bits only; A keeps strict base64 decoders happy.
        aes_key = "".join(secrets.choice(letters) for _ in range(42)) + "A"
        app_id = "wx" + secrets.token_hex(8)
        return cls(app_id, secrets.token_hex(16), secrets.token_hex(12), aes_key)


@dataclass(frozen=True)
class SealedPush:
    """A push as it goes over the wire."""

    query: Mapping[str, str]
    body: bytes


def seal(
    push: Push, account: str, credentials: Credentials, mode: Mode, timestamp: int
) -> SealedPush:
    """Sign and, by mode, encrypt a push; every call uses a new nonce."""
    stamp, nonce = str(timestamp), str(secrets.randbelow(2**31))
    query = {
        "signature": signature(credentials.token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "openid": push.openid,
    }
    xml = render(push, account)
    if mode is Mode.PLAIN:
        return SealedPush(query, xml.encode())
    encrypted = encrypt(credentials, xml)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature(credentials.token, stamp, nonce, encrypted)
    # Compatible mode carries both forms in one body, plain first.
    inner = xml[5:-6] if mode is Mode.COMPAT else render_elements({"ToUserName": account})
    return SealedPush(
        query, f"<xml>{inner}{render_elements({'Encrypt': encrypted})}</xml>".encode()
    )


def handshake_query(credentials: Credentials, timestamp: int, echo: str) -> Mapping[str, str]:
    """Return the query of the GET that proves the server belongs to the account."""
    stamp, nonce = str(timestamp), str(secrets.randbelow(2**31))
    signed = signature(credentials.token, stamp, nonce)
    return {"signature": signed, "timestamp": stamp, "nonce": nonce, "echostr": echo}


def signature(*parts: str) -> str:
    """Return WeChat's sha1 over the sorted parts."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def encrypt(credentials: Credentials, xml: str) -> str:
    """Return the base64 text of one encrypted message."""
    return bytes(PrpCrypto(_key(credentials)).encrypt(xml, credentials.app_id)).decode()


def decrypt(credentials: Credentials, encrypted: str) -> str:
    """Return the inner text, or raise ValueError in words for the log panel.

    Stricter than wechatpy: the padding must be whole, the length exact and the appid ours.
    """
    try:
        ciphertext = base64.b64decode(encrypted, validate=True)
        cipher: Any = PrpCrypto(_key(credentials)).cipher
        padded: bytes = cipher.decrypt(ciphertext)
    except (binascii.Error, ValueError) as error:
        raise ValueError("密文不是完整的 AES 数据") from error
    amount = padded[-1] if padded else 0
    if not 1 <= amount <= 32 or padded[-amount:] != bytes([amount]) * amount:
        raise ValueError("密文的填充不对，多半是 EncodingAESKey 不一致")
    plain = padded[16:-amount]
    length = int.from_bytes(plain[:4], "big")
    if plain[4 + length :] != credentials.app_id.encode():
        raise ValueError("密文里的 AppID 不是本账号的")
    return plain[4 : 4 + length].decode("utf-8")


def _key(credentials: Credentials) -> bytes:
    crypto = WeChatCrypto(credentials.token, credentials.aes_key, credentials.app_id)
    return bytes(crypto.key)
