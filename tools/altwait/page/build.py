#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Put the page of `altwait report` together, all in one file.

usage: build.py D3 > PAGE	D3: d3.min.js, the timeline's library
"""
import pathlib
import re
import sys

import jinja2

here = pathlib.Path(__file__).parent
library = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
version = re.search(r"v(\d+\.\d+\.\d+)", library[:200])
if not version or re.search(r"</script|<!--", library, re.IGNORECASE):
    sys.exit(f"{sys.argv[1]} is no D3 that a page can have in it")
scripts = [(here / name).read_text(encoding="utf-8")
           for name in ("model.js", "picture.js", "pieces.js", "tables.js", "detail.js", "page.js")]

# What is put in is ours, and no HTML: the data comes later, see html.c.
loader = jinja2.FileSystemLoader(here)
template = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined,
                              autoescape=False).get_template("page.html.j2")
sys.stdout.reconfigure(encoding="utf-8")
print(template.render(style=(here / "style.css").read_text(encoding="utf-8"),
                      library=library, scripts=scripts, data_mark="@DATA@",
                      library_name=f"D3 {version[1]}",
                      library_licence=(here / "d3-licence.txt").read_text(encoding="utf-8")))
