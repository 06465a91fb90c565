"""What holds for every page, whoever tests it."""

from collections.abc import Mapping
from itertools import pairwise

from tests.browser.chromium import Tab

CONTROLS = """[...document.querySelectorAll(
  "a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
)].filter((one) => one.checkVisibility() && (one.type !== "radio" || one.checked)).length"""
"""How many the tab key should reach; of radio buttons the one that is chosen."""
SOUND = {
    "language": "en", "mains": 1, "banner": 1, "footer": 1, "firsts": 1, "jumps": 0, "unlabelled": 0, "untold": 0,
    "twins": 0,
}  # fmt: skip
NAMED = {
    "link",
    "button",
    "textbox",
    "radio",
    "checkbox",
    "combobox",
    "spinbutton",
    "img",
    "navigation",
    "complementary",
}


async def landmarks(tab: Tab, scripts: Mapping[str, str]) -> None:
    """For those who jump from part to part: each part once, headings without gaps, a label for each field."""
    assert await tab.run(scripts["landmarks"]) == SOUND


async def by_keyboard(tab: Tab, scripts: Mapping[str, str]) -> None:
    """With the tab key alone: from the top to the bottom, each with a ring around it, and out again.

    A field for a time of day has several stops, which are one.
    """
    stops: list[dict[str, object]] = []
    for _ in range(400):
        await tab.press("Tab")
        stop = await tab.run(scripts["focus"])
        if stop is None:
            break
        if not stops or stop["place"] != stops[-1]["place"]:
            stops.append(stop)
    assert stop is None, "the focus never leaves the page"
    assert str(stops[0]["what"]).startswith("A Skip to the page")
    assert all(before["place"] < after["place"] for before, after in pairwise(stops))  # type: ignore[operator]  # numbers
    assert [stop["what"] for stop in stops if not (stop["ring"] and stop["seen"])] == []
    assert len(stops) == await tab.run(CONTROLS)


async def every_control_named(tab: Tab) -> None:
    tree = await tab.ask("Accessibility.getFullAXTree")
    nameless = [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node.get("ignored")
        and node["role"]["value"] in NAMED
        and not node.get("name", {}).get("value", "").strip()
    ]
    assert nameless == []
