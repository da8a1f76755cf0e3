"""The small files beside the entries."""

from pathlib import Path

import pytest

from bot.errors import Severity
from bot.knowledge.vocabulary import (
    OtherField,
    Village,
    load_calibration,
    load_lexicon,
    load_other_fields,
    load_villages,
)
from bot.retrieval import Calibration


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.md"


def test_it_reads_folds_and_expansions(path: Path) -> None:
    path.write_text(
        "# 词典\n\n## 口语\n词条：\n- 俺、俺们 = 我\n- 彩里，财礼 ＝ 彩礼\n- 赖账 → 欠款、不还钱\n"
        "## 错字\n词条：\n- 赖账 → 债务\n",
        encoding="utf-8",
    )
    lexicon, problems = load_lexicon(path)
    assert problems == []
    assert lexicon.folds == {"俺": "我", "俺们": "我", "彩里": "彩礼", "财礼": "彩礼"}
    assert lexicon.expansions == {"赖账": ("欠款", "不还钱", "债务")}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("俺们就是我", "词条写成"),
        ("俺 = 我、咱", "等号右边只写一个词"),
        ("咱 = 俺", "“咱”已经等于“我”，不能又等于“俺”"),
        ("我 = 咱", "“我”和“咱”互相等于，只留一个方向"),
        ("離婚 = 离婚", "“離婚”等号两边相同"),
        ("赖账 -> 欠款", "箭头请写成“→”"),
    ],
)
def test_it_tells_the_line_of_a_wrong_word(path: Path, line: str, told: str) -> None:
    path.write_text(f"# 词典\n## 口语\n词条：\n- 咱 = 我\n- {line}\n", encoding="utf-8")
    _, (problem,) = load_lexicon(path)
    assert problem.line == 5
    assert problem.text.startswith(told)


def test_it_reads_other_fields(path: Path) -> None:
    text = "## 刑事\n去处：先打110，再找公安。\n说法：\n- 偷东西判几年\n- 打人犯法吗\n"
    path.write_text(text, encoding="utf-8")
    fields, problems = load_other_fields(path)
    assert problems == []
    assert fields == {
        "刑事": OtherField("刑事", "先打110，再找公安。", ("偷东西判几年", "打人犯法吗"))
    }


def test_it_says_what_another_field_lacks(path: Path) -> None:
    path.write_text(
        "## 刑事\n去处：\n说法：\n## 刑事\n去处：问公安\n说法：\n- 偷\n", encoding="utf-8"
    )
    _, problems = load_other_fields(path)
    assert [(problem.line, problem.text[:4]) for problem in problems] == [
        (2, "缺少去处"),
        (3, "缺少说法"),
        (4, "“刑事”"),
    ]


def test_it_reads_villages(path: Path) -> None:
    text = "# 村\n\n说明文字。\n\n## 示范村\n别名：\n- 老示范\n调解员：张三\n"
    text += "\n## 二村\n别名：东村、西村\n"
    path.write_text(text, encoding="utf-8")
    villages, problems = load_villages(path)
    assert problems == []
    assert villages == (
        Village("示范村", ("老示范",), "张三"),
        Village("二村", ("东村", "西村")),
    )


def test_it_finds_a_name_two_villages_share(path: Path) -> None:
    path.write_text("## 甲村\n别名：老村\n## 乙村\n别名：老村\n", encoding="utf-8")
    _, (problem,) = load_villages(path)
    assert (problem.line, problem.text) == (3, "“老村”同时是甲村和乙村的名字")


def test_it_takes_a_missing_file_for_an_empty_one(path: Path) -> None:
    assert load_lexicon(path)[1] == load_other_fields(path)[1] == load_villages(path)[1] == []
    assert load_calibration(path) == (Calibration.default(), [])


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"intercept": "x"}', "乱"])
def test_it_warns_of_a_broken_calibration_and_goes_on(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    calibration, (problem,) = load_calibration(path)
    assert calibration == Calibration.default()
    assert problem.severity is Severity.WARNING
    assert "feisu tune" in problem.text


def test_it_warns_of_a_calibration_that_is_no_text(path: Path) -> None:
    path.write_bytes(b"\xff\xff")
    calibration, (problem,) = load_calibration(path)
    assert (calibration, problem.severity) == (Calibration.default(), Severity.WARNING)


def test_it_reads_back_a_fitted_calibration(path: Path) -> None:
    fitted = Calibration.default()
    path.write_text(fitted.to_json(), encoding="utf-8")
    assert load_calibration(path) == (fitted, [])
