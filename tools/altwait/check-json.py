#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Check JSON against a schema of schema/, or another one.

usage: check-json.py NAME|PATH.json [FILE]	FILE: standard input by default
       check-json.py --all DIRECTORY		each N.NAME.json in it: a line `N: ...` for
						each that fails, and how many there are
"""
import json
import pathlib
import sys

import jsonschema


def complaint(name, what):
    """None, if what is by the schema."""
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
        return f"{'/'.join(map(str, error.path)) or 'the whole'}: {error.message}"
    return None


def check_all(directory):
    documents = list(directory.glob("*.*.json"))
    for path in documents:
        number, name, _ = path.name.split(".")
        try:
            wrong = complaint(name, json.loads(path.read_text(encoding="utf-8")))
        except ValueError as error:
            wrong = str(error)
        if wrong:
            print(f"{number}: {wrong}")
    print(f"{len(documents)} checked")


if sys.argv[1] == "--all":
    check_all(pathlib.Path(sys.argv[2]))
else:
    with open(sys.argv[2] if len(sys.argv) > 2 else 0, encoding="utf-8") as f:
        sys.exit(complaint(sys.argv[1], json.load(f)))
