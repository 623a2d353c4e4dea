"""Serializes a value as a line of NDJSON, which schemathesis doesn't know."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context, value):
    return value if isinstance(value, bytes) else json.dumps(value, default=str).encode() + b"\n"
