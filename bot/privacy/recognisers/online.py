"""E-mail addresses, also as people spell them out to get past filters, and links."""

from __future__ import annotations

import re
from typing import Any, Iterator

import tldextract

from bot.privacy.lexicon import any_of, words
from bot.privacy.recognisers.base import Found, Recogniser, pattern

EMAIL, URL = "EMAIL", "URL"
_ENDINGS, _PROVIDER = any_of("online", "endings"), any_of("online", "providers")
_WORDY, _NOT_MAILBOXES = words("online", "wordy_endings"), words("online", "not_mailboxes")

_AT = r"(?:\s*@\s*|\s*[\(\[\{<]\s*(?:at|@)\s*[\)\]\}>]\s*|\s+at(?:\s+sign)?\s+|\s*_at_\s*|\s*-at-\s*|\s*\|at\|\s*)"
_DOT = (
    r"(?:\s?\.\s?|\s*[\(\[\{<]\s*(?:dot|\.|punto|point)\s*[\)\]\}>]\s*|\s+(?:dot|period|punto)\s+|\s*_dot_\s*|"
    r"\s*-dot-\s*)"
)
_DASH = r"\s+(?:underscore|dash|hyphen|minus|plus)\s+"
_PART = r"[^\W_](?:[\w\-]*[^\W_])?"  # of a domain; accents too
_MAILBOX = r"(?<![\w.+\-])[\w.+\-]*\w"

_WRITTEN = (
    re.compile(
        rf"(?<![\w.+\-])[\w.!\#$%&'*+/=?^`{{|}}~\-]*[\w+\-]@{_PART}(?:\.{_PART})*\.[^\W\d_]{{2,24}}(?![\w@])",
        re.IGNORECASE,
    ),
    re.compile(  # without its ending
        rf"{_MAILBOX}@(?:gmail|yahoo|hotmail|outlook|icloud|aol|proton(?:mail)?|live|msn|me)\b(?!\.\w)", re.IGNORECASE
    ),
)
# john dot smith at gmail dot com; j (at) x (dot) org; john.smith at mail.example.com; a @ b . com
_SPELLED = re.compile(
    rf"{_MAILBOX}(?:(?:{_DOT}|{_DASH})[\w+\-]+|[ ]\d{{1,4}}){{0,5}}(?P<at>{_AT})"
    rf"{_PART}(?:(?:{_DOT}|\s+(?:dash|hyphen)\s+){_PART}){{0,3}}?{_DOT}(?:{_ENDINGS}|co\s?{_DOT}\s?uk)(?!\w)",
    re.IGNORECASE,
)
_SPELLED_PROVIDER = re.compile(  # john smith at gmail
    rf"{_MAILBOX}(?:(?:\s+dot\s+|{_DASH})[\w+\-]+){{0,4}}{_AT}(?:{_PROVIDER})"
    r"(?:\s*(?:\.|dot)?\s*(?:com|net|org|edu))?(?!\w)",
    re.IGNORECASE,
)
_EMAIL_CUE = pattern(
    r"\b(?:e-?mails?|mail|address|reach|contact|write|send|it'?s|is|adress|inbox)\b\W*(?:\w+\W+){0,4}$"
)
_LEAD_IN = re.compile(r"(?:(?:is|its|it's|email|mail|me|at|to|my)\s*[:.]\s+)+", re.IGNORECASE)
_SPELLED_ENDING = re.compile(rf"\bdot\b|[(\[{{]|\s\.|(?:{_PROVIDER})", re.IGNORECASE)
_SURE_MAILBOX = re.compile(r"[\d._]|underscore|\bdot\b", re.IGNORECASE)

_LINK = re.compile(
    r"(?<![\w@])(?:(?:h(?:tt|xx)ps?|ftp)\s?:\s?/\s?/\s?|www\.)[^\s<>\"\u201c\u201d]+", re.IGNORECASE
)
_DOMAIN = re.compile(
    rf"(?<![\w@.\-])(?:{_PART}\.)+(?:[^\W\d_]{{2,24}})(?::\d{{2,5}})?(?:[/?\#][^\s<>\"]*)?(?![\w@])", re.IGNORECASE
)
_SPELLED_DOMAIN = re.compile(
    rf"(?<![\w@.\-])(?:www\s+dot\s+)?{_PART}(?:\s+dot\s+{_PART}){{0,3}}\s+"
    r"(?:dot\s+(?:com|org|net|edu|io|info|co|me|us|biz)|\(dot\)\s*\w+)(?:\s+slash\s+[\w\-]+){0,3}(?!\w)",
    re.IGNORECASE,
)
_SITE_CUE = pattern(
    r"\b(?:site|website|web|link|url|page|profile|blog|domain|at|on|visit|see|check|listing|read)\b\W*(?:\w+\W+){0,3}$"
)
_FILE = re.compile(r"\.(?:js|py|md|sh|pl|zip|mov|so|rs|cc|ps|ai)$", re.IGNORECASE)


