"""Delivers pushes over real HTTP with WeChat's patience: five seconds a try, three tries."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import sleep

import requests

from bot.clock import monotonic
from bot.simulator.account import Account
from bot.simulator.chat import Segment, Sender, parse_segments
from bot.simulator.envelope import SealedPush, handshake_query, seal
from bot.simulator.judge import ERROR_TEXT, Answer, Case, Ruling, Verdict, judge
from bot.simulator.pushes import Push

MAX_TRIES = 3


@dataclass(frozen=True)
class Attempt:
    """One try of a delivery."""

    number: int
    seconds: float
    answer: Answer | None
    """None when the connection failed or the time ran out."""
    failure: str = ""


@dataclass(frozen=True)
class Heard:
    """What became of a push, and what the resident sees of the answer."""

    push: Push
    verdict: Verdict
    attempts: tuple[Attempt, ...]

    @property
    def text(self) -> str:
        """What appears on the phone: the reply, WeChat's error text, or nothing."""
        return ERROR_TEXT if self.verdict.is_fault else self.verdict.text

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing appears on the phone."""
        return self.verdict.ruling is Ruling.SILENT

    @property
    def is_fault(self) -> bool:
        """Tell whether the resident sees WeChat's error text."""
        return self.verdict.is_fault

    @property
    def taps(self) -> Sequence[Segment]:
        """The lines that can be tapped to say something."""
        return [segment for segment in parse_segments(self.verdict.text) if segment.message]

    @property
    def links(self) -> Sequence[Segment]:
        """The lines that open a web page."""
        return [segment for segment in parse_segments(self.verdict.text) if segment.href]


class Courier:
    """Carries pushes to one webhook."""

    def __init__(self, account: Account, webhook_url: str) -> None:
        self.account = account
        self.webhook_url = webhook_url

    def deliver(self, push: Push) -> Heard:
        """Deliver as WeChat does: a try that ends in time decides, three that do not are a fault.

        The old request keeps running in the bot while the next one arrives. A stamped push can be
        delivered again and is then a repetition; an unstamped one is new every time.
        """
        push = self.account.stamp(push)
        attempts: list[Attempt] = []
        while len(attempts) < MAX_TRIES:
            attempts.append(self._attempt(push, len(attempts) + 1))
            if attempts[-1].answer:
                break
        return self._conclude(push, attempts)

    def deliver_copies(
        self, push: Push, copies: int, *, gap_seconds: float = 0.0
    ) -> Sequence[Heard]:
        """Deliver the same push several times side by side, one try each, as overlapping retries.

        Only the first answer reaches the phone, as with WeChat's own.
        """
        push = self.account.stamp(push)
        answers: SimpleQueue[Attempt] = SimpleQueue()
        for number in range(1, copies + 1):
            Thread(target=lambda n: answers.put(self._attempt(push, n)), args=(number,)).start()
            sleep(gap_seconds)
        attempts = [answers.get() for _ in range(copies)]
        self._conclude(push, attempts[:1])
        attempts.sort(key=lambda attempt: attempt.number)
        return [Heard(push, self._rule(push, attempt), (attempt,)) for attempt in attempts]

    def shake_hands(self) -> str:
        """Prove the server belongs to the account; returns nothing, or what went wrong."""
        echo = str(secrets.randbelow(10**19))
        stamp = int(self.account.signing_clock().timestamp())
        query = handshake_query(self.account.credentials, stamp, echo)
        try:
            with _session() as session:
                response = session.get(
                    self.webhook_url,
                    params=dict(query),
                    timeout=self.account.cutoff_seconds,
                    allow_redirects=False,
                )
        except requests.RequestException as error:
            return f"连不上服务器（{type(error).__name__}）"
        if response.status_code != 200:
            return f"HTTP 状态码是 {response.status_code}，不是 200"
        return "" if response.content == echo.encode() else "没有原样返回 echostr"

    def _attempt(self, push: Push, number: int) -> Attempt:
        """Post once; a request that is not over in time is left to itself."""
        account = self.account
        stamp = int(account.signing_clock().timestamp())
        sealed = seal(push, account.original_id, account.credentials, account.mode, stamp)
        done: SimpleQueue[Answer | str] = SimpleQueue()
        started = monotonic()
        Thread(target=self._post, args=(sealed, done), daemon=True).start()
        try:
            outcome = done.get(timeout=account.cutoff_seconds)
        except Empty:
            outcome = f"{account.cutoff_seconds:g} 秒没有答复"
        seconds = monotonic() - started
        if isinstance(outcome, str):
            return Attempt(number, seconds, None, outcome)
        return Attempt(number, seconds, outcome)

    def _post(self, sealed: SealedPush, done: "SimpleQueue[Answer | str]") -> None:
        # The socket gives up with the try, which drops the connection as WeChat does.
        try:
            with _session() as session:
                response = session.post(
                    self.webhook_url,
                    params=dict(sealed.query),
                    data=sealed.body,
                    headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                    timeout=self.account.cutoff_seconds,
                    allow_redirects=False,
                )
            done.put(Answer(response.status_code, response.content))
        except requests.Timeout:
            done.put(f"{self.account.cutoff_seconds:g} 秒没有答复")
        except requests.RequestException as error:
            done.put(f"连不上服务器（{type(error).__name__}）")

    def _rule(self, push: Push, attempt: Attempt) -> Verdict:
        if attempt.answer is None:
            return Verdict(Ruling.FAULT, attempt.failure)
        account = self.account
        case = Case(push, account.original_id, account.mode, account.credentials)
        return judge(attempt.answer, case)

    def _conclude(self, push: Push, attempts: Sequence[Attempt]) -> Heard:
        verdict = self._rule(push, attempts[-1])
        heard = Heard(push, verdict, tuple(attempts))
        self._show(heard)
        self._note(heard)
        return heard

    def _show(self, heard: Heard) -> None:
        account, openid, verdict = self.account, heard.push.openid, heard.verdict
        # Nobody who left sees anything, and no event without a visible reply shows an error.
        if not heard.push.shows_reply or not account.is_following(openid):
            return
        if verdict.is_fault:
            account.show(openid, Sender.WECHAT, ERROR_TEXT)
        elif verdict.ruling is Ruling.REPLY:
            account.show(openid, Sender.ACCOUNT, verdict.text, articles=verdict.articles)

    def _note(self, heard: Heard) -> None:
        verdict, attempts = heard.verdict, heard.attempts
        reasons = [f"第 {a.number} 次：{a.failure}" for a in attempts if a.failure]
        if attempts[-1].answer:
            seconds = f"{attempts[-1].seconds:.2f} 秒"
            reasons.append(f"第 {attempts[-1].number} 次，{seconds}：{verdict.reason}")
        reason = "；".join([*reasons, *verdict.warnings])
        openid = heard.push.openid
        self.account.note("push", heard.push.summary, verdict.ruling.value, reason, openid)


def _session() -> requests.Session:
    session = requests.Session()
    # A proxy from the environment must not see, nor slow down, what goes to this machine.
    session.trust_env = False
    return session
