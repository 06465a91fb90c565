"""Shapes of sources' answers, with invented content, and documents of any shape."""

from typing import Any

from hypothesis import strategies as st

FEED_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
<id>http://rss.arxiv.org/atom/cs.AI</id><title>cs.AI updates on arXiv.org</title>
<updated>2026-03-10T04:00:19.866337+00:00</updated>
"""


def daily_item(paper_id: str = "2603.01234", **inner: Any) -> dict[str, Any]:
    """An item of `/api/daily_papers`; `inner` changes its paper."""
    paper = {
        "id": paper_id,
        "authors": [
            {"_id": "69aa", "name": "Ada Example", "hidden": False},
            {"_id": "69ab", "name": "Hidden Hand", "hidden": True},
            {"_id": "69ac", "name": "Ben Sample", "user": {"user": "ben"}, "status": "claimed_verified"},
        ],
        "publishedAt": "2026-03-08T17:08:18.000Z",
        "submittedOnDailyAt": "2026-03-10T03:55:12.777Z",
        "title": f"A study of\n  {paper_id}",
        "submittedOnDailyBy": {"user": "ada-example", "fullname": "Ada Example"},
        "summary": "We study it.\nWe find it.",
        "upvotes": 10,
        "projectPage": "https://example.org/project",
        "githubRepo": "https://github.com/ada-example/study",
        "githubStars": 9,
        "ai_summary": "It is studied.",
        "ai_keywords": ["studies", "findings"],
        "organization": {"name": "example-lab", "fullname": "Example Laboratory"},
    }
    return {
        "paper": {**paper, **inner},
        "publishedAt": "2026-03-08T12:08:18.000Z",
        "title": f"A study of {paper_id}",
        "thumbnail": "https://cdn.example.org/2603.01234.png",
        "numComments": 1,
        "submittedBy": {"name": "ada-example", "fullname": "Ada Example"},
    }


def atom_entry(name: str = "2603.01234v1", kind: str = "new", title: str = "A study") -> str:
    """An entry of arXiv's daily feed."""
    return f"""<entry><id>oai:arXiv.org:{name}</id><title>{title}</title>
<updated>2026-03-10T04:00:19.899254+00:00</updated>
<link href="https://arxiv.org/abs/{name.partition("v")[0]}" rel="alternate" type="text/html"/>
<summary>arXiv:{name} Announce Type: {kind}
Abstract: We study a &lt; b and give code at https://github.com/ada-example/study.</summary>
<category term="cs.AI"/><category term="cs.CL"/><published>2026-03-10T00:00:00-04:00</published>
<arxiv:announce_type>{kind}</arxiv:announce_type><arxiv:DOI>10.5555/example</arxiv:DOI>
<dc:creator>Ada Example, Ben Sample</dc:creator></entry>
"""


def atom_feed(*entries: str) -> bytes:
    return f"{FEED_HEAD}{''.join(entries)}</feed>".encode()


QUERY_ANSWER = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom"><id>http://arxiv.org/api/x</id><title>ArXiv Query</title>
<opensearch:totalResults>1</opensearch:totalResults>
<entry><id>http://arxiv.org/abs/2603.01234v2</id><updated>2026-03-09T10:00:00Z</updated>
<published>2026-03-08T17:08:18Z</published><title>A study, revised</title><summary>We study it again.</summary>
<author><name>Ada Example</name><arxiv:affiliation>Example Laboratory</arxiv:affiliation></author>
<author><name>Ben Sample</name></author><arxiv:comment>12 pages, accepted somewhere</arxiv:comment>
<arxiv:primary_category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
<category term="cs.AI" scheme="http://arxiv.org/schemas/atom"/>
<category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/><category term="68T05"/></entry></feed>"""

QUERY_ERROR = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>
<id>http://arxiv.org/api/error</id><entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id>
<title>Error</title><summary>incorrect id format for x</summary></entry></feed>"""

_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
_names = st.sampled_from(
    [
        "paper",
        "id",
        "title",
        "authors",
        "name",
        "upvotes",
        "publishedAt",
        "githubRepo",
        "organization",
        "submittedOnDailyAt",
        "data",
        "r0",
        "stargazerCount",
        "stargazers_count",
        "errors",
        "message",
        "thumbnail",
        "ai_keywords",
        "numComments",
    ]
)
_texts = st.sampled_from(
    [
        "2603.01234",
        "hep-th/9901001",
        "2026-03-10T00:00:00.000Z",
        "0001-01-01T00:00:00+23:00",
        "https://github.com/a/b",
        "\ud800",
        "\x00",
    ]
)
any_document = st.recursive(
    _scalars | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=5),
    max_leaves=25,
)
"""Any JSON, leaning towards the names and values that parsers look for."""
