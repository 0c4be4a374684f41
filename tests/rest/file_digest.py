"""What is sent with a file."""

import base64
import hashlib


def digest_of(data: bytes) -> str:
    """What `Content-Digest` says of it."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
