"""`feisu ask`, `chat` and `eval`: the contracts other programs rely on."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.conftest import Terminal
from tests.web.small_office import ANSWER, CITATION, QUESTION, UNKNOWN_QUESTION

FIELDS = ["id", "decision", "entry", "citations", "confidence", "candidates", "reply", "ms"]
DECISIONS = frozenset(
    [
        "answer",
        "clarify",
        "fallback",
        "emergency",
        "article",
        "events",
        "remind",
        "handoff",
        "dispute",
        "case-status",
        "cancel",
        "quiz",
        "help",
        "thanks",
        "feedback-bad",
        "delete-data",
        "smalltalk",
    ]
)


def ask_lines(terminal: Terminal, stdin: bytes | str, *, code: int = 0) -> list[dict[str, Any]]:
    """Give the answers, one a line and nothing else on standard output."""
    if isinstance(stdin, str):
        stdin = stdin.encode()
    result = terminal("ask", "--jsonl", stdin=stdin, code=code)
    return [json.loads(line) for line in result.stdout.split("\n")[:-1]]


def line(identifier: object, question: object) -> str:
    return json.dumps({"id": identifier, "q": question}, ensure_ascii=False) + "\n"


def test_it_answers_in_the_shape_of_the_contract(terminal: Terminal) -> None:
    (answer,) = ask_lines(terminal, line("q1", QUESTION))

    assert list(answer) == FIELDS
    assert (answer["id"], answer["decision"], answer["entry"]) == ("q1", "answer", "201")
    assert answer["citations"] == ["民法典1077"]
    assert 0.75 <= answer["confidence"] <= 1
    assert ANSWER in answer["reply"]
    assert answer["ms"] > 0
    best = answer["candidates"][0]
    assert list(best) == ["entry", "citations", "confidence"]
    assert (best["entry"], best["citations"]) == ("201", ["民法典1077"])


@pytest.mark.parametrize(
    ("question", "decision"),
    [
        (QUESTION, "answer"),
        ("201", "answer"),
        (UNKNOWN_QUESTION, "fallback"),
        ("救命", "emergency"),
        ("民法典1079", "article"),
        ("下次普法", "events"),
        ("人工", "handoff"),
        ("我要调解", "dispute"),
        ("查进度", "case-status"),
        ("答题", "quiz"),
        ("帮助", "help"),
        ("谢谢", "thanks"),
        ("删除我的数据", "delete-data"),
        ("你好", "smalltalk"),
    ],
)
def test_it_spells_decisions_as_the_contract_does(
    terminal: Terminal, question: str, decision: str
) -> None:
    (answer,) = ask_lines(terminal, line(1, question))

    assert answer["decision"] == decision
    assert answer["reply"]


def test_it_gives_no_entry_where_there_is_none(terminal: Terminal) -> None:
    (answer,) = ask_lines(terminal, line(1, UNKNOWN_QUESTION))

    assert (answer["entry"], answer["citations"]) == (None, [])
    assert isinstance(answer["confidence"], float)


def test_it_names_the_article_though_it_is_not_imported(terminal: Terminal) -> None:
    (answer,) = ask_lines(terminal, line(1, "民法典第一千零七十七条"))

    assert (answer["decision"], answer["citations"]) == ("article", ["民法典1077"])
    assert QUESTION in answer["reply"]


def test_it_lists_candidates_whatever_is_decided(terminal: Terminal) -> None:
    answers = ask_lines(terminal, line(1, "人工，离婚冷静期") + line(2, f"救命 {QUESTION}"))

    assert answers[1]["decision"] == "emergency"
    assert answers[1]["candidates"][0]["entry"] == "201"
    assert all(len(answer["candidates"]) <= 5 for answer in answers)


def test_it_keeps_the_order_and_every_kind_of_id(terminal: Terminal) -> None:
    identifiers = ["b", 2, None, 1.5, True, ["x"], {"k": "v"}, "", "中文", "a" * 300]
    questions = [QUESTION, UNKNOWN_QUESTION]
    stdin = "".join(line(one, questions[n % 2]) for n, one in enumerate(identifiers))
    answers = ask_lines(terminal, stdin)

    assert [answer["id"] for answer in answers] == identifiers
    assert [answer["decision"] for answer in answers] == ["answer", "fallback"] * 5


def test_each_question_comes_from_a_new_resident(terminal: Terminal) -> None:
    """详 after an answer means nothing to somebody else."""
    alone = ask_lines(terminal, line(1, "详"))
    after = ask_lines(terminal, line(0, QUESTION) + line(1, "详"))

    assert after[1]["reply"] == alone[0]["reply"]


def test_it_skips_the_mark_and_the_blank_lines_of_windows(terminal: Terminal) -> None:
    stdin = b"\xef\xbb\xbf" + line(1, QUESTION).replace("\n", "\r\n").encode()
    stdin += b"\r\n\n   \n" + line(2, QUESTION).rstrip().encode()

    assert [answer["id"] for answer in ask_lines(terminal, stdin)] == [1, 2]


def test_it_reads_broken_characters_and_odd_ones(terminal: Terminal) -> None:
    questions = ["\\ud800", "\\u0000", "\\u2028" + QUESTION, "😭", " ", ""]
    stdin = "".join(f'{{"id": {n}, "q": "{one}"}}\n' for n, one in enumerate(questions)).encode()
    stdin += b'{"id": 6, "q": "\xff\xfe\xb3"}\n'
    answers = ask_lines(terminal, stdin)

    assert [answer["id"] for answer in answers] == list(range(7))
    assert {answer["decision"] for answer in answers} <= DECISIONS


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        "12",
        '"x"',
        "null",
        "问题",
        '{"id": 2}',
        '{"id": 2, "q": null}',
        '{"id": 2, "q": 5}',
        '{"id": 2, "q": ["a"]}',
        '{"id": 2, "question": "x"}',
    ],
)
def test_it_stops_at_a_broken_line_and_names_it(terminal: Terminal, broken: str) -> None:
    """Rather than letting answers and questions go out of step."""
    stdin = f"{line(1, QUESTION)}\n{broken}\n{line(3, QUESTION)}".encode()
    result = terminal("ask", "--jsonl", stdin=stdin, code=1)

    assert [json.loads(one)["id"] for one in result.stdout.splitlines()] == [1]
    assert result.stderr.startswith("出错了：第 3 行")


def test_no_question_is_no_answer(terminal: Terminal) -> None:
    assert ask_lines(terminal, b"") == []


def test_it_answers_one_question(terminal: Terminal) -> None:
    result = terminal("ask", QUESTION)

    assert ANSWER in result.stdout
    assert CITATION in result.stdout
    assert result.stderr.startswith("[answer 201 ")


def test_it_wants_a_question(terminal: Terminal) -> None:
    assert "请写上要问的话" in terminal("ask", code=2).stderr


@pytest.mark.parametrize("typed", ["", " ", "\n", "x" * 5000])
def test_it_answers_odd_questions(terminal: Terminal, typed: str) -> None:
    assert terminal("ask", typed).stdout.strip()


def test_it_answers_without_any_knowledge(terminal: Terminal) -> None:
    """A wrong folder is no reason for a traceback; the bot says that it does not know."""
    terminal.environment["FEISU_KNOWLEDGE__PATH"] = "nowhere"

    assert "12348" in terminal("ask", QUESTION).stdout


def test_it_talks(terminal: Terminal) -> None:
    """What was said before counts, until an empty line."""
    told = terminal("chat", stdin=f"{QUESTION}\n详\n\n不再听\n").stdout

    assert told.index(ANSWER) < told.index("亲自去领证")
    assert told.count("居民：") == 3


def test_it_ends_the_talk_with_the_input(terminal: Terminal) -> None:
    assert ANSWER in terminal("chat", stdin=QUESTION).stdout


def test_it_tunes_nothing_out_of_nothing(terminal: Terminal) -> None:
    """A wrong folder must not be made, let alone with a calibration in it."""
    terminal.environment["FEISU_KNOWLEDGE__PATH"] = "nowhere"
    assert "没法校准" in terminal("tune", code=1).stderr

    assert not (terminal.folder / "nowhere").exists()


def test_it_tunes_what_is_there(terminal: Terminal) -> None:
    before = set(terminal.snapshot())
    terminal("tune")

    assert set(terminal.snapshot()) - before == {"knowledge/calibration.json"}
    assert terminal("ask", "201").stdout


LABELLED = [
    {"id": "a", "q": QUESTION, "gold": ["民法典1077"], "group": "g"},
    {"id": "b", "q": "去民政局离婚要等多少天", "gold": ["民法典1077"], "group": "g"},
    {"id": "c", "q": UNKNOWN_QUESTION, "gold": []},
    {"id": "d", "q": "救命", "gold": ["emergency"], "kind": "safety"},
]


def write_labelled(terminal: Terminal, text: str = "") -> str:
    text = text or "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in LABELLED)
    (terminal.folder / "labelled.jsonl").write_bytes(text.encode())
    return "labelled.jsonl"


def test_it_prints_every_figure(terminal: Terminal) -> None:
    told = terminal("eval", write_labelled(terminal)).stdout

    for figure in ("hit@1", "hit@3", "MRR", "answered", "clarified", "abstained"):
        assert figure in told
    for figure in ("false answers", "consistent", "p50", "p99"):
        assert figure in told
    assert "1.000" in next(row for row in told.splitlines() if row.startswith("hit@1"))


def test_it_reads_what_other_programs_write(terminal: Terminal) -> None:
    """A byte-order mark, Windows line ends, and a line separator inside a question."""
    text = "\ufeff" + json.dumps(LABELLED[0], ensure_ascii=False) + "\r\n\r\n"
    text += json.dumps({**LABELLED[2], "q": "离\u2028婚\x85"}, ensure_ascii=False)

    assert terminal("eval", write_labelled(terminal, text)).stdout


@pytest.mark.parametrize("broken", ["{", "[]", '{"id": 1}', '{"id": 1, "q": 2, "gold": []}'])
def test_it_names_the_labelled_line_that_is_broken(terminal: Terminal, broken: str) -> None:
    text = json.dumps(LABELLED[0]) + "\n" + broken + "\n"
    result = terminal("eval", write_labelled(terminal, text), code=1)

    assert result.stderr.startswith("出错了：labelled.jsonl:2: ")


def test_it_says_so_when_the_labelled_file_is_not_utf8(terminal: Terminal) -> None:
    (terminal.folder / "labelled.jsonl").write_bytes("离婚".encode("gb18030"))

    assert "UTF-8" in terminal("eval", "labelled.jsonl", code=1).stderr


@pytest.mark.parametrize("command", [["ask", QUESTION], ["ask", "--jsonl"], ["eval"], ["check"]])
def test_it_writes_nothing_and_needs_nothing(terminal: Terminal, command: list[str]) -> None:
    """Neither configuration nor database nor statutes, and the folder is as it was."""
    if command == ["eval"]:
        command = ["eval", write_labelled(terminal)]
    before = terminal.snapshot()
    terminal(*command, stdin=line(1, QUESTION).encode())

    assert terminal.snapshot() == before
    assert not (terminal.folder / "var").exists()


@pytest.mark.slow
def test_it_speaks_utf8_in_any_terminal(terminal: Terminal) -> None:
    """Started as a program, in a terminal set to C, with a reader that stops listening."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "bot", "ask", "--jsonl"]
    asked = line("一", QUESTION) * 3
    done = subprocess.run(
        command, input=asked.encode(), capture_output=True, env=environment, check=True
    )
    answers = [json.loads(one) for one in done.stdout.decode("utf-8").splitlines()]

    assert [(answer["id"], answer["entry"]) for answer in answers] == [("一", "201")] * 3
    assert done.stderr == b""


@pytest.mark.slow
def test_it_ends_quietly_when_nobody_listens(terminal: Terminal) -> None:
    """As in `feisu ask --jsonl < questions | head -1`."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(line(1, QUESTION).encode())
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["entry"] == "201"
        process.stdout.close()
        process.stdin.write(line(2, QUESTION).encode() * 5)
        process.stdin.close()

        assert b"Traceback" not in process.stderr.read()
