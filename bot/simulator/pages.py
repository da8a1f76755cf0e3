"""The phone in the browser: one page, what it polls, and what its buttons do."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request

from bot.simulator import pushes
from bot.simulator.access import ApiRefusal, Fault, FaultKind, Level
from bot.simulator.account import Account, SimulatorError
from bot.simulator.chat import ChatLine, Segment
from bot.simulator.delivery import Courier
from bot.simulator.fake_api import create_api_blueprint
from bot.simulator.phone import Phone

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PREFIX = "/simulator"
FIRST_RESIDENTS = {
    "oSimResidentA0000000000000001": "居民甲",
    "oSimResidentB0000000000000002": "居民乙",
    "oSimResidentC0000000000000003": "居民丙",
}
_MAX_TYPED = 2000
_MAX_FORWARD_SECONDS = 400 * 24 * 3600

Wish = Mapping[str, Any]


class _SimulatorApp(Flask):
    """Serves `/simulator/…` alone, and the same when a dispatcher mounted it there."""

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Undo what a dispatcher does to the path, so that both ways look the same."""
        script = str(environ.get("SCRIPT_NAME", ""))
        if script.endswith(PREFIX):
            environ["SCRIPT_NAME"] = script.removesuffix(PREFIX)
            environ["PATH_INFO"] = PREFIX + str(environ.get("PATH_INFO", ""))
        return super().wsgi_app(environ, start_response)


