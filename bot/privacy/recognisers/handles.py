"""Handles in networks: @name, u/name, "my insta is name"."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.privacy.lexicon import Lexicon, any_of
from bot.privacy.recognisers.base import Found, Recogniser

HANDLE = "HANDLE"
_NETWORK = any_of("online", "networks")
_NAME = r"(?P<handle>(?:@|\$|live:)?(?=[\w.\-]*[A-Za-z])[A-Za-z0-9_](?:[\w.\-]{1,38}[\w])(?:\#\d{3,4})?)(?![\w@])"

_MENTION = re.compile(r"(?<![\w@.\-+/])@(?=[\w.]*[A-Za-z])[A-Za-z0-9_](?:[\w.\-]{0,38}\w)?(?![\w@])")
_REDDIT = re.compile(r"(?<![\w/])/?u/[\w\-]{2,30}", re.IGNORECASE)
_DISCORD = re.compile(r"(?<![\w#])[A-Za-z][\w.]{1,31}#\d{4}(?!\d)")
_NAMED = re.compile(  # my insta is jay_88; snap: jay88; ig handle = jay; wechat jay_88
    rf"(?<!\w)(?:{_NETWORK})(?:\s+(?:me|handle|name|id|user|username|user\s+name|account|acct|profile|tag))?"
    r"(?:\s*(?P<link>\bis|\bare|'s|\bwas|:|=|\s-|\u2013|@|\bunder|\bas)\s*|\s+)(?:called\s+|at\s+|just\s+|under\s+)?"
    rf"{_NAME}",
    re.IGNORECASE,
)
_ON = re.compile(  # add me on telegram jay_88
    rf"(?<!\w)(?:on|via)\s+(?:{_NETWORK})\s*[,:\-]?\s+(?:as\s+|at\s+|under\s+|it'?s\s+|i'?m\s+|@\s?)?{_NAME}",
    re.IGNORECASE,
)
_USER = re.compile(  # my username is jay88
    r"(?<!\w)(?:user\s?names?|handles?|screen\s?name|user\s+id|login|nick(?:name)?|gamertag|@\s?name|"
    r"dm\s+me\s+(?:at|on)|"
    r"add\s+me\s*(?::|at|under|as)|follow\s+me\s+(?:at|on)|find\s+me\s+(?:at|as|under)|i\s+post\s+as|"
    r"(?:i'?m|am|it'?s)\s+u/|u/(?=\w))\s*(?P<link>\s+(?:is|are|on\s+there\s+is)\s+|'s\s+|:\s*|=\s*|-\s+)?"
    rf"(?:called\s+)?{_NAME}",
    re.IGNORECASE,
)
_ODD = re.compile(r"[\d_.#:$]|[a-z][A-Z]|^@|-")


class HandleRecogniser(Recogniser):
    """A handle behind its network needs to look made up: "my insta is private" names none."""

    KINDS = (HANDLE,)

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """The handles, with their @ or u/."""
        for pattern in (_MENTION, _REDDIT, _DISCORD):
            for match in pattern.finditer(text):
                yield Found(*match.span(), HANDLE, 0.7)
        for pattern in (_NAMED, _ON, _USER):
            for match in pattern.finditer(text):
                handle = match["handle"]
                linked = pattern is _USER or (pattern is _NAMED and match["link"])
                if _ODD.search(handle) or (linked and not self._lexicon.is_ordinary(handle.lower())):
                    yield Found(*match.span("handle"), HANDLE, 0.7)
