#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check JSON against a schema of schema/.

usage: check-json.py NAME [FILE]	FILE: standard input by default
"""
import json
import pathlib
import sys

import jsonschema

name, *rest = sys.argv[1:]
with open(rest[0] if rest else 0, encoding="utf-8") as f:
    what = json.load(f)
schema = json.loads((pathlib.Path(__file__).parent / f"schema/{name}.json").read_text())
jsonschema.Draft7Validator.check_schema(schema)
try:
    jsonschema.validate(what, schema, jsonschema.Draft7Validator)
except jsonschema.ValidationError as error:
    sys.exit(f"{'/'.join(map(str, error.path)) or 'the whole'}: {error.message}")
