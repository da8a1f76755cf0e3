"""Signing in: who comes in, who does not, and what a stolen or planted cookie is worth."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot import clock
from bot.storage import audit, staff_sessions
from bot.storage.staff import Role
from bot.storage.tables import audit as audit_table
from bot.storage.tables import staff_sessions as sessions_table
from bot.web.console.guard import local_path
from tests.web.clerk import PASSWORD, Clerk, add_staff
from tests.web.conftest import Builder, Office


class Time:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = clock.now()

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


def enter(clerk: Clerk, name: str, password: str = PASSWORD) -> int:
    return clerk.post("/console/sign-in", {"name": name, "password": password}).status_code


def actions(office: Office) -> list[str]:
    with office.database.reading() as connection:
        return [deed.action for deed in audit.list_deeds(connection)]


def test_it_lets_a_member_of_staff_in_and_out(office: Office) -> None:
    clerk = office.clerk("王芳", Role.EDITOR)
    assert "王芳" in clerk.get("/console/").text

    clerk.post("/console/sign-out")

    assert clerk.get("/console/").status_code == 303
    assert actions(office) == ["sign-out", "sign-in"]


def test_it_sends_a_stranger_to_sign_in_and_back(office: Office) -> None:
    add_staff(office.parts, "王芳", Role.EDITOR)
    stranger = office.stranger()
    sent = stranger.get("/console/password?x=1")
    assert sent.headers["Location"].endswith("?next=/console/password?x%3D1")

    entered = stranger.post(
        "/console/sign-in",
        {"name": "王芳", "password": PASSWORD, "next": "/console/password?x=1"},
    )

    assert entered.headers["Location"] == "/console/password?x=1"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/console/",
        "//evil.example/console/",
        "/console//evil",
        "/console/\\evil.example",
        "javascript:alert(1)",
        "console/",
        "/a/201",
        "",
    ],
)
def test_it_leads_nowhere_else_after_signing_in(wanted: str) -> None:
    assert local_path(wanted) == "/console/"


def test_it_says_the_same_of_a_wrong_password_and_a_wrong_name(office: Office) -> None:
    add_staff(office.parts, "王芳", Role.EDITOR)
    pages = [
        office.stranger().post("/console/sign-in", {"name": name, "password": "wrong-password"})
        for name in ("王芳", "没有的人")
    ]

    assert [page.status_code for page in pages] == [403, 403]
    assert "名字或密码不对" in pages[0].text
    assert [page.text.count("名字或密码不对") for page in pages] == [1, 1]


def test_it_keeps_no_mistyped_password(office: Office) -> None:
    enter(office.stranger(), "my-secret-typed-as-name")

    with office.database.reading() as connection:
        (deed,) = audit.list_deeds(connection)
    assert deed.action == "sign-in.failed"
    assert "secret" not in f"{deed}"


def test_it_makes_guessing_slow(build: Builder) -> None:
    time = Time()
    office = build(now=time)
    add_staff(office.parts, "王芳", Role.EDITOR)
    stranger = office.stranger()
    tries = [enter(stranger, "王芳", f"wrong-{number}") for number in range(5)]
    assert tries == [403] * 5

    # Even the right one must wait now, and each further failure waits longer.
    assert enter(stranger, "王芳") == 429
    time.pass_by(seconds=31)
    assert enter(stranger, "王芳", "wrong-again") == 403
    time.pass_by(seconds=31)
    assert enter(stranger, "王芳") == 429
    time.pass_by(seconds=31)
    assert enter(stranger, "王芳") == 303


def test_it_slows_an_address_that_tries_many_names(build: Builder) -> None:
    office = build(now=Time())
    tries = [enter(office.stranger(), f"人{number}", "wrong") for number in range(22)]

    assert tries == [403] * 20 + [429] * 2


def test_it_makes_a_fresh_session_at_every_entrance(office: Office) -> None:
    add_staff(office.parts, "王芳", Role.EDITOR)
    clerk = office.stranger()
    clerk.client.set_cookie("feisu_console", "planted-by-somebody", path="/console")
    enter(clerk, "王芳")

    cookie = clerk.client.get_cookie("feisu_console", path="/console")
    assert cookie is not None
    assert cookie.value != "planted-by-somebody"
    with office.database.reading() as connection:
        kept = connection.execute(select(sessions_table)).all()
    assert cookie.value not in str(kept)


def test_it_guards_the_cookie(build: Builder) -> None:
    office = build()
    add_staff(office.parts, "王芳", Role.EDITOR)
    clerk = office.stranger()
    form = {"name": "王芳", "password": PASSWORD}
    response = clerk.post("/console/sign-in", form, base_url="https://localhost")

    (cookie,) = [c for c in response.headers.getlist("Set-Cookie") if "feisu_console" in c]
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/console"} <= set(cookie.split("; "))


def test_it_ends_an_idle_session_and_a_long_one(build: Builder) -> None:
    time = Time()
    office = build(now=time)
    clerk = office.clerk("王芳", Role.EDITOR)
    for _ in range(3):
        time.pass_by(minutes=29)
        assert clerk.get("/console/").status_code == 200
    time.pass_by(minutes=31)
    assert clerk.get("/console/").status_code == 303

    enter(clerk, "王芳")
    for _ in range(31):
        time.pass_by(minutes=24)
        clerk.get("/console/")
    assert clerk.get("/console/").status_code == 303


@pytest.mark.parametrize("token", ["", "made-up", "密码"])
def test_it_refuses_a_form_that_is_not_ours(office: Office, token: str) -> None:
    clerk = office.clerk("王芳", Role.EDITOR)

    assert clerk.post("/console/sign-out", {"csrf": token}).status_code == 400
    assert clerk.get("/console/").status_code == 200


def test_it_refuses_a_form_from_elsewhere(office: Office) -> None:
    clerk = office.clerk("王芳", Role.EDITOR)
    headers = {"Origin": "https://evil.example"}

    assert clerk.post("/console/sign-out", headers=headers).status_code == 400


def test_it_refuses_a_sign_in_form_from_elsewhere(office: Office) -> None:
    add_staff(office.parts, "王芳", Role.EDITOR)
    form = {"name": "王芳", "password": PASSWORD, "csrf": "made-up"}

    assert office.stranger().client.post("/console/sign-in", data=form).status_code == 400


def test_it_asks_for_a_password_of_ones_own_first(office: Office) -> None:
    add_staff(office.parts, "王芳", Role.EDITOR, must_change=True)
    clerk = office.stranger()
    enter(clerk, "王芳")
    assert clerk.get("/console/").headers["Location"] == "/console/password"

    new = {"old": PASSWORD, "password": "three-words-long", "again": "three-words-long"}
    assert "密码已改好" in clerk.submit("/console/password", new).text

    assert enter(office.stranger(), "王芳") == 403
    assert enter(office.stranger(), "王芳", "three-words-long") == 303


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"old": "wrong"}, "现在的密码不对"),
        ({"again": "three-words-long!"}, "不一样"),
        ({"password": "short", "again": "short"}, "至少"),
        ({"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "太容易"),
        ({"password": "我是王芳的密码呀呀", "again": "我是王芳的密码呀呀"}, "至少"),
        ({"password": "我是王芳的密码呀呀呀呀", "again": "我是王芳的密码呀呀呀呀"}, "名字"),
        ({"password": "x1y2" * 40, "again": "x1y2" * 40}, "最多"),
    ],
)
def test_it_refuses_a_poor_password(office: Office, change: dict[str, str], said: str) -> None:
    clerk = office.clerk("王芳", Role.EDITOR)
    form = {"old": PASSWORD, "password": "three-words-long", "again": "three-words-long"}

    refused = clerk.post("/console/password", {**form, **change})

    assert refused.status_code == 422
    assert said in refused.text


def test_it_ends_other_sessions_with_a_new_password(office: Office) -> None:
    elsewhere = office.clerk("王芳", Role.EDITOR)
    here = office.stranger()
    enter(here, "王芳")
    new = {"old": PASSWORD, "password": "three-words-long", "again": "three-words-long"}
    here.submit("/console/password", new)

    assert here.get("/console/").status_code == 200
    assert elsewhere.get("/console/").status_code == 303


def test_it_adds_the_first_administrator_by_a_link_that_works_once(office: Office) -> None:
    with office.database.transaction() as connection:
        token = staff_sessions.make_first_link(connection, office.parts.clock())
    first, second = office.stranger(), office.stranger()
    form = {"name": "所长", "password": "three-words-long", "again": "three-words-long"}
    assert first.get(f"/console/first/{token}").status_code == 200

    assert "管理员账号建好了" in first.submit(f"/console/first/{token}", form).text

    again = second.post(f"/console/first/{token}", {**form, "name": "坏人"})
    assert again.status_code == 404
    assert second.get(f"/console/first/{token}").status_code == 404


def test_the_link_runs_out(build: Builder) -> None:
    time = Time()
    office = build(now=time)
    with office.database.transaction() as connection:
        token = staff_sessions.make_first_link(connection, time())
    time.pass_by(hours=25)

    assert office.stranger().get(f"/console/first/{token}").status_code == 404


def test_the_database_refuses_to_change_the_audit_log(office: Office) -> None:
    office.clerk("王芳", Role.EDITOR)
    for change in (audit_table.delete(), audit_table.update().values(name="别人")):
        with office.database.engine.connect() as connection, pytest.raises(SQLAlchemyError):
            connection.execute(change)
    assert actions(office) == ["sign-in"]


def test_every_page_of_it_is_strict(office: Office) -> None:
    page = office.clerk("王芳", Role.EDITOR).get("/console/")

    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"
