"""`feisu publish` and `feisu staff`, as the contractor types them."""

from bot.storage import audit
from tests.cli.conftest import Terminal

PATH = "faq/民法典/离婚.md"


def change(terminal: Terminal, old: str, new: str) -> None:
    file = terminal.folder / "knowledge" / PATH
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_it_publishes_what_was_changed_by_hand(terminal: Terminal) -> None:
    assert "现有的内容都算已发布" in terminal("publish").output
    assert "没有未发布" in terminal("publish").output
    change(terminal, "想好了再去民政局。", "想好再去。")

    assert terminal("publish", "--dry-run").stdout.strip() == PATH
    assert "已发布" in terminal("publish", PATH).output
    assert "没有未发布" in terminal("publish").output
    assert "没有要发布的改动" in terminal("publish", "faq/x.md", code=1).output


def test_it_refuses_a_file_with_an_error(terminal: Terminal) -> None:
    terminal("publish")
    change(terminal, "编号：202", "编号：201")

    refused = terminal("publish", code=1)

    assert "没有发布" in refused.output
    assert terminal("publish", "--dry-run").stdout.strip() == PATH


def test_it_adds_lists_and_resets_accounts(terminal: Terminal) -> None:
    first = terminal("staff", "add", "王芳", "--role", "editor", "--role", "reviewer").stdout
    assert "王芳 的第一次登录密码：" in first
    assert "编辑、审核  没有登录过" in terminal("staff", "list").stdout
    assert (
        "已经有叫这个名字的人" in terminal("staff", "add", "王芳", "--role", "admin", code=1).output
    )
    assert "王芳 的新密码：" in terminal("staff", "reset", "王芳").stdout
    assert "没有叫" in terminal("staff", "reset", "李强", code=1).output
    with terminal.writing() as connection:
        deeds = [deed.action for deed in audit.list_deeds(connection)]
    assert deeds == ["staff.reset", "staff.add"]
