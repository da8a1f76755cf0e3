"""Builds every part once, from the settings."""

import ctypes
import os
import socket
import sys
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from bot import clock as clocks
from bot.assistant import Assistant
from bot.clock import Clock
from bot.config import KnowledgeSettings, Settings
from bot.consultation.triage import load_safety
from bot.conversation.menu import MENU, MenuButton
from bot.conversation.turn import Capabilities, Content, Rules
from bot.errors import Problem
from bot.events.calendar import load_calendar
from bot.knowledge.library import load_library
from bot.knowledge.reload import Reloader
from bot.scheduler.dispatch import Outgoing
from bot.storage.database import Database
from bot.storage.tokens import StoredToken
from bot.wechat.client import WechatClient
from bot.wechat.codec import WebhookCodec
from bot.wechat.replies import render_text
from bot.wechat.rights import capabilities


@dataclass(frozen=True)
class Parts:
    """Everything a process of ours consists of."""

    settings: Settings
    clock: Clock
    database: Database
    content: Reloader[Content]
    assistant: Assistant
    codec: WebhookCodec
    client: WechatClient
    outgoing: Outgoing

    def close(self) -> None:
        """Stop threads and give connections back."""
        self.content.stop()
        self.assistant.close()
        self.database.close()


class WechatSender:
    """The scheduler's way out: WeChat's client in the two calls a notice needs."""

    def __init__(self, client: WechatClient) -> None:
        self._client = client

    def send_to_all(self, text: str, client_id: str) -> str:
        """Mass-send to every follower; return WeChat's msg_id."""
        return self._client.mass_send_text(text, client_message_id=client_id).message_id

    def send_to(self, openid: str, text: str) -> None:
        """Send one customer-service message."""
        self._client.send_text(openid, text)


def load_content(knowledge: KnowledgeSettings) -> tuple[Content, list[Problem]]:
    """Read the whole knowledge folder; what is wrong in it comes back as problems."""
    today = clocks.now().date()
    library, problems = load_library(knowledge.path, knowledge.statutes, today=today)
    calendar, event_problems = load_calendar(knowledge.path / "events")
    safety, safety_problems = load_safety(knowledge.path / "safety.md")
    content = Content(library=library, calendar=calendar, safety=safety)
    _give_back_memory()
    return content, sorted([*problems, *event_problems, *safety_problems])


def _give_back_memory() -> None:
    """Return what loading used in passing to the system: some 50 MB a process that glibc keeps."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def push_menu(parts: Parts) -> None:
    """Make the account's menu; raises SendError where its level has no right to one."""
    parts.client.create_menu({"button": [_button(button) for button in MENU]})


def _button(button: MenuButton) -> dict[str, object]:
    if button.buttons:
        return {"name": button.name, "sub_button": [_button(one) for one in button.buttons]}
    return {"type": "click", "name": button.name, "key": button.key}


def build_rules(settings: Settings) -> Rules:
    """Collect the settings a decision depends on."""
    rights = capabilities(settings.wechat)
    return Rules(
        office=settings.office,
        answer_at=settings.answers.answer_at,
        clarify_at=settings.answers.clarify_at,
        public_url=settings.server.public_url,
        capabilities=Capabilities(
            customer_service=rights.customer_service,
            mass_send=rights.mass_send,
            download_media=rights.download_media,
        ),
    )


def build_content(settings: Settings) -> Reloader[Content]:
    """Load the knowledge folder and be ready to follow its changes."""
    knowledge = settings.knowledge
    return Reloader(lambda: load_content(knowledge), [knowledge.path, knowledge.statutes])


def build_parts(
    settings: Settings, *, plan_unverified: bool = False, clock: Clock = clocks.now
) -> Parts:
    """Build every part; nothing runs yet."""
    database = Database(settings.database.url)
    content = build_content(settings)
    rules = build_rules(settings)
    client = WechatClient(
        settings.wechat, StoredToken(database, settings.wechat.app_id, clock), clock
    )
    assistant = Assistant(
        database=database,
        content=lambda: content.current,
        rules=rules,
        render=render_text,
        clock=clock,
    )
    outgoing = Outgoing(
        database=database,
        content=lambda: content.current,
        sender=WechatSender(client),
        capabilities=rules.capabilities,
        holder=f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}",
        late_after=timedelta(hours=settings.notices.late_hours),
        quiet_from=settings.notices.quiet_from,
        quiet_until=settings.notices.quiet_until,
        keep_days=settings.privacy.keep_messages_days,
        plan_unverified=plan_unverified,
    )
    codec = WebhookCodec(settings.wechat)
    return Parts(settings, clock, database, content, assistant, codec, client, outgoing)
