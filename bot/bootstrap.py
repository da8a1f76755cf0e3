"""Builds every part once, from the settings."""

import ctypes
import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from bot import clock as clocks
from bot.assistant import Assistant
from bot.assistant.following import Follower
from bot.assistant.publishing import Publisher
from bot.clock import Clock
from bot.config import KnowledgeSettings, Settings, with_options
from bot.consultation.triage import load_safety
from bot.conversation.menu import MenuButton, current_menu
from bot.conversation.turn import Capabilities, Content, Rules
from bot.errors import Action, Problem, SendError, StorageError
from bot.events.calendar import HORIZON, load_calendar
from bot.events.conflicts import find_conflicts, find_unknown_villages
from bot.knowledge.library import load_library
from bot.knowledge.reload import Reloader
from bot.scheduler.dispatch import MassResult, Outgoing
from bot.storage import faults, options
from bot.storage.database import Database
from bot.storage.options import Options
from bot.storage.tokens import StoredToken
from bot.wechat.client import MassStatus, WechatClient
from bot.wechat.codec import WebhookCodec
from bot.wechat.replies import render_text
from bot.wechat.rights import capabilities


@dataclass(frozen=True)
class Parts:
    """Everything a process of ours consists of."""

    settings: Settings
    """As the file and the environment have them; `live` knows what the office set since."""
    live: "LiveSettings"
    clock: Clock
    database: Database
    content: Reloader[Content]
    publisher: Publisher
    follower: Follower
    assistant: Assistant
    codec: WebhookCodec
    client: WechatClient
    outgoing: Outgoing

    def start(self) -> None:
        """Follow the knowledge folder, and what other hosts publish into it."""
        self.follower.start()
        self.content.start()

    def close(self) -> None:
        """Stop threads and give connections back."""
        self.follower.stop()
        self.content.stop()
        self.assistant.close()
        self.database.close()


OPTIONS_KNOWN_FOR_SECONDS = 2.0


class LiveSettings:
    """The settings with what the office set at the console, looked up every few seconds."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._known: tuple[float, Options] = (float("-inf"), {})
        self._made: tuple[Options, Settings, Rules] | None = None

    @property
    def options(self) -> Options:
        """What was set; a database that is gone leaves what was known."""
        known_at, known = self._known
        if clocks.monotonic() - known_at > OPTIONS_KNOWN_FOR_SECONDS:
            try:
                with self._database.reading() as connection:
                    known = options.load(connection)
            except StorageError:
                pass
            self._known = (clocks.monotonic(), known)
        return known

    def forget(self) -> None:
        """Look again at once: something was just set."""
        self._known = (float("-inf"), self._known[1])

    @property
    def settings(self) -> Settings:
        """The settings of this moment."""
        return self._make()[1]

    @property
    def rules(self) -> Rules:
        """The settings a decision depends on, of this moment."""
        return self._make()[2]

    def _make(self) -> tuple[Options, Settings, Rules]:
        known = self.options
        made = self._made
        if made is None or (made[0] is not known and made[0] != known):
            settings = with_options(self._settings, known)
            made = self._made = (known, settings, build_rules(settings))
        return made


class WechatSender:
    """The scheduler's way out: WeChat's client in the two calls a notice needs.

    What an administrator must mend – credentials, a used-up quota, a banned account – is counted
    as a fault, so that the console's first page says so.
    """

    def __init__(self, client: WechatClient, database: Database, clock: Clock) -> None:
        self._client = client
        self._database = database
        self._clock = clock

    def send_to_all(self, text: str, client_id: str) -> str:
        """Mass-send to every follower; return WeChat's msg_id."""
        with self._noting():
            return self._client.mass_send_text(text, client_message_id=client_id).message_id

    def mass_result(self, reference: str) -> MassResult:
        """Ask what came of a mass send; one that WeChat took back counts as failed."""
        with self._noting():
            return _RESULTS.get(self._client.mass_status(reference), MassResult.UNDER_WAY)

    def send_to(self, openid: str, text: str) -> None:
        """Send one customer-service message."""
        with self._noting():
            self._client.send_text(openid, text)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except SendError as error:
            kind = _TO_BE_MENDED.get(error.action)
            if kind:
                with self._database.transaction(durable=False) as connection:
                    faults.record(
                        connection,
                        kind=f"{kind}:{error.reason}"[:64],
                        text=error.reason,
                        now=self._clock(),
                    )
            raise