class OnlineRecogniser(Recogniser):
    """E-mail addresses and links."""

    KINDS = (EMAIL, URL)

    def __init__(self) -> None:
        super().__init__()
        # the list of endings inside the package: the default would fetch a newer one
        self._suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        self._suffixes("example.com")  # reads the list now, not at a visitor's first message

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """All of them; a link inside an e-mail address gives way to it."""
        lower = text.lower()
        if "at" in lower or "@" in text:
            yield from _emails(text)
        if "." in text or "dot" in lower or "://" in text:
            yield from self._links(text)

    def _links(self, text: str) -> Iterator[Found]:
        for match in _LINK.finditer(text):
            yield Found(match.start(), match.start() + len(_trimmed(match[0])), URL, 0.9)
        for match in _SPELLED_DOMAIN.finditer(text):
            yield Found(*match.span(), URL, 0.7)
        for match in _DOMAIN.finditer(text):
            found = _trimmed(match[0])
            if self._is_site(found, text, match.start()):
                yield Found(match.start(), match.start() + len(found), URL, 0.75)

    def _is_site(self, found: str, text: str, start: int) -> bool:
        host = re.split(r"[:/?#]", found, maxsplit=1)[0]
        parts = self._suffixes(host)
        if not parts.suffix or not parts.domain:
            return False
        if "/" in found:
            return True
        if len(parts.domain) < 2:
            return False
        if _FILE.search(host):
            return False
        if parts.suffix.lower().rsplit(".", 1)[-1] not in _WORDY:
            return True
        # a sentence without a space after its full stop is no site
        cued = _SITE_CUE.search(text[max(0, start - 30) : start]) is not None
        return host == host.lower() and (cued or re.search(r"-|[a-z]\d", parts.domain) is not None)


def _emails(text: str) -> Iterator[Found]:
    for pattern_ in _WRITTEN:
        for match in pattern_.finditer(text):
            yield Found(*match.span(), EMAIL, 1.0)
    for match in _SPELLED.finditer(text):
        if _is_address(match, text):
            yield Found(_begin(match), match.end(), EMAIL, 0.95)
    for match in _SPELLED_PROVIDER.finditer(text):
        if _is_mailbox(match[0]):
            yield Found(_begin(match), match.end(), EMAIL, 0.9)


def _is_address(match: re.Match[str], text: str) -> bool:
    """ "look at example.com" is none: a bare "at" needs a spelled ending, a mailbox that looks like one, or a cue."""
    if not re.fullmatch(r"\s+at\s+", match["at"], re.IGNORECASE):
        return True
    local, ending = text[match.start() : match.start("at")], text[match.end("at") : match.end()]
    if _is_mailbox(local) and (_SPELLED_ENDING.search(ending) or _SURE_MAILBOX.search(local)):
        return True
    begin = _begin(match)
    return _EMAIL_CUE.search(text[max(0, begin - 30) : begin]) is not None


def _is_mailbox(text: str) -> bool:
    return re.split(r"[\s@(\[]", text.strip(), maxsplit=1)[0].lower() not in _NOT_MAILBOXES


def _begin(match: re.Match[str]) -> int:
    """Without "is" or "email" when the pattern took it for the first part: "it's . jay at x dot com"."""
    lead = _LEAD_IN.match(match[0])
    return match.start() + (lead.end() if lead else 0)


def _trimmed(link: str) -> str:
    """Without the punctuation of the sentence around it."""
    link = re.sub(r"[.,;:!?'\"*]+$", "", link)
    while link.endswith((")", "]")) and link.count(")") + link.count("]") > link.count("(") + link.count("["):
        link = re.sub(r"[.,;:!?'\"]+$", "", link[:-1])
    return link
