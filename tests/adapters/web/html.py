"""Reads HTML the way a browser does, as far as tests must know what became of a text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = {"br", "hr", "img", "input", "meta", "link", "rect"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Form:
    """A form as a browser would send it when its button is pressed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    label: str = ""


class Page(HTMLParser):
    """Elements in order, each with the text inside; raises on tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.text = ""
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {self._open[-1].tag}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.tag == tag and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def links(self) -> list[str]:
        return [element.attributes["href"] for element in self.all("a")]

    def forms(self) -> list[Form]:
        found: list[Form] = []
        for element in self.elements:
            given = element.attributes
            if element.tag == "form":
                found.append(Form(given["action"], given["method"]))
            elif element.tag == "input" and found and (given.get("type") != "radio" or "checked" in given):
                found[-1].fields[given["name"]] = given.get("value", "")
            elif element.tag == "button" and found and not found[-1].label:
                found[-1].label = element.text
                if given.get("name"):
                    found[-1].fields[given["name"]] = given["value"]
        return found

    def form(self, label: str) -> Form:
        (form,) = [form for form in self.forms() if form.label == label]
        return form


DRAWN_TAGS = {
    "a", "article", "blockquote", "br", "button", "code", "dd", "div", "dl", "dt", "em", "form", "hr", "input", "li",
    "ol", "p", "pre", "rect", "s", "span", "strong", "svg", "time", "u", "ul",
}  # fmt: skip
DRAWN_ATTRIBUTES = {
    "action", "aria-hidden", "aria-label", "aria-level", "class", "datetime", "disabled", "fill", "height", "href",
    "method", "name", "preserveaspectratio", "rel", "role", "start", "title", "type", "value", "viewbox", "width",
}  # fmt: skip


def assert_harmless(html: str) -> Page:
    """Only elements and attributes that the drawing itself writes, and links that may be followed."""
    page = Page(html)
    for element in page.elements:
        assert element.tag in DRAWN_TAGS
        assert set(element.attributes) <= DRAWN_ATTRIBUTES
    assert all(urlsplit(link).scheme in {"http", "https", "mailto"} for link in page.links)
    return page
