"""The charts over time, as a user uses them."""

from __future__ import annotations

import csv
import io

from playwright.sync_api import Download, Locator, Page, Position, expect

from tests.browser.explore import Explore


class Charts:
    """The heatmaps and the lines of a trace with the given numbers of steps and units."""

    def __init__(self, page: Page, steps: int, units: int) -> None:
        self.page = page
        self.explore = Explore(page)
        self.steps, self.units = steps, units
        self.order = page.get_by_label("Order of units")
        self.again = page.locator("order-picker button")
        self.basis = page.locator("order-picker [data-readout=basis]")
        self.tip = page.locator("value-tip")
        self.lines = page.locator(".lines-plot")
        self.table = page.locator("trace-table")

    def heatmap(self, signal: str) -> Locator:
        return self.page.locator(f"gate-heatmaps [data-signal={signal}] .heatmap-plot")

    def place(self, plot: Locator, along: float, down: float) -> Position:
        """A position in a chart, as shares of its width and height."""
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box
        return {"x": box["width"] * along, "y": box["height"] * down}

    def point(self, signal: str, step: int, row: int) -> None:
        plot = self.heatmap(signal)
        plot.hover(position=self.place(plot, (step + 0.5) / self.steps, (row + 0.5) / self.units))

    def click(self, signal: str, step: int, row: int) -> None:
        plot = self.heatmap(signal)
        plot.click(position=self.place(plot, (step + 0.5) / self.steps, (row + 0.5) / self.units))

    def expect_marker(self, row: int) -> None:
        """In every heatmap, the chosen unit's marker is in that row."""
        self.page.wait_for_function(
            """([row, units]) => [...document.querySelectorAll(".heatmap-plot")].every((plot) => {
              const marker = plot.querySelector(".unit-marker").getBoundingClientRect();
              const { top, height } = plot.getBoundingClientRect();
              return Math.abs(marker.top - top - (row * height) / units) < 0.5;
            })""",
            arg=[row, self.units],
        )

    def expect_sight(self, start: int, stop: int) -> None:
        """Every heatmap shows exactly these whole steps, one column of cells each."""
        self.page.wait_for_function(
            """([steps]) => [...document.querySelectorAll(".heatmap-plot canvas")].every(
              (canvas) => canvas.width === steps)""",
            arg=[stop - start],
        )
        ends = {0.01: start, 0.99: stop - 1}
        for plot, along in ((self.heatmap("hidden_state"), 0.01), (self.lines, 0.01), (self.lines, 0.99)):
            plot.hover(position=self.place(plot, along, 0.3))
            expect(self.tip.locator("[data-tip=step]")).to_have_text(str(ends[along]))

    def menu(self, chart: Locator) -> Locator:
        menu = chart.locator(".chart-menu")
        menu.locator("summary").click()
        return menu

    def save(self, chart: Locator, what: str) -> Download:
        with self.page.expect_download() as download:
            self.menu(chart).get_by_role("button", name=what).click()
        return download.value

    def rows(self, chart: Locator) -> list[list[str]]:
        """The lines of a chart's CSV, the heading first."""
        text = self.save(chart, "CSV").path().read_text(encoding="utf-8")
        return list(csv.reader(io.StringIO(text, newline="")))

    def row(self, signal: str) -> Locator:
        return self.page.locator(f"gate-heatmaps .chart-row[data-signal={signal}]")

    def shown_order(self, signal: str) -> list[int]:
        """All units from the top, in the order of a signal's table."""
        self.menu(self.row(signal)).get_by_role("button", name="Read as a table").click()
        cells = self.table.locator("tbody tr").first.locator("td[data-unit]")
        expect(cells).to_have_count(self.units)
        return [int(unit) for unit in cells.evaluate_all("cells => cells.map(cell => cell.dataset.unit)")]

    def expect_order(self, signal: str, order: list[int]) -> None:
        """All units are in this order from the top, in a signal's table."""
        self.shown_order(signal)
        self.page.wait_for_function(
            """(order) => [...document.querySelector("trace-table tbody tr").querySelectorAll("td[data-unit]")]
              .every((cell, at) => Number(cell.dataset.unit) === order[at])""",
            arg=order,
        )
