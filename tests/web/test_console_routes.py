"""Every route of the console, walked as a stranger and as each role: who may come in is written
here, and a route that is missing below fails the test."""

import re

import pytest
from flask import Flask

from bot.storage.staff import Role
from bot.web.console.guard import Access, access_of
from tests.web.clerk import Clerk, sign_in
from tests.web.conftest import Builder, Office

STRANGERS, ANYBODY = "strangers", "anybody"

EXPECTED: dict[str, str] = {
    "add_first": STRANGERS,
    "add_photo": "editor mediator reviewer",
    "ask_at_stall": "editor mediator reviewer",
    "export_record": ANYBODY,
    "remove_photo": "editor mediator reviewer",
    "save_record": "editor mediator reviewer",
    "show_photo": ANYBODY,
    "show_record": ANYBODY,
    "show_stall": "editor mediator reviewer",
    "tap_stall": "editor mediator reviewer",
    "change_occurrence": "editor",
    "check_event_form": "editor",
    "decide_notice": "reviewer",
    "edit_event": "editor",
    "new_event": "editor",
    "save_approval": "admin",
    "save_event": "editor",
    "save_new_event": "editor",
    "show_event_qr": ANYBODY,
    "show_events": ANYBODY,
    "show_notices": ANYBODY,
    "show_occurrence": ANYBODY,
    "show_poster": ANYBODY,
    "show_year": ANYBODY,
    "add_miss_phrasings": "editor",
    "add_staff": "admin",
    "add_talk_note": "mediator",
    "assign_handoff": "mediator",
    "change_password": ANYBODY,
    "change_staff": "admin",
    "check_entry_form": "editor",
    "close_handoff": "mediator",
    "edit_entry": "editor",
    "enter": STRANGERS,
    "export_csv": ANYBODY,
    "export_xlsx": ANYBODY,
    "first": STRANGERS,
    "hand_talk_back": "mediator",
    "hear_voice": "mediator",
    "hold_talk": "mediator",
    "me": ANYBODY,
    "new_entry": "editor",
    "publish_draft": "editor reviewer",
    "publish_file": "reviewer",
    "recheck_misses": "editor reviewer",
    "reopen_miss": "editor reviewer",
    "reply_to_resident": "mediator",
    "reset_answers": "admin",
    "reset_menu": "admin",
    "reset_password": "admin",
    "resolve_misses": "editor reviewer",
    "return_draft": "reviewer",
    "roll_back": "editor",
    "save_answers": "admin",
    "save_belonging": "mediator",
    "save_approvals": "reviewer",
    "save_canned_replies": "admin",
    "save_entry": "editor",
    "save_file": "editor",
    "save_menu": "admin",
    "save_new_entry": "editor",
    "save_office": "admin",
    "save_password": ANYBODY,
    "see_alarm": "mediator",
    "show_approval": "reviewer",
    "show_approvals": "reviewer",
    "show_audit": "admin",
    "show_canned_replies": "admin",
    "show_draft": "editor reviewer",
    "show_drafts": "editor reviewer",
    "show_due": "reviewer",
    "show_entry": ANYBODY,
    "show_figures": ANYBODY,
    "show_file": "editor",
    "show_files": ANYBODY,
    "show_history": ANYBODY,
    "show_knowledge": ANYBODY,
    "show_menu": "admin",
    "show_miss_group": ANYBODY,
    "show_misses": ANYBODY,
    "show_problems": ANYBODY,
    "show_resolved_misses": ANYBODY,
    "show_revision": ANYBODY,
    "show_settings": "admin",
    "show_staff": "admin",
    "show_talk": "mediator",
    "show_talks": "mediator",
    "show_today": ANYBODY,
    "show_trial": ANYBODY,
    "show_unpublished": "editor reviewer",
    "save_villages": "admin",
    "show_villages": "admin",
    "show_waiting": "mediator",
    "sign_in": STRANGERS,
    "sign_out": ANYBODY,
    "submit_draft": "editor reviewer",
    "withdraw_draft": "editor reviewer",
    "withdraw_reply": "mediator",
}
"""Who may call each endpoint; an administrator may call every one."""


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Every (endpoint, method, address), with 1 or a word in place of what an address takes."""
    found = []
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("console."):
            continue
        path = re.sub(r"<int:[^>]+>", "1", rule.rule)
        path = re.sub(r"<[^>]+>", "201", path)
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            found.append((rule.endpoint.removeprefix("console."), method, path))
    return found


def in_words(access: Access) -> str:
    if access.strangers:
        return STRANGERS
    return " ".join(sorted(access.roles)) or ANYBODY


def test_every_route_is_listed_with_who_may_call_it(office: Office) -> None:
    declared = {
        endpoint: in_words(access_of(office.app, f"console.{endpoint}"))
        for endpoint, _, _ in routes(office.app)
    }

    assert declared == EXPECTED


def call(clerk: Clerk, method: str, path: str) -> int:
    if method == "GET":
        return clerk.get(path).status_code
    return clerk.post(path).status_code


def test_a_stranger_gets_nowhere(office: Office) -> None:
    stranger = office.stranger()
    for endpoint, method, path in routes(office.app):
        if EXPECTED[endpoint] == STRANGERS:
            continue
        response = stranger.client.open(path, method=method, data={"csrf": "x"})
        assert response.status_code in (303, 400), (endpoint, response.status_code)
        assert "/console/sign-in" in response.headers.get("Location", "/console/sign-in")
        assert not re.search(r"居民|问答\d", response.text)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_each_role_gets_where_it_may_and_nowhere_else(build: Builder, role: Role) -> None:
    office = build()
    clerk = sign_in(office.app, office.parts, "某人", role)
    for endpoint, method, path in routes(office.app):
        if endpoint in ("sign_out", "save_password") or EXPECTED[endpoint] == STRANGERS:
            continue
        status = call(clerk, method, path)
        may = EXPECTED[endpoint] == ANYBODY or role.value in EXPECTED[endpoint].split()
        assert (status == 403) is not may, (endpoint, status)


def test_a_post_without_the_token_does_nothing(office: Office) -> None:
    admin = office.clerk("所长", Role.ADMIN)
    for endpoint, method, path in routes(office.app):
        if method == "POST":
            response = admin.client.post(path)
            assert response.status_code == 400, (endpoint, response.status_code)
