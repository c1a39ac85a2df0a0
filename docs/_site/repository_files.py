"""A hook of MkDocs: the site begins with README.md, and brings along what pages link to elsewhere.

On GitHub all pages link to each other and to the repository's files; so they do on the site.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"(\]\()([^)\s#:]+)(#[^)\s]*)?(\))")
_FOLDER = "repository"


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Adds README.md as the first page, and files outside of docs/ that pages link to."""
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=_on_site(readme, "../README.md")))
    linked = {"../README.md": readme}
    linked |= {page.src_uri: page.content_string for page in files.documentation_pages()}
    for page, text in linked.items():
        for match in _LINK.finditer(text):
            target = _in_repository(page, match[2])
            if target is not None and (_ROOT / target).is_file() and target != "README.md":
                uri = f"{_FOLDER}/{target}"
                if files.get_file_from_path(uri) is None:
                    files.append(File.generated(config, uri, abs_src_path=str(_ROOT / target)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turns links to the repository into links to what the site has of it."""
    place = page.file.src_uri
    if place == "index.md":
        return markdown
    return _on_site(markdown, place.replace(f"{_FOLDER}/", "../", 1))


def _in_repository(page: str, link: str) -> str | None:
    """The path from the repository's root of what a page of docs/ links to outside of it."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), link))
    return None if path.startswith(("docs/", "..", "/")) else path


def _on_site(markdown: str, page: str) -> str:
    here = posixpath.dirname(page)
    if here.startswith(".."):
        here = "" if page == "../README.md" else _FOLDER

    def rewritten(match: "re.Match[str]") -> str:
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), match[2]))
        target = _in_repository(page, match[2])
        uri = "index.md" if target == "README.md" else f"{_FOLDER}/{target}"
        if target is None:
            uri = posixpath.relpath(path, "docs")
        elif (_ROOT / target).is_dir():
            return match[0]
        return f"{match[1]}{posixpath.relpath(uri, here or '.')}{match[3] or ''}{match[4]}"

    return _LINK.sub(rewritten, markdown)