def create_simulator_app(
    account: Account, webhook_url: str, next_notice: Callable[[], str] | None = None
) -> Flask:
    """Build the application, and let the account's own pushes leave for the webhook.

    `next_notice` is the bot's own "send the next planned notice now"; it says what it did.
    """
    app = _SimulatorApp(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    courier = Courier(account, webhook_url)
    account.send_push = courier.deliver
    for openid, name in FIRST_RESIDENTS.items():
        account.resident(openid, name)
    app.register_blueprint(create_pages_blueprint(account, courier, next_notice), url_prefix=PREFIX)
    app.register_blueprint(create_api_blueprint(account), url_prefix=f"{PREFIX}/api")
    return app


def create_pages_blueprint(
    account: Account, courier: Courier, next_notice: Callable[[], str] | None = None
) -> Blueprint:
    """Build the page, its state and its controls."""
    blueprint = Blueprint("pages", __name__, template_folder="templates", static_folder="static")
    # A page left open across a restart notices that its line numbers mean nothing any more.
    run = secrets.token_hex(4)
    controls = dict(_controls(account, courier))
    if next_notice:
        controls["next-notice"] = lambda wish: next_notice()

    @blueprint.get("/")
    def page() -> str:
        jump = next_notice is not None
        return render_template("simulator.html", account=account, levels=Level, jump=jump)

    @blueprint.get("/state")
    def state() -> Response:
        account.mass_sends.settle()
        after, journal = (request.args.get(name, 0, int) for name in ("after", "journal"))
        seen = _state(account, request.args.get("openid", ""), after, journal)
        return jsonify({"run": run, **seen})

    @blueprint.post("/control/<name>")
    def control(name: str) -> Response:
        # Only JSON: another site's form cannot post it without asking first.
        wish = request.get_json(silent=True)
        if name not in controls or not isinstance(wish, dict):
            abort(404 if name not in controls else 400)
        return _carry_out(controls[name], wish)

    blueprint.after_request(_guard)
    return blueprint


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _controls(account: Account, courier: Courier) -> Mapping[str, Callable[[Wish], object]]:
    return {
        "act": lambda wish: _act(account, courier, wish),
        "resident": lambda wish: Phone(account, courier.webhook_url).openid,
        "level": lambda wish: setattr(account, "level", Level(wish["level"])),
        "forward": lambda wish: account.clock.forward(_seconds(wish)),
        "faults": lambda wish: _queue_fault(account, wish),
        "protection": lambda wish: setattr(account.mass_sends, "protected", wish["on"] is True),
        "mass": lambda wish: account.mass_sends.confirm(wish["id"], agreed=wish["agreed"] is True),
        "handshake": lambda wish: _shake_hands(account, courier),
    }


def _carry_out(control: Callable[[Wish], object], wish: Wish) -> Response:
    try:
        result = control(wish)
    except (SimulatorError, ApiRefusal) as error:
        return _problem(str(error), 409)
    except (KeyError, TypeError, ValueError):
        return _problem("请求的内容不对", 400)
    return jsonify({"ok": True, "result": result if isinstance(result, str) else ""})


def _problem(text: str, status: int) -> Response:
    response = jsonify({"ok": False, "error": text})
    response.status_code = status
    return response


def _act(account: Account, courier: Courier, wish: Wish) -> None:
    """Do what a thumb did; the answer comes with a later poll, for it may take 15 seconds."""
    openid, name = wish["openid"], wish["action"]
    if openid not in {resident.openid for resident in account.residents()}:
        raise SimulatorError("没有这部手机")
    if name != "follow" and not account.is_following(openid):
        raise SimulatorError("没有关注公众号，发不了消息")
    phone = Phone(account, courier.webhook_url, openid)
    said = pushes.clean(str(wish.get("text", "")))[:_MAX_TYPED]
    if name in ("say", "tap") and not said.strip():
        raise SimulatorError("不能发送空白消息")
    tapped = Segment(said, message=said, menu_id=str(wish.get("menu_id", "")))
    acts: Mapping[str, Callable[[], object]] = {
        "say": lambda: phone.say(said),
        "tap": lambda: phone.tap_segment(tapped),
        "menu": lambda: phone.menu(str(wish.get("key", ""))),
        "voice": phone.send_voice,
        "image": phone.send_image,
        "follow": phone.follow,
        "unfollow": phone.unfollow,
        "repeat": lambda: _repeat(account, courier, openid),
    }
    Thread(target=_perform, args=(account, acts[name]), daemon=True).start()


def _perform(account: Account, act: Callable[[], object]) -> None:
    try:
        act()
    except SimulatorError as error:
        account.note("push", "操作", "refused", str(error))


def _repeat(account: Account, courier: Courier, openid: str) -> None:
    push = account.last_push(openid)
    if push is None:
        raise SimulatorError("还没有发过消息，没有可以重复推送的")
    courier.deliver_copies(push, 2)


def _seconds(wish: Wish) -> timedelta:
    seconds = int(wish["seconds"])
    if not 0 < seconds <= _MAX_FORWARD_SECONDS:
        raise ValueError(seconds)
    return timedelta(seconds=seconds)


def _queue_fault(account: Account, wish: Wish) -> None:
    """Queue a fault `times` over; kind `none` clears the queue."""
    if wish["kind"] == "none":
        account.faults.clear()
        return
    fault = Fault(
        FaultKind(wish["kind"]),
        code=int(wish.get("code", -1)),
        endpoint=str(wish.get("endpoint", "")),
        seconds=float(wish.get("seconds", 30)),
    )
    account.faults.add(fault, times=min(int(wish.get("times", 1)), 1000))


def _shake_hands(account: Account, courier: Courier) -> str:
    problem = courier.shake_hands()
    account.note("push", "握手", "fault" if problem else "silent", problem or "echostr 原样返回")
    return problem or "握手成功"


def _state(account: Account, openid: str, after: int, journal: int) -> Mapping[str, Any]:
    latest = account.chat.latest()
    now = account.clock.now()
    return {
        "now": f"{now:%Y-%m-%d %H:%M:%S}",
        "level": account.level.value,
        "protected": account.mass_sends.protected,
        "faults": account.faults.waiting(),
        "allowance": account.allowances.left(openid, now) if account.level.is_verified else None,
        "menu": list(account.menu),
        "residents": [
            {
                "openid": resident.openid,
                "name": resident.name,
                "following": resident.following,
                "latest": latest.get(resident.openid, 0),
            }
            for resident in account.residents()
        ],
        "lines": [_line(line) for line in account.chat.of(openid, after=after)],
        "journal": [
            {
                "number": line.number,
                "at": f"{line.at:%H:%M:%S}",
                "source": line.source,
                "title": line.title,
                "ruling": line.ruling,
                "reason": line.reason,
            }
            for line in account.journal(after=journal)
        ],
        "awaiting": [
            {"id": send.message_id, "text": send.text} for send in account.mass_sends.waiting()
        ],
    }


def _line(line: ChatLine) -> Mapping[str, Any]:
    return {
        "number": line.number,
        "sender": line.sender.value,
        "channel": line.channel.value,
        "at": f"{line.at:%m-%d %H:%M}",
        "segments": [segment._asdict() for segment in line.segments],
        "articles": [article._asdict() for article in line.articles],
    }