_RESULTS = {
    MassStatus.SENT: MassResult.ARRIVED,
    MassStatus.FAILED: MassResult.FAILED,
    MassStatus.DELETED: MassResult.FAILED,
}
_TO_BE_MENDED = {
    Action.REFRESH_TOKEN: "token",
    Action.FIX_CONFIGURATION: "token",
    Action.WAIT: "quota",
    Action.WAIT_A_DAY: "quota",
    Action.NO_QUOTA: "quota",
    Action.STOP: "stopped",
}


def load_content(knowledge: KnowledgeSettings) -> tuple[Content, list[Problem]]:
    """Read the whole knowledge folder; what is wrong in it comes back as problems."""
    today = clocks.now().date()
    library, problems = load_library(knowledge.path, knowledge.statutes, today=today)
    calendar, event_problems = load_calendar(knowledge.path / "events")
    event_problems += find_conflicts(calendar.events, today, today + HORIZON)
    villages = {village.name for village in library.villages}
    event_problems += find_unknown_villages(calendar.events, villages)
    safety, safety_problems = load_safety(knowledge.path / "safety.md")
    content = Content(library=library, calendar=calendar, safety=safety)
    _set_aside()
    _give_back_memory()
    return content, sorted([*problems, *event_problems, *safety_problems])


def _set_aside() -> None:
    """Spare the collector half a million objects that live until the next load.

    Looking through them takes a tenth of a second, in which no message is answered.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _give_back_memory() -> None:
    """Return what loading used in passing to the system: some 50 MB a process that glibc keeps."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)


def push_menu(parts: Parts) -> None:
    """Make the account's menu; raises SendError where its level has no right to one."""
    menu = current_menu(parts.live.options.get(options.MENU))
    parts.client.create_menu({"button": [_button(button) for button in menu]})


def _button(button: MenuButton) -> dict[str, object]:
    if button.buttons:
        return {"name": button.name, "sub_button": [_button(one) for one in button.buttons]}
    if button.url:
        return {"type": "view", "name": button.name, "url": button.url}
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
    live = LiveSettings(settings, database)
    publisher = Publisher(database, settings.knowledge.path, lambda: content.current, clock)
    follower = Follower(publisher, database)
    client = WechatClient(
        settings.wechat, StoredToken(database, settings.wechat.app_id, clock), clock
    )
    assistant = Assistant(
        database=database,
        content=lambda: content.current,
        rules=lambda: live.rules,
        render=render_text,
        clock=clock,
    )
    outgoing = Outgoing(
        database=database,
        content=lambda: content.current,
        sender=WechatSender(client, database, clock),
        capabilities=build_rules(settings).capabilities,
        holder=f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}",
        late_after=timedelta(hours=settings.notices.late_hours),
        quiet_from=settings.notices.quiet_from,
        quiet_until=settings.notices.quiet_until,
        keep_days=settings.privacy.keep_messages_days,
        mail=settings.mail,
        console_url=f"{settings.server.public_url}/console/" if settings.server.public_url else "",
        needs_approval=lambda: live.settings.notices.approval,
        plan_unverified=plan_unverified,
    )
    codec = WebhookCodec(settings.wechat)
    return Parts(
        settings=settings,
        live=live,
        clock=clock,
        database=database,
        content=content,
        publisher=publisher,
        follower=follower,
        assistant=assistant,
        codec=codec,
        client=client,
        outgoing=outgoing,
    )
