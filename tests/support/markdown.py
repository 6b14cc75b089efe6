"""The code blocks, links and headings of a Markdown page, and the programs that its console blocks start."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text as the reader sees it, and where it stands."""

    page: Path
    line: int
    language: str
    text: str


@cache
def _tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page in order."""
    for token in _tokens(page):
        if token.type == "fence":
            start = token.map[0] + 1 if token.map else 0
            yield Block(page, start, token.info.strip(), token.content)


def links(page: Path) -> Iterator[str]:
    """Yield where the links of a page lead."""
    for token in _tokens(page):
        for child in token.children or []:
            if child.type == "link_open":
                yield str(child.attrs["href"])


def inline_code(page: Path) -> Iterator[str]:
    """Yield what stands between back-ticks in running text."""
    for token in _tokens(page):
        for child in token.children or []:
            if child.type == "code_inline":
                yield child.content


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page offers: its headings as GitHub names them, and explicit ones."""
    tokens = _tokens(page)
    titles = [following.content for token, following in pairwise(tokens) if token.type == "heading_open"]
    slugs = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    return slugs | set(re.findall(r'<a (?:id|name)="([^"]+)"', page.read_text(encoding="utf-8")))


def command_lines(text: str) -> Iterator[str]:
    """Yield what is typed in a console block: the lines after `$ `, with continued lines joined."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.startswith("$ "):
            yield line[2:]


def programs(line: str) -> Iterator[list[str]]:
    """Yield the words of each program that a line starts: substituted ones too, without `exec` and redirections."""
    for inner in re.findall(r"\$\(([^()]*)\)", line):
        yield from programs(inner)
    lexer = shlex.shlex(re.sub(r"\$\([^()]*\)", "VALUE", line), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    redirected = False
    for word in [*lexer, ";"]:
        if word and set(word) <= set("|&;"):
            if command := _without_preparation(words):
                yield command
            words = []
        elif not redirected and word[:1] not in ("<", ">"):
            words.append(word)
        redirected = word[:1] in ("<", ">")


def _without_preparation(words: list[str]) -> list[str]:
    while words and (words[0] in ("exec", "export") or re.match(r"[A-Z_]+=", words[0])):
        words = words[1:]
    return words
