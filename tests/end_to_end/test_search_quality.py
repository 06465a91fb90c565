"""Search by words is as good on a published test collection as it was measured to be."""

import json
import os
import subprocess
import sys

import pytest

from tests.end_to_end.stage import CHECKOUT, DATA

CSFCUBE = DATA / "search" / "csfcube"


@pytest.mark.skipif(not CSFCUBE.is_dir(), reason="needs ../shared/data/search/csfcube")
def test_words_alone_rank_csfcube_well() -> None:
    ended = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-m", "bot", "eval-search", str(CSFCUBE), "--json"],
        env=os.environ | {"SEMANTIC_MODEL": "off"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    told = json.loads(ended.stdout)
    assert (told["mode"], told["documents"], told["queries"]) == ("bm25", 4171, 50)
    assert told["ndcg@10"] >= 0.36
    assert told["recall@100"] >= 0.55
