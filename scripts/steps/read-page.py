#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""For the step campaign: read a page as a browser does, and complain of what is wrong.

usage: read-page.py FILE < LINES

Each line has to be in the page's text, whatever is markup there. Tags have to be closed
in order, nothing may be fetched from elsewhere, and nothing may be run.
"""
import html.parser
import re
import sys

VOID = {"meta"}


class Page(html.parser.HTMLParser):
    """The text of the body, and what is wrong with the rest."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.bad = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "link", "img", "iframe", "object"):
            self.bad.append(f"a <{tag}>")
        for name, value in attrs:
            if name.startswith("on") or re.search(r"//|javascript:", value or ""):
                self.bad.append(f"{name}={value}")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(f"</{tag}> closes another one")

    def handle_data(self, data):
        if "style" in self.open:
            if re.search(r"url\(|@import", data):
                self.bad.append("a style from elsewhere")
        else:
            self.text.append(data)


page = Page()
with open(sys.argv[1], encoding="utf-8") as f:
    page.feed(f.read())
page.close()
# How long a cell took is another number each time.
text = re.sub(r"\s+", " ", re.sub(r"\b\d+ s,", "s,", " ".join(page.text)))
complaints = page.bad + [f"<{tag}> is not closed" for tag in page.open]
complaints += [f"not there: {line}" for line in map(str.strip, sys.stdin) if line not in text]
if complaints:
    print(*complaints, text, sep="\n")
