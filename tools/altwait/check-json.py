#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Check JSON against a schema of schema/, or another one.

usage: check-json.py NAME|PATH.json [FILE]	FILE: standard input by default
"""
import json
import pathlib
import sys

import jsonschema

name, *rest = sys.argv[1:]
with open(rest[0] if rest else 0, encoding="utf-8") as f:
    what = json.load(f)
if name.endswith(".json"):
    path = pathlib.Path(name)
else:
    path = pathlib.Path(__file__).parent / f"schema/{name}.json"
schema = json.loads(path.read_text(encoding="utf-8"))
# By its own draft, draft 7 in schema/
validator = jsonschema.validators.validator_for(schema, jsonschema.Draft7Validator)
validator.check_schema(schema)
try:
    jsonschema.validate(what, schema, validator)
except jsonschema.ValidationError as error:
    sys.exit(f"{'/'.join(map(str, error.path)) or 'the whole'}: {error.message}")
