"""Figures as tables and charts: they add up, name nobody, and hold no markup."""

import io
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.documents.tables import Table, write_csv, write_xlsx
from bot.report.charts import bar_chart, column_chart
from bot.report.figures import OTHER_VILLAGES, summarise, tables
from bot.report.period import Period, parse_period, presets
from bot.storage.figures import Counts

TODAY = date(2026, 11, 26)
WEEK = Period(date(2026, 11, 20), TODAY)


def counts(**villages: int) -> Counts:
    found = Counts()
    for name, count in villages.items():
        found.add(TODAY, "all", "", "answer", count)
        found.add(TODAY, "village", name, "answer", count)
        found.add(TODAY, "hour", "9", "answer", count)
        found.add(TODAY, "entry", "201", "answer", count)
    return found


def test_villages_with_few_questions_are_not_named() -> None:
    figures = summarise(counts(东村=9, 西村=4, 南村=1), [], {}, WEEK, str)

    assert [(name, one.asked) for name, one in figures.villages] == [
        ("东村", 9),
        (OTHER_VILLAGES, 5),
    ]
    written = write_csv(tables(figures)).decode("utf-8-sig")
    assert "西村" not in written
    assert "南村" not in written


def test_every_day_has_a_row_and_long_periods_a_row_a_month() -> None:
    days = summarise(counts(东村=9), [], {}, WEEK, str).days
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    months = summarise(counts(东村=9), [], {}, year, str).days

    assert len(days) == 7
    assert days[-1][1].asked == 9
    assert len(months) == 12
    assert dict(months)["2026-11"].asked == 9


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", ""),
        ("2026-02-30", "2026-03-01", "日期要填成"),
        ("2026-11-02", "2026-11-01", "比开始的早"),
        ("1900-01-01", "2026-11-01", "太早"),
        ("2001-01-01", "2026-11-01", "十年"),
        ("<script>", "", "日期要填成"),
    ],
)
def test_a_period_that_cannot_be_is_this_month(first: str, last: str, said: str) -> None:
    period, problem = parse_period(first, last, TODAY)

    assert period == Period(date(2026, 11, 1), TODAY)
    assert said in problem
    assert bool(said) == bool(problem)


@given(st.dates(min_value=date(2002, 1, 1), max_value=date(2100, 1, 1)))
def test_presets_end_by_today(today: date) -> None:
    for name, period in presets(today):
        assert period.first <= period.last <= today, name
        assert parse_period(str(period.first), str(period.last), today) == (period, "")


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


@given(
    st.lists(st.tuples(st.text(max_size=30), st.integers(0, 10**6)), max_size=30),
    st.text(max_size=20),
)
def test_charts_are_well_formed_whatever_is_in_them(
    rows: list[tuple[str, int]], title: str
) -> None:
    for svg in (
        bar_chart(title, rows),
        column_chart(title, [name for name, _ in rows], [("甲", [count for _, count in rows])]),
    ):
        root = parsed(svg)
        assert root.get("role") == "img"
        assert "style" not in svg.split("<title>")[0]
        for one in root.iter():
            assert not any(name.startswith("on") or name == "style" for name in one.attrib)


def test_columns_stand_on_each_other_and_inside() -> None:
    svg = parsed(column_chart("图", ["一"], [("甲", [3]), ("乙", [0]), ("丙", [1])]))
    boxes = [one for one in svg.iter() if one.tag.endswith("rect") and one.get("width") != "14"]

    assert len(boxes) == 2
    low, high = sorted(boxes, key=lambda box: -float(box.get("y") or 0))
    assert float(high.get("y") or 0) + float(high.get("height") or 0) == pytest.approx(
        float(low.get("y") or 0), abs=0.2
    )
    assert float(high.get("y") or 0) >= 0


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    table = Table("表", ("列",), [(text,)])

    (sheet,) = load_workbook(io.BytesIO(write_xlsx([table]))).worksheets
    assert sheet["A2"].data_type == "s"
    line = write_csv([table]).decode("utf-8-sig").splitlines()[2]
    assert line.lstrip('"').startswith("'")


@given(st.text(max_size=40))
def test_any_text_can_be_written(text: str) -> None:
    table = Table(f"a{text}"[:31], ("列", text), [(text, 3)])

    (sheet,) = load_workbook(io.BytesIO(write_xlsx([table]))).worksheets
    assert sheet["B2"].value == 3
    assert write_csv([table]).startswith(b"\xef\xbb\xbf")


def test_totals_agree_between_tables() -> None:
    found = counts(东村=9, 西村=4)
    found.add(TODAY - timedelta(days=1), "all", "", "fallback", 2)
    figures = summarise(found, [], {}, WEEK, str)

    assert figures.total.cells == (15, 13, 0, 2)
    assert sum(one.asked for _, one in figures.days) == 15
    assert Counter(dict(figures.decisions)) == Counter(answer=13, fallback=2)
