"""The pages anybody may open: an entry whole, and whether the process can work."""

import re
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from bot.bootstrap import build_parts
from bot.config import KnowledgeSettings
from bot.knowledge.statute_import import import_statutes
from bot.web.application import create_app
from tests.web.conftest import Builder, Office
from tests.web.small_office import ANSWER, ARTICLE, CITATION, QUESTION, STATUTE

POLICY_NEEDS = ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"]


def import_statute(folder: Path, text: str) -> None:
    """Put a law text where the bot looks for it."""
    source = folder / "民法典.md"
    source.write_text(text, encoding="utf-8")
    imported, _ = import_statutes([source], folder / "statutes", force=True)
    assert imported


def test_it_shows_an_entry_whole(office: Office) -> None:
    page = office.get("/a/201")

    assert (page.status_code, page.mimetype) == (200, "text/html")
    for words in (QUESTION, ANSWER, CITATION, "亲自去领证", "想好了再去", "待司法所审核"):
        assert words in page.text


def test_it_names_who_approved_an_entry(office: Office) -> None:
    page = office.get("/a/202").text

    assert "张三" in page
    assert "2026-11-01" in page
    assert "待司法所审核" not in page


def test_it_shows_the_article_where_it_is_imported(build: Builder) -> None:
    import_statute(build.folder, STATUTE)
    page = build().get("/a/201").text

    assert ARTICLE in page
    assert CITATION in page


def test_it_shows_the_citation_alone_where_it_is_not(office: Office) -> None:
    page = office.get("/a/201").text

    assert CITATION in page
    assert "<details" not in page


def test_it_escapes_what_content_says(build: Builder) -> None:
    """From the office's name, an answer, and a law text alike."""
    import_statute(build.folder, STATUTE.replace("三十日", "<img src=x onerror=alert(1)>"))
    office = build()
    page = office.get("/a/202").text
    article = office.get("/a/201").text

    assert "3 &lt; 5" in page
    assert "转账记录 &amp; 收据" in page
    assert "文&lt;山&gt;司法所" in page
    assert "<img" not in article
    assert "&lt;img src=x onerror=alert(1)&gt;" in article


@pytest.mark.parametrize("code", ["203", "999", "0", "-1", "２０１", "201a", "a" * 500])
def test_it_has_no_page_for_unknown_and_retired_entries(office: Office, code: str) -> None:
    page = office.get(f"/a/{code}")

    assert page.status_code == 404
    assert "没有这一条" in page.text
    assert "12348" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/a/",
        "/a",
        "/a/<script>alert(1)</script>",
        "/a/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/a/{{7*7}}",
        "/a/%00",
        "/a/..%2f..%2fetc%2fpasswd",
        "/a/201/x",
        "/a/%ff%fe",
        "/static/web/../../config.toml",
        "/static/web/%2e%2e/webhook.py",
        "/console/nothing-here",
        "/simulator/",
        "/",
        "/.env",
    ],
)
def test_it_has_nothing_at_odd_addresses(office: Office, path: str) -> None:
    page = office.get(path)

    assert page.status_code == 404
    assert "<script" not in page.text
    assert "49" not in page.text


@pytest.mark.parametrize("path", ["/a/201", "/a/999", "/healthz", "/nowhere", "/wechat"])
def test_every_page_carries_a_strict_policy(office: Office, path: str) -> None:
    headers = office.get(path).headers

    assert [need for need in POLICY_NEEDS if need not in headers["Content-Security-Policy"]] == []
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/a/201", "/a/201/card", "/a/999"])
def test_a_page_needs_nothing_from_elsewhere(office: Office, path: str) -> None:
    """Nothing inline that the policy would refuse, and what it asks for is there."""
    page = office.get(path).text
    addresses = re.findall(r"""(?:src|href)=["']([^"']*)["']""", page)
    files = [one for one in addresses if one.startswith("/static/web/")]

    assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", page)
    assert all(one.startswith(("/static/web/", "/a/201", "tel:")) for one in addresses)
    assert [office.get(one).status_code for one in files] == [200] * len(files)
    assert any(one.endswith(".css") for one in files)


@pytest.mark.parametrize("path", ["/wechat/", "//wechat", "/wechat//", "/a/201/", "/healthz/"])
def test_it_redirects_nobody(office: Office, path: str) -> None:
    """WeChat follows no redirect: a slash too many must work or fail, not move."""
    for method in ("GET", "POST"):
        response = office.app.test_client().open(path, method=method, data=b"x")
        assert response.status_code in (200, 400, 403, 404, 405)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/wechat", "/a/201", "/healthz"])
def test_it_knows_no_other_methods(office: Office, path: str, method: str) -> None:
    assert office.app.test_client().open(path, method=method).status_code == 405


def test_it_is_ready(office: Office) -> None:
    health = office.get("/healthz")

    assert health.status_code == 200
    assert health.json == {"live": True, "ready": True, "database": "ok", "entries": 3}


def test_it_is_not_ready_without_a_database(office: Office) -> None:
    with office.database.transaction() as connection:
        connection.execute(sql("DROP TABLE inbox"))
    health = office.get("/healthz")

    assert health.status_code == 503
    assert health.json == {"live": True, "ready": False, "database": "unavailable", "entries": 3}


def test_it_is_not_ready_when_the_database_is_rubbish(build: Builder) -> None:
    (build.folder / "feisu.db").write_bytes(b"not a database" * 100)

    assert build().get("/healthz").status_code == 503


def test_it_is_not_ready_without_entries(build: Builder) -> None:
    empty = KnowledgeSettings(path=build.folder / "nothing", statutes=build.folder / "statutes")
    parts = build_parts(build.settings().model_copy(update={"knowledge": empty}))
    health = create_app(parts).test_client().get("/healthz")
    parts.close()

    assert (health.status_code, health.json) == (
        503,
        {"live": True, "ready": False, "database": "ok", "entries": 0},
    )


def test_it_stays_ready_while_somebody_writes(office: Office) -> None:
    """A health check that waits for a lock would have the process restarted in the worst moment."""
    path = office.database.engine.url.database
    assert path
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        assert office.get("/healthz").status_code == 200
    finally:
        other.close()


def test_it_tells_nothing_secret_about_itself(office: Office) -> None:
    known = office.account.credentials
    pages = "".join(
        office.get(path).text for path in ("/healthz", "/a/201", "/a/201/card", "/nowhere")
    )

    assert not any(word in pages for word in (known.token, known.aes_key, known.app_secret))
