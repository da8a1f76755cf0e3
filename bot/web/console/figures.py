"""The figures of any period: charts, tables under them, and both to take away."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from bot.documents.tables import Table, write_csv, write_xlsx
from bot.report.charts import bar_chart, column_chart
from bot.report.figures import Figures, Split, summarise, tables
from bot.report.period import Period, parse_period, presets
from bot.storage import figures as counted
from bot.storage import stall
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.words import decision_label

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOPICS_DRAWN = 15


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page of the figures and its exports."""

    @pages.get("/figures")
    @needs()
    def show_figures() -> str:
        period, problem = _asked(desk)
        if problem:
            desk.warn(problem)
        figures = load(desk, period)
        shown = tables(figures)
        return render_template(
            "console/figures.html",
            period=period,
            presets=presets(desk.now().date()),
            total=shown[0],
            sections=[(table, draw(figures).get(table.title)) for table in shown[1:]],
            endpoint=request.endpoint,
        )

    @pages.get("/figures.xlsx")
    @needs()
    def export_xlsx() -> Response:
        return _export(desk, "xlsx", XLSX)

    @pages.get("/figures.csv")
    @needs()
    def export_csv() -> Response:
        return _export(desk, "csv", "text/csv; charset=utf-8")


def load(desk: Desk, period: Period) -> Figures:
    """Return the figures of a period."""
    today = desk.now().date()
    with desk.database.transaction(durable=False) as connection:
        counts = counted.load(connection, period.first, period.last, today=today)
        notices = counted.list_notices(connection, period.first, period.last)
        tallies = stall.list_tallies(connection, period.first, period.last)
    entries = desk.parts.content.current.library.entries
    names = {one.event_id: one.name for one in desk.parts.content.current.calendar.events}
    stalls = [(names.get(one.event, one.event), one) for one in tallies]
    return summarise(counts, notices, entries, period, decision_label, stalls)


def draw(figures: Figures) -> Mapping[str, Markup]:
    """Return the charts by the title of the table they stand above; all text in them is escaped."""
    days = "按天" if len(figures.days) == figures.period.days else "按月"
    return {
        days: Markup(_columns("每天的提问" if days == "按天" else "每月的提问", figures.days)),
        "按钟点": Markup(_columns("一天里几点来问", figures.hours)),
        "按村": Markup(
            bar_chart("各村的提问", [(name, one.asked) for name, one in figures.villages])
        ),
        "按主题": Markup(bar_chart("问得最多的主题", figures.topics[:TOPICS_DRAWN])),
    }


def _columns(title: str, rows: Sequence[tuple[str, Split]]) -> str:
    names = [name for name, _ in rows]
    splits = [one for _, one in rows]
    series = [
        ("答上来的", [one.answered for one in splits]),
        ("给了选项的", [one.clarified for one in splits]),
        ("没答上来的", [one.missed for one in splits]),
    ]
    return column_chart(title, names, series)


def _asked(desk: Desk) -> tuple[Period, str]:
    return parse_period(request.args.get("from", ""), request.args.get("to", ""), desk.now().date())


def _export(desk: Desk, kind: str, mimetype: str) -> Response:
    period, _ = _asked(desk)
    found: Sequence[Table] = tables(load(desk, period))
    written = write_xlsx(found) if kind == "xlsx" else write_csv(found)
    with desk.database.transaction() as connection:
        desk.audit(connection, "figures.export", subject=str(period), detail=kind)
    name = f"feisu-{period.first:%Y%m%d}-{period.last:%Y%m%d}.{kind}"
    disposition = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(written, mimetype=mimetype, headers=disposition)
