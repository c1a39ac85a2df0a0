"""docs/options.md is what the code says."""

from options_page import page
from source_tree import ROOT


def test_the_page_of_options_is_up_to_date() -> None:
    committed = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    assert committed == page(), "write it anew: python tests/options_page.py > docs/options.md"
