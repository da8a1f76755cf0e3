"""Mass sends: what is accepted, whom it reaches, and the push that tells how it went."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from threading import RLock, Thread, Timer
from typing import TYPE_CHECKING

from bot.simulator.access import ApiRefusal
from bot.simulator.chat import Channel, Sender
from bot.simulator.pushes import Push, mass_finished

if TYPE_CHECKING:
    from bot.simulator.account import Account

CALLS_A_MINUTE = 60
CALLS_A_DAY_SUBSCRIPTION = 1
PER_RESIDENT_A_MONTH_SERVICE = 4
PREVIEWS_A_DAY = 100
CONFIRMATION_TIME = timedelta(minutes=30)
CLIENT_ID_LIFE = timedelta(hours=24)
MAX_CLIENT_ID_BYTES = 64


class MassState(StrEnum):
    """Where a mass send stands; the first four as `mass/get` spells them."""

    SENDING = "SENDING"
    SENT = "SEND_SUCCESS"
    FAILED = "SEND_FAIL"
    DELETED = "DELETE"
    AWAITING_CONFIRMATION = "CONFIRMING"


@dataclass
class MassSend:
    """One accepted call of sendall or send."""

    message_id: int
    client_id: str
    audience: Sequence[str]
    to_all: bool
    kind: str
    text: str
    submitted_at: datetime
    due_at: datetime
    confirm_by: datetime | None = None
    state: MassState = MassState.SENDING
    reached: list[str] = field(default_factory=list)

    @property
    def counts_against_quota(self) -> bool:
        """Only what was not refused afterwards uses up the quota."""
        return self.state is not MassState.FAILED


class MassSends:
    """All mass sends of the account, with their quotas."""

    def __init__(self, account: "Account", *, delay: timedelta) -> None:
        self._account = account
        self._delay = delay
        self._sends: list[MassSend] = []
        self._calls: list[datetime] = []
        self._previews: list[datetime] = []
        self._lock = RLock()
        self._next_id = int(account.clock.now().timestamp()) * 10
        self.protected = False
        """API 群发保护: a send to all waits for the administrator."""
        account.clock.on_move(self.settle)

    def submit(
        self, audience: Sequence[str], *, to_all: bool, kind: str, text: str, client_id: str = ""
    ) -> MassSend:
        """Accept a send, or raise what WeChat would answer."""
        now = self._account.clock.now()
        with self._lock:
            self._spend_call(now)
            client_id = self._unused_client_id(client_id, f"{to_all} {kind} {text}", now)
            self._require_quota(now, to_all=to_all)
            self._next_id += 1
            send = MassSend(
                self._next_id, client_id, audience, to_all, kind, text, now, now + self._delay
            )
            if self.protected and to_all:
                send.state = MassState.AWAITING_CONFIRMATION
                send.confirm_by = now + CONFIRMATION_TIME
            self._sends.append(send)
        self._ring_in(CONFIRMATION_TIME if send.confirm_by else self._delay)
        return send

    def confirm(self, message_id: int, *, agreed: bool) -> None:
        """Let the administrator decide on a protected send."""
        with self._lock:
            send = self.find(message_id)
            if send.state is not MassState.AWAITING_CONFIRMATION:
                return
            if agreed:
                send.state = MassState.SENDING
                send.due_at = self._account.clock.now() + self._delay
                self._ring_in(self._delay)
                return
            push = self._fail(send, "err(40001)")
        self._announce([push])

    def find(self, message_id: int) -> MassSend:
        """Return a send by its msg_id, or raise WeChat's refusal."""
        with self._lock:
            for send in self._sends:
                if send.message_id == message_id:
                    return send
        raise ApiRefusal(40059, "invalid msg id")

    def delete(self, message_id: int) -> None:
        """Take back a news send; texts stay where they are."""
        with self._lock:
            send = self.find(message_id)
            if send.kind not in ("mpnews", "mpvideo"):
                raise ApiRefusal(40008, "invalid message type")
            send.state = MassState.DELETED

    def spend_preview(self) -> None:
        """Count one preview, a hundred a day."""
        now = self._account.clock.now()
        with self._lock:
            self._previews = [at for at in self._previews if at.date() == now.date()]
            if len(self._previews) >= PREVIEWS_A_DAY:
                raise ApiRefusal(45009, "reach max api daily quota limit")
            self._previews.append(now)

    def waiting(self) -> Sequence[MassSend]:
        """Return the sends that wait for the administrator."""
        with self._lock:
            return [s for s in self._sends if s.state is MassState.AWAITING_CONFIRMATION]

    def settle(self) -> None:
        """Carry out or give up whatever is due by now."""
        now = self._account.clock.now()
        pushes = []
        with self._lock:
            for send in self._sends:
                if send.state is MassState.SENDING and send.due_at <= now:
                    pushes.append(self._carry_out(send))
                elif send.state is MassState.AWAITING_CONFIRMATION and _is_late(send, now):
                    pushes.append(self._fail(send, "err(40002)"))
        self._announce(pushes)

    def _spend_call(self, now: datetime) -> None:
        self._calls = [at for at in self._calls if now - at < timedelta(minutes=1)]
        if len(self._calls) >= CALLS_A_MINUTE:
            raise ApiRefusal(45011, "api minute-quota reach limit")
        self._calls.append(now)

    def _unused_client_id(self, client_id: str, content: str, now: datetime) -> str:
        if len(client_id.encode()) > MAX_CLIENT_ID_BYTES:
            raise ApiRefusal(45067, "clientmsgid over max length")
        # Without an id WeChat uses a digest that does not tell tags apart: the same text to two
        # of them collides.
        client_id = client_id or hashlib.sha1(content.encode()).hexdigest()
        for send in self._sends:
            if send.client_id == client_id and now - send.submitted_at < CLIENT_ID_LIFE:
                raise ApiRefusal(45065, "clientmsgid exist", msg_id=send.message_id)
        return client_id

    def _require_quota(self, now: datetime, *, to_all: bool) -> None:
        counted = [send for send in self._sends if send.counts_against_quota]
        if self._account.level.is_service:
            this_month = [s for s in counted if s.to_all and _same_month(s.submitted_at, now)]
            used_up = to_all and len(this_month) >= PER_RESIDENT_A_MONTH_SERVICE
        else:
            today = [s for s in counted if s.submitted_at.date() == now.date()]
            used_up = len(today) >= CALLS_A_DAY_SUBSCRIPTION
        if used_up:
            raise ApiRefusal(45028, "has no masssend quota")

    def _carry_out(self, send: MassSend) -> Push:
        account = self._account
        following = [openid for openid in send.audience if account.is_following(openid)]
        send.reached = [openid for openid in following if self._may_reach(openid, send)]
        for openid in send.reached:
            account.show(openid, Sender.ACCOUNT, send.text, channel=Channel.MASS_SEND)
        send.state = MassState.SENT
        counts = (len(send.audience), len(following), len(send.reached))
        failed = len(following) - len(send.reached)
        return self._finished(send, "send success", (*counts, failed))

    def _may_reach(self, openid: str, send: MassSend) -> bool:
        if not self._account.level.is_service:
            return True
        month = [s for s in self._sends if _same_month(s.submitted_at, send.submitted_at)]
        received = sum(openid in s.reached for s in month if s is not send)
        return received < PER_RESIDENT_A_MONTH_SERVICE

    def _fail(self, send: MassSend, status: str) -> Push:
        send.state = MassState.FAILED
        return self._finished(send, status, (len(send.audience), 0, 0, 0))

    def _finished(self, send: MassSend, status: str, counts: tuple[int, int, int, int]) -> Push:
        # FromUserName is some follower's, not a recipient's: nobody may rely on it.
        sender = (list(send.audience) or ["o-nobody"])[0]
        return mass_finished(sender, send.message_id, status, counts)

    def _ring_in(self, delay: timedelta) -> None:
        timer = Timer(delay.total_seconds(), self.settle)
        timer.daemon = True
        timer.start()

    def _announce(self, pushes: Sequence[Push]) -> None:
        for push in pushes:
            send_push: Callable[[Push], object] = self._account.send_push
            Thread(target=send_push, args=(push,), daemon=True).start()


def _is_late(send: MassSend, now: datetime) -> bool:
    return send.confirm_by is not None and send.confirm_by <= now


def _same_month(one: datetime, other: datetime) -> bool:
    return (one.year, one.month) == (other.year, other.month)
