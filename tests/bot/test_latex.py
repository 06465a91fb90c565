r"""LaTeX in titles becomes text that people read; what only looks like it stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import card, detail
from bot.latex import readable
from bot.models import Counts, RankedPaper
from bot.titles import title_of
from tests.builders import NOON, make_paper


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (r"\$5-Bench: 50\% of R\&D in \#1", "$5-Bench: 50% of R&D in #1"),
        (r"M$^3$-Test, C$^2$T, CO$_2$ and $W_1$", "M³-Test, C²T, CO₂ and W₁"),
        (r"$\alpha$-Net and $Δ$Net beat $\beta\gamma$", "α-Net and ΔNet beat βγ"),
        (r"98$\times$ faster, ($\times$4), $\sim$20 s", "98× faster, (×4), ∼20 s"),
        (r"A 360$^\circ$ view of $n \ge 3$", "A 360° view of n ≥ 3"),
        (r"$\mathcal{O}(n\log n)$ in $\mathbb{R}^n$", "O(n log n) in ℝⁿ"),
        (r"$\frac{1}{2}$ and $\frac{a}{b+c}$ and $\sqrt{x+y}$", "1/2 and a/(b+c) and √(x+y)"),
        (r"$\text{ABC}^4$, $\texttt{code}$, \textit{more} and \textbf{a \emph{b}}", "ABC⁴, code, more and a b"),
        (r"{\em Old} ways, {B}races, Allo{SR}$^2$, DR^{3}", "Old ways, Braces, AlloSR², DR³"),
        (r"K{\"u}nstler, Erd\H{o}s, Fran\c{c}ois, \'Etude, \v{S}, \o", "Künstler, Erdős, François, Étude, Š, ø"),
        (r"$a_{i,j}$, $x^{k+1}$, $T_{\text{max}}$, V_{0.5}", "a_(i,j), xᵏ⁺¹, Tₘₐₓ, V_0.5"),
        (r"$\left\{x \in S\right\}$ and \{1, 2\}", "{x ∈ S} and {1, 2}"),
        (r"$\unknown{x}$ and $\strange$", "x and strange"),
        (r"\(x^2\) and $$y^2$$", "x² and y²"),
        (r"One line\\ or two\ of them", "One line  or two of them"),
    ],
)
def test_latex_is_read_as_people_do(typed: str, read: str) -> None:
    assert readable(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "From $5 to $10, or US$100-US$200",
        "$50,000 and $60,000",
        "A price of 1$: cheap, 2$: dear",
        "a $ b $ c",
        "Sets {0,1} and {A, B}",
        r"C:\new\files",
        "snake_case and 2^10",
        "$",
        "\\",
        "{{{",
        "ordinary — ünïcode 語",
    ],
)
def test_what_only_looks_like_latex_stays(text: str) -> None:
    assert readable(text) == text


@given(st.text(alphabet=r"\$^_{}()abcfrtxZ 019~,αé", max_size=80))
def test_nothing_that_somebody_types_fails(text: str) -> None:
    assert isinstance(readable(text), str)


@pytest.mark.parametrize("piece", ["{", "$", "\\", "\\(", "\\text{", "$^{", "\\frac{", "^{", "$x", "\\alpha"])
def test_a_long_heap_of_signs_is_gone_through(piece: str) -> None:
    assert isinstance(readable(piece * (20_000 // len(piece))), str)


def test_cards_and_details_are_readable_and_what_was_written_is_kept() -> None:
    paper = make_paper("2603.00001", title=r"\$5-Bench:  $\alpha$ and up", abstract=r"It costs \$5, or $\beta$.")
    ranked = RankedPaper(paper=paper, rank=1, counts=Counts())

    assert card(ranked).title == title_of(paper) == "$5-Bench: α and up"
    assert card(ranked).summary == "It costs $5, or β."
    assert detail(ranked, stale=(), as_of=NOON, buttons=()).abstract == "It costs $5, or β."
    assert card(ranked).ranked.paper.title == r"\$5-Bench:  $\alpha$ and up"
    assert title_of(make_paper("2603.00002", title=" ")) == "2603.00002"
