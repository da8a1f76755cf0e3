"""The bot's own application on a real database, written to and judged by the simulator's hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from werkzeug.test import TestResponse

from bot import clock
from bot.assistant import Assistant
from bot.bootstrap import Parts, build_parts, build_rules
from bot.config import (
    DatabaseSettings,
    KnowledgeSettings,
    OfficeSettings,
    Settings,
    WechatSettings,
)
from bot.conversation.turn import Outcome, Turn
from bot.simulator import Account, Credentials, Mode, Ruling, Verdict
from bot.simulator.envelope import SealedPush, encrypt, seal, signature
from bot.simulator.judge import Answer, Case, judge
from bot.simulator.pushes import Push, render_elements, text
from bot.storage import residents
from bot.storage.database import Database
from bot.storage.residents import Resident
from bot.storage.staff import Role
from bot.storage.tables import inbox
from bot.web.application import create_app
from bot.wechat.replies import render_text
from tests.web.clerk import Clerk, sign_in
from tests.web.small_office import write_knowledge

PREVIOUS_AES_KEY = "PreviousKeyPreviousKeyPreviousKeyPreviousKA"
OPENID = "oResidentJia000000000000001"

Decide = Callable[[Turn], Outcome]


class Office:
    """One account, one bot process, one resident at a time."""

    def __init__(self, parts: Parts, account: Account) -> None:
        self.parts = parts
        self.account = account
        self.app = create_app(parts)

    # ------------------------------------------------------------------ WeChat's side

    def seal(self, push: Push, *, credentials: Credentials | None = None) -> SealedPush:
        """Stamp, sign and, by the account's mode, encrypt."""
        account = self.account
        known = credentials or account.credentials
        stamp = int(account.signing_clock().timestamp())
        return seal(account.stamp(push), account.original_id, known, account.mode, stamp)

    def seal_xml(self, xml: str) -> SealedPush:
        """Encrypt any text at all as the inner body of a secure push."""
        return self.seal_encrypted(encrypt(self.account.credentials, xml))

    def seal_encrypted(self, encrypted: str, beside: str = "") -> SealedPush:
        """Sign any ciphertext at all, rightly."""
        query = self.signed_query()
        signed = signature(self._token, query["timestamp"], query["nonce"], encrypted)
        query |= {"encrypt_type": "aes", "msg_signature": signed}
        return SealedPush(
            query, f"<xml>{beside}{render_elements({'Encrypt': encrypted})}</xml>".encode()
        )

    def signed_query(self, timestamp: str = "", nonce: str = "1514711492") -> dict[str, str]:
        """Sign a query as WeChat does whatever the body."""
        stamp = timestamp or str(int(self.account.signing_clock().timestamp()))
        signed = signature(self._token, stamp, nonce)
        return {"signature": signed, "timestamp": stamp, "nonce": nonce, "openid": OPENID}

    @property
    def _token(self) -> str:
        return self.account.credentials.token

    # ------------------------------------------------------------------ the wire

    def post(
        self,
        query: Mapping[str, str] | Sequence[tuple[str, str]] | str,
        body: bytes,
        **options: Any,
    ) -> TestResponse:
        """Post to the webhook; whatever came, our side must not break."""
        options.setdefault("content_type", "text/xml")
        response = self.app.test_client().post("/wechat", query_string=query, data=body, **options)
        assert response.status_code < 500, response.text
        return response

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        response = self.app.test_client().get(path, buffered=True, **options)
        assert response.status_code in (200, 403, 404, 405, 503), response.text
        return response

    def post_sealed(self, sealed: SealedPush, **options: Any) -> TestResponse:
        return self.post(sealed.query, sealed.body, **options)

    # ------------------------------------------------------------------ the judge

    def deliver(self, push: Push, *, credentials: Credentials | None = None) -> Verdict:
        """Deliver once and judge what came back as strictly as WeChat."""
        push = self.account.stamp(push)
        response = self.post_sealed(self.seal(push, credentials=credentials))
        return self.judge(response, push, credentials=credentials)

    def judge(
        self, response: TestResponse, push: Push, *, credentials: Credentials | None = None
    ) -> Verdict:
        account = self.account
        known = credentials or account.credentials
        case = Case(push, account.original_id, account.mode, known)
        return judge(Answer(response.status_code, response.data), case)

    def say(self, said: str, openid: str = OPENID) -> Verdict:
        """Deliver one typed text that has never been sent before."""
        return self.deliver(text(openid, said))

    def heard(self, said: str, openid: str = OPENID) -> str:
        """Say something that must be answered, and give the answer."""
        verdict = self.say(said, openid)
        assert verdict.ruling is Ruling.REPLY, verdict.reason
        assert verdict.warnings == ()
        return verdict.text

    # ------------------------------------------------------------------ the console

    def clerk(self, name: str, *roles: Role) -> Clerk:
        """Add a member of staff and sign them in."""
        return sign_in(self.app, self.parts, name, *roles)

    def stranger(self) -> Clerk:
        """A browser that nobody has signed in with."""
        return Clerk(self.app)

    # ------------------------------------------------------------------ behind the scenes

    @property
    def database(self) -> Database:
        return self.parts.database

    def count(self, table: Table = inbox) -> int:
        with self.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def resident(self, openid: str = OPENID) -> Resident:
        with self.database.reading() as connection:
            return residents.get(connection, openid)


@dataclass
class Builder:
    """Builds offices that share a folder, as processes of one machine do."""

    folder: Path
    database_url: str
    account: Account
    built: list[Office]

    def settings(self, **wechat: Any) -> Settings:
        known = self.account.credentials
        values = {
            "app_id": known.app_id,
            "app_secret": known.app_secret,
            "token": known.token,
            "aes_key": known.aes_key,
            "previous_aes_key": PREVIOUS_AES_KEY,
            "mode": self.account.mode.value,
        } | wechat
        return Settings(
            office=OfficeSettings(name="文<山>司法所"),
            wechat=WechatSettings(**values),
            database=DatabaseSettings(url=self.database_url),
            knowledge=KnowledgeSettings(
                path=self.folder / "knowledge", statutes=self.folder / "statutes"
            ),
        )

    def __call__(
        self,
        *,
        decide: Decide | None = None,
        budget_seconds: float = 4.0,
        now: clock.Clock = clock.now,
        **wechat: Any,
    ) -> Office:
        """Build one more process; `decide` replaces the conversation, `wechat` its settings."""
        if "mode" in wechat:
            self.account.mode = Mode(wechat["mode"])
        parts = build_parts(self.settings(**wechat), clock=now)
        if decide:
            parts.assistant.close()
            parts = replace(parts, assistant=_deciding(parts, decide, budget_seconds))
        self.built.append(Office(parts, self.account))
        return self.built[-1]


def _deciding(parts: Parts, decide: Decide, budget_seconds: float) -> Assistant:
    return Assistant(
        database=parts.database,
        content=lambda: parts.content.current,
        rules=lambda: build_rules(parts.settings),
        render=render_text,
        clock=parts.clock,
        budget_seconds=budget_seconds,
        decide=decide,
    )


@pytest.fixture
def build(tmp_path: Path, database_url: str) -> Iterator[Builder]:
    """Make bot processes of one account, on one folder and one database."""
    write_knowledge(tmp_path / "knowledge")
    builder = Builder(tmp_path, database_url, Account(mode=Mode.SECURE), [])
    yield builder
    for office in builder.built:
        office.parts.close()


@pytest.fixture
def office(build: Builder) -> Office:
    """One bot in secure mode, as it is shipped."""
    return build()
