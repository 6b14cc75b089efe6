"""The clauses that say what a secret looks like or what is wrong with it, all fixed: none can repeat a piece of it.

Where a remedy is known from the look alone, it follows a colon. `foreign.py` has those that name another service.
"""

from __future__ import annotations

NOT_SET = "not set"
EMPTY = "empty"
BLANK = "blank"
TOO_LARGE = "it is larger than 1 MiB, so nothing of it was read"
NO_TEXT = "it is not text"
SEVERAL = "it holds several tokens in one: store each of them by itself"
MASKED_TOKEN = "it is shortened or masked: copy the whole token"  # noqa: S105 - a sentence, not a password
BROKEN_LINES = "line breaks or spaces run through it: store it in one piece"
NOTHING_BEHIND_PREFIX = "it is cut off: nothing follows its first five characters"

QUOTED = "it is a token in quotation marks: store it without them"
BYTE_ORDER_MARK = "it is a token behind a byte order mark, as some editors write one: store it without"
HEADER = "it is a token behind the name of an HTTP scheme: store only the token"
BASIC_HEADER = "it is a Basic header with a token packed into it: store only the token"
OTHER_HEADER = "it begins like the content of an HTTP header"
OTHER_BASIC_HEADER = "it is a Basic header with a user and a password packed into it"
PAIR = "it is a user and a token joined by a colon: store only the token, what follows the colon"
OTHER_PAIR = "it looks like a user and a password joined by a colon"
PYPIRC = "it is a whole .pypirc: store only the token in it"
OTHER_PYPIRC = "it is a whole .pypirc"
URL_WITH_TOKEN = "it is a URL with a token in it: store only the token"  # noqa: S105 - a sentence, not a password
URL = "it is a URL"
ASSIGNMENT = "it is a whole line with a name and a token: store only the token"
JSON = "it is JSON with a token in it: store only the token"
BASE64 = "it is a token wrapped in base64: store the token itself"
WITHOUT_PREFIX = "it is a token without its first five characters: store it whole"
AMONG_OTHER_TEXT = "it holds a token among other text: store only the token"
SEVERAL_AMONG_TEXT = "it holds several tokens among other text: store each of them by itself"
REFERENCE = "it looks like a reference that nothing replaced by its value: look at where it is passed on"
MASKED = "it looks like a masked copy from a log"
PRIVATE_KEY = "it is a private key or a certificate"
PASSWORD = "it looks like a password"  # noqa: S105 - a sentence, not a password
CONTROL_CHARACTERS = "it holds control characters, which no token and no typed password has"
SEVERAL_LINES = "it has several lines, and none of them is a token"
TOO_LONG = "it is nothing that is known here, and too long for a password"
