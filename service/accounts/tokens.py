"""Secrets that are handed out once and kept as digests only.

They are 32 random bytes, so a plain SHA-256 cannot be searched; a slow hash is for passwords.
"""

import secrets
from hashlib import sha256

KEY_MARK = "dj_"
"""Begins every API key, so that scanners of source code recognise a leaked one."""
PREFIX_LENGTH = len(KEY_MARK) + 8


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_key() -> str:
    return KEY_MARK + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def prefix(key: str) -> str:
    """What people see of a key; the rest still has 192 bits that nobody sees."""
    return key[:PREFIX_LENGTH]
