"""Hard tests 6 to 8: what is inside the envelope."""

import secrets
import struct
from base64 import b64encode
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from wechatpy.crypto import WeChatCrypto

from bot.simulator import Credentials, Ruling
from bot.simulator.envelope import encrypt
from bot.simulator.pushes import Push, render, render_elements, text
from tests.web.conftest import OPENID, PREVIOUS_AES_KEY, Builder, Office
from tests.web.small_office import ANSWER, ANSWER_OF_202, QUESTION

REFUSED = (400, 403)


def other_account(office: Office, **changes: str) -> Credentials:
    return replace(office.account.credentials, **changes)


def test_hard_06_it_refuses_another_accounts_message(office: Office) -> None:
    sealed = office.seal(
        text(OPENID, QUESTION), credentials=other_account(office, app_id="wxother")
    )

    assert office.post_sealed(sealed).status_code in REFUSED
    assert office.count() == 0


def test_hard_06_it_answers_the_previous_key_with_the_previous_key(office: Office) -> None:
    previous = other_account(office, aes_key=PREVIOUS_AES_KEY)

    verdict = office.deliver(text(OPENID, QUESTION), credentials=previous)
    assert (verdict.ruling, ANSWER in verdict.text) == (Ruling.REPLY, True)


def test_hard_06_it_forgets_the_previous_key_once_it_is_taken_out(build: Builder) -> None:
    office = build(previous_aes_key="")
    previous = other_account(office, aes_key=PREVIOUS_AES_KEY)

    sealed = office.seal(text(OPENID, QUESTION), credentials=previous)
    assert office.post_sealed(sealed).status_code in REFUSED


def test_hard_06_it_refuses_a_hundred_random_keys(office: Office) -> None:
    """What comes out is random: every step of unpacking has its turn to fail."""
    statuses = set()
    for _ in range(100):
        stranger = other_account(office, aes_key=Credentials.throwaway().aes_key)
        sealed = office.seal(text(OPENID, QUESTION), credentials=stranger)
        statuses.add(office.post_sealed(sealed).status_code)

    assert statuses <= set(REFUSED)
    assert office.count() == 0


class Forge:
    """Encrypts what it is told to, as wrong as wanted, under the right key."""

    def __init__(self, office: Office) -> None:
        self.office = office
        known = office.account.credentials
        self.app_id = known.app_id.encode()
        self.key = WeChatCrypto(known.token, known.aes_key, known.app_id).key
        self.xml = render(office.account.stamp(text(OPENID, QUESTION)), "gh_account").encode()

    def encrypt(self, padded: bytes) -> str:
        encryptor = Cipher(AES(self.key), CBC(self.key[:16])).encryptor()
        return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def pack(self, *, length: int | None = None, tail: bytes = b"", pad: int | None = None) -> str:
        announced = struct.pack(">I", len(self.xml) if length is None else length)
        packed = secrets.token_bytes(16) + announced + self.xml + self.app_id + tail
        amount = 32 - len(packed) % 32
        return self.encrypt(packed + bytes([amount if pad is None else pad]) * amount)

    def status(self, encrypted: str) -> int:
        return self.office.post_sealed(self.office.seal_encrypted(encrypted)).status_code


@pytest.fixture
def forge(office: Office) -> Forge:
    return Forge(office)


def test_hard_07_the_forge_can_do_it_right(forge: Forge) -> None:
    assert forge.status(forge.pack()) == 200


@pytest.mark.parametrize(
    "encrypted",
    ["", "!", "====", "not base64 at all", "中文", "QUJD", "A" * 5, "A" * 40_000]
    + [b64encode(bytes(amount)).decode() for amount in (1, 5, 15, 16, 17, 31, 32, 48, 64, 4096)],
)
def test_hard_07_it_refuses_what_is_no_cipher(forge: Forge, encrypted: str) -> None:
    assert forge.status(encrypted) in REFUSED


@pytest.mark.parametrize("pad", [0, 33, 255])
def test_hard_07_it_refuses_wrong_padding(forge: Forge, pad: int) -> None:
    assert forge.status(forge.pack(pad=pad)) in REFUSED


@pytest.mark.parametrize("length", [0, 1, 10, 2**31 - 1, 2**31, 2**32 - 1])
def test_hard_07_it_refuses_wrong_lengths(forge: Forge, length: int) -> None:
    assert forge.status(forge.pack(length=length)) in REFUSED


@pytest.mark.parametrize("tail", [b"x", b"\0", bytes(16), b"wx" * 50])
def test_hard_07_it_refuses_bytes_after_the_app_id(forge: Forge, tail: bytes) -> None:
    assert forge.status(forge.pack(tail=tail)) in REFUSED


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_hard_07_it_refuses_whole_blocks_of_nothing(forge: Forge, blocks: int) -> None:
    assert forge.status(forge.encrypt(bytes(16) * blocks)) in REFUSED
    assert forge.status(forge.encrypt(bytes([32]) * 16 * blocks)) in REFUSED


@pytest.mark.parametrize("inner", ["", "<xml/>", "<xml><", "\0", "success", "{}", "<a/>"])
def test_hard_07_it_survives_any_text_inside(office: Office, inner: str) -> None:
    response = office.post_sealed(office.seal_xml(inner))

    assert response.status_code == 400 or response.data == b"success"
    assert office.count() == 0


def disagreeing(office: Office, cipher: Push, plain: str) -> tuple[Push, bytes, dict[str, str]]:
    """Make a compatible body whose two parts say different things, both rightly signed."""
    cipher = office.account.stamp(cipher)
    account = office.account.original_id
    encrypted = encrypt(office.account.credentials, render(cipher, account))
    sealed = office.seal_encrypted(encrypted, beside=plain)
    return cipher, sealed.body, dict(sealed.query)


def test_hard_08_the_cipher_wins_in_compatible_mode(build: Builder) -> None:
    office = build(mode="compat")
    forged = render_elements(
        {
            "ToUserName": "gh_forged",
            "FromUserName": "oSomebodyElse",
            "CreateTime": 1,
            "MsgType": "text",
            "Content": "202",
            "MsgId": 7,
        }
    )
    push, body, query = disagreeing(office, text(OPENID, QUESTION), forged)
    verdict = office.judge(office.post(query, body), push)

    assert ANSWER in verdict.text
    assert ANSWER_OF_202 not in verdict.text
    assert (office.resident().version, office.resident("oSomebodyElse").version) == (1, 0)


def test_hard_08_a_broken_cipher_does_not_fall_back_to_plain(build: Builder) -> None:
    """Else the plain half could be forged by whoever breaks the other one."""
    office = build(mode="compat")
    plain = render(office.account.stamp(text(OPENID, QUESTION)), "gh_account")[5:-6]
    sealed = office.seal_encrypted("QUJD", beside=plain)

    assert office.post_sealed(sealed).status_code in REFUSED
    assert office.post(office.signed_query(), sealed.body).status_code in REFUSED
    assert office.count() == 0
