"""What Accept-Encoding says about the codings that we have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.coding import acceptable


@pytest.mark.parametrize(
    ("accepted", "codings"),
    [
        (None, ["identity"]),
        ("", ["identity"]),
        ("gzip", ["gzip", "identity"]),
        ("GZip;Q=1.000", ["gzip", "identity"]),
        ("x-gzip", ["gzip", "identity"]),
        ("br, deflate", ["identity"]),
        ("*", ["gzip", "identity"]),
        ("gzip;q=0", ["identity"]),
        ("gzip; q=0.000, *", ["identity"]),
        ("*;q=0, identity", ["identity"]),
        ("gzip;q=0.001", ["gzip", "identity"]),
        ("gzip;q=0.5, identity", ["identity", "gzip"]),
        ("gzip;q=0.5, *;q=0.8", ["identity", "gzip"]),
        ("gzip;q=0.5, identity;q=0.5", ["gzip", "identity"]),
        ("identity;q=0, gzip", ["gzip"]),
        ("gzip, *;q=0", ["gzip"]),
        ("identity;q=0", []),
        ("identity;q=0, *;q=0.1", ["gzip"]),
        ("*;q=0", []),
        ("gzip;q=0, identity;q=0", []),
        ("br;q=1.0, *;q=0", []),
    ],
)
def test_a_weight_of_zero_forbids_and_a_greater_one_is_wanted_more(accepted: str | None, codings: list[str]) -> None:
    assert acceptable(accepted) == codings


@pytest.mark.parametrize("element", ["gzip;q=2", "gzip;q=", "gzip;q=-1", "gzip;level=9", "gzip;q=0.1234", "gzip;;q=1"])
def test_what_is_no_element_is_not_there(element: str) -> None:
    assert acceptable(element) == ["identity"]
    assert acceptable(f"{element}, gzip") == ["gzip", "identity"]


@given(st.text(alphabet="gzip,identy*;q=01. "))
def test_no_text_breaks_it(accepted: str) -> None:
    codings = acceptable(accepted)
    assert len(set(codings)) == len(codings)
