"""Asking the bot from a terminal, and measuring how well it answers; nothing is stored."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot import clock
from bot.bootstrap import build_rules, load_content
from bot.config import Settings
from bot.conversation.dialogue import Dialogue
from bot.conversation.router import decide
from bot.conversation.turn import Content, Outcome, Rules, Turn
from bot.errors import ConfigError
from bot.messages import Inbound, InboundKind, plain_text


class Desk:
    """Answers typed questions from one snapshot of the content, without a database."""

    def __init__(self, settings: Settings) -> None:
        self._rules: Rules = build_rules(settings)
        self._content: Content = load_content(settings.knowledge)[0]

    def answer(self, text: str, dialogue: Dialogue | None = None) -> Outcome:
        """Decide on one text message."""
        message = Inbound(openid="terminal", kind=InboundKind.TEXT, key="", text=text)
        return decide(
            Turn(
                message=message,
                dialogue=dialogue or Dialogue(),
                now=clock.now(),
                content=self._content,
                rules=self._rules,
            )
        )

    def answer_line(self, identifier: Any, text: str) -> dict[str, Any]:
        """Answer a question as a new resident, in the shape of `ask --jsonl`."""
        started = clock.monotonic()
        outcome = self.answer(text)
        took = (clock.monotonic() - started) * 1000
        return {
            "id": identifier,
            "decision": outcome.decision.value,
            "entry": outcome.entry or None,
            "citations": list(outcome.citations),
            "confidence": round(outcome.confidence, 4),
            "candidates": [
                {
                    "entry": candidate.entry,
                    "citations": list(candidate.citations),
                    "confidence": round(candidate.confidence, 4),
                }
                for candidate in outcome.candidates[:5]
            ],
            "reply": plain_text(outcome.reply) if outcome.reply else "",
            "ms": round(took, 3),
        }


@click.command()
@click.argument("question", required=False)
@click.option("--jsonl", "as_lines", is_flag=True, help="从标准输入逐行读 {id,q}，逐行写出回答")
@click.pass_obj
def ask(settings: Any, question: str | None, as_lines: bool) -> None:
    """问一个问题，看居民会收到什么。"""
    if as_lines:
        _ask_lines(Desk(settings()))
        return
    if question is None:
        raise click.UsageError("请写上要问的话，例如：feisu ask 彩礼能要回来吗")
    line = Desk(settings()).answer_line("", question)
    click.echo(line["reply"])
    click.echo(f"[{line['decision']} {line['entry'] or '-'} {line['confidence']:.2f}]", err=True)


def _ask_lines(desk: Desk) -> None:
    # Bytes, not text: a broken character in one line must not stop the others.
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
        if not text.strip():
            continue
        line = desk.answer_line(*_read_question(text, number))
        click.echo(json.dumps(line, ensure_ascii=False))


def _read_question(text: str, number: int) -> tuple[Any, str]:
    try:
        values = json.loads(text)
        identifier, question = values.get("id", number), values["q"]
    except (ValueError, KeyError, AttributeError):
        question = None
    if not isinstance(question, str):
        raise ConfigError(f'第 {number} 行应是 {{"id": …, "q": "…"}} 这样的 JSON')
    return identifier, question


@click.command()
@click.pass_obj
def chat(settings: Any) -> None:
    """在终端里和助手聊（直接回车或 Ctrl-D 结束）。"""
    desk = Desk(settings())
    dialogue = Dialogue()
    click.echo("请直接提问，回车发送；空行结束。")
    for text in _typed_lines():
        outcome = desk.answer(text, dialogue)
        dialogue = replace(outcome.dialogue)
        click.echo(plain_text(outcome.reply) if outcome.reply else "（不回复）")


def _typed_lines() -> Iterator[str]:
    while True:
        try:
            text = click.prompt("居民", default="", show_default=False, prompt_suffix="：")
        except click.Abort:
            return
        if not text.strip():
            return
        yield text


@click.command("eval")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--worst", default=10, show_default=True, help="列出多少个最差的")
@click.option("--half", type=click.Choice(["tune", "report"]), help="只看调参的一半或报告的一半")
@click.pass_obj
def evaluate(settings: Any, files: tuple[Path, ...], worst: int, half: str | None) -> None:
    """用标注好的问题衡量答得准不准。"""
    from bot.cli.evaluating import print_evaluation

    desk = Desk(settings())
    for path in files:
        print_evaluation(desk.answer_line, path, worst, half or "")
