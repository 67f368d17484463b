"""E-mail addresses, links and handles, also as people spell them out to get past filters."""

from __future__ import annotations

import re
from typing import Any, Iterator

import tldextract

from bot.privacy.lexicon import Lexicon
from bot.privacy.recognisers.base import Found, Recogniser, pattern

EMAIL, URL, HANDLE = "EMAIL", "URL", "HANDLE"
_WIDESPREAD = (
    "com|org|net|edu|gov|mil|info|biz|io|co|ai|app|dev|me|us|uk|ca|de|fr|es|it|nl|ru|in|au|jp|br|mx|eu|ch|se|no|pl|ir|tv|xyz|"
    "online|site|shop|blog|club|page|tech|cloud|health|care|life|email|mail|example|test|invalid|local|photos|link"
)
_AT = r"(?:\s*@\s*|\s*[\(\[\{<]\s*(?:at|@)\s*[\)\]\}>]\s*|\s+at(?:\s+sign)?\s+|\s*_at_\s*|\s*-at-\s*|\s*\|at\|\s*)"
_DOT = r"(?:\s?\.\s?|\s*[\(\[\{<]\s*(?:dot|\.|punto|point)\s*[\)\]\}>]\s*|\s+(?:dot|period|punto)\s+|\s*_dot_\s*|\s*-dot-\s*)"
_LOCAL = r"[\w.!\#$%&'*+/=?^`{|}~\-]*[\w+\-]"
_NAME = r"[^\W_](?:[\w\-]*[^\W_])?"  # a part of a domain, accents too

_EMAIL = re.compile(rf"(?<![\w.+\-]){_LOCAL}@{_NAME}(?:\.{_NAME})*\.[^\W\d_]{{2,24}}(?![\w@])", re.IGNORECASE)
_EMAIL_CUT = re.compile(r"(?<![\w.+\-])[\w.+\-]*\w@(?:gmail|yahoo|hotmail|outlook|icloud|aol|proton(?:mail)?|live|msn|me)\b(?!\.\w)", re.IGNORECASE)
# john dot smith at gmail dot com; j (at) x (dot) org; john.smith at mail.example.com; a @ b . com
_SPELLED = re.compile(
    rf"""(?<![\w.+\-])
    [\w.+\-]*\w(?:(?:{_DOT.replace(" ", "[ ]")}|\s+(?:underscore|dash|hyphen|minus|plus)\s+)[\w+\-]+){{0,5}}
    (?P<at>{_AT.replace(" ", "[ ]")})
    {_NAME}(?:(?:{_DOT}|\s+(?:dash|hyphen)\s+){_NAME}){{0,3}}?
    {_DOT}(?:{_WIDESPREAD}|co\s?{_DOT}\s?uk)(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
_PROVIDER = r"(?:gmail|g\s?mail|yahoo|hotmail|outlook|icloud|i\s?cloud|aol|proton\s?mail|proton|fastmail|comcast|msn|live|ymail|me|mac|gmx|zoho|sbcglobal|att|verizon)"
_SAYABLE = _PROVIDER.replace("|live|ymail|me|mac|", "|ymail|")  # "mad at me" is no mailbox
_SPELLED_CUT = re.compile(  # john smith at gmail; j dot s at gmail com
    rf"(?<![\w.+\-])[\w.+\-]*\w(?:\s+(?:dot|underscore|dash|hyphen)\s+[\w+\-]+){{0,4}}"
    rf"(?:{_AT}){_SAYABLE}(?:\s*(?:\.|dot)?\s*(?:com|net|org|edu))?(?!\w)",
    re.IGNORECASE,
)
_EMAIL_CUE = pattern(r"\b(?:e-?mails?|mail|address|reach|contact|write|send|it'?s|is|adress|inbox)\b\W*(?:\w+\W+){0,4}$")

_LINK = re.compile(r"(?<![\w@])(?:(?:h(?:tt|xx)ps?|ftp)\s?:\s?/\s?/\s?|www\.)[^\s<>\"\u201c\u201d]+", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"(?<![\w@.\-])(?:{_NAME}\.)+(?:[^\W\d_]{{2,24}})(?::\d{{2,5}})?(?:[/?\#][^\s<>\"]*)?(?![\w@])", re.IGNORECASE
)
_SPELLED_DOMAIN = re.compile(
    rf"(?<![\w@.\-])(?:www\s+dot\s+)?{_NAME}(?:\s+dot\s+{_NAME}){{0,3}}\s+(?:dot\s+(?:com|org|net|edu|io|info|co|me|us|biz)|\(dot\)\s*\w+)(?:\s+slash\s+[\w\-]+){{0,3}}(?!\w)",
    re.IGNORECASE,
)
_WORDY = {  # endings that a missing space after a full stop makes: "ok.so", "it.is", "sex.is"
    "me", "us", "in", "it", "is", "so", "no", "to", "at", "be", "my", "am", "as", "do", "by", "how", "here", "now", "love", "sex", "help",
    "life", "care", "health", "men", "one", "more", "work", "world", "live", "like", "can", "family", "dating", "call", "date", "best",
    "free", "fun", "gay", "baby", "kids", "you", "next", "open", "place", "plus", "red", "run", "safe", "sale", "save", "school", "show",
    "site", "star", "talk", "team", "tips", "today", "top", "win", "wow", "yes", "zero", "hot", "man", "new", "page", "hair", "bar", "ms",
    "mr", "dr", "la", "et", "de", "vs", "st", "id", "ad", "cam", "rest", "group", "ing", "day", "boo", "off", "and", "she", "black", "cool",
    "chat", "bet", "blue", "case", "center", "contact", "game", "gift", "girl", "guide", "home", "house", "link", "moda", "mom", "pub",
    "se", "re", "sh", "pm", "ai", "ma", "pa", "ya", "ok", "fm", "tv", "fit", "ist", "die", "able", "broker", "meet", "moi", "rip", "fail",
    "sucks", "wtf", "porn", "adult", "sexy", "church", "faith", "mobi", "name", "na", "mp", "sc", "ml", "hm", "gd", "cc", "lol",
}  # fmt: skip
_SITE_CUE = pattern(r"\b(?:site|website|web|link|url|page|profile|blog|domain|at|on|visit|see|check|listing|read)\b\W*(?:\w+\W+){0,3}$")
_FILE = re.compile(r"\.(?:js|py|md|sh|pl|zip|mov|so|rs|cc|ps|ai)$", re.IGNORECASE)

_MENTION = re.compile(r"(?<![\w@.\-+/])@(?=[\w.]*[A-Za-z])[A-Za-z0-9_](?:[\w.\-]{0,38}\w)?(?![\w@])")
_NETWORK = (
    r"insta(?:gram)?|ig|snap(?:chat)?|sc|twitter|x|tik\s?tok|tt|telegram|tg|discord|whats\s?app|wechat|we\s?chat|kik|signal|skype|"
    r"reddit|venmo|cash\s?app|zelle|paypal|facebook|fb|messenger|threads|linkedin|line|twitch|bumble|hinge|fetlife|feeld|grindr|steam|psn|xbox|"
    r"tumblr|viber|kakao(?:talk)?|onlyfans|bluesky|mastodon"
)
_HANDLE = r"(?P<handle>@?(?=[\w.\-]*[A-Za-z])[A-Za-z0-9_](?:[\w.\-]{1,38}[\w])(?:\#\d{3,4})?)"
_NAMED = re.compile(  # my insta is jay_88; snap: jay88; add me on telegram jay_88; ig handle = jay
    rf"(?<!\w)(?P<network>{_NETWORK})(?:\s+(?:handle|name|id|user|username|user\s+name|account|acct|profile|tag))?"
    rf"(?:\s*(?P<link>\bis|\bare|'s|\bwas|:|=|\s-|\u2013|@|\bunder|\bas)\s*|\s+)(?:called\s+|at\s+|just\s+|under\s+)?{_HANDLE}(?![\w@])",
    re.IGNORECASE,
)
_ON = re.compile(rf"(?<!\w)(?:on|via)\s+(?P<network>{_NETWORK})\s*[,:\-]?\s+(?:as\s+|at\s+|under\s+|it'?s\s+|i'?m\s+|@\s?)?{_HANDLE}(?![\w@])", re.IGNORECASE)
_USER = re.compile(
    rf"(?<!\w)(?:user\s?names?|handles?|screen\s?name|user\s+id|login|nick(?:name)?|gamertag|@\s?name|dm\s+me\s+(?:at|on)|add\s+me\s*(?::|at|under|as)|"
    rf"follow\s+me\s+(?:at|on)|find\s+me\s+(?:at|as|under)|i\s+post\s+as|(?:i'?m|am|it'?s)\s+u/|u/(?=\w))\s*(?:\s+(?:is|are|on\s+there\s+is)\s+|'s\s+|:\s*|=\s*|-\s+)?"
    rf"(?:called\s+)?{_HANDLE}(?![\w@])",
    re.IGNORECASE,
)
_ODD = re.compile(r"[\d_.#]|[a-z][A-Z]|^@|-")
_REDDIT = re.compile(r"(?<![\w/])/?u/[\w\-]{2,30}", re.IGNORECASE)
_DISCORD = re.compile(r"(?<![\w#])[A-Za-z][\w.]{1,31}#\d{4}(?!\d)")


class OnlineRecogniser(Recogniser):
    """E-mail addresses, links, handles."""

    KINDS = (EMAIL, URL, HANDLE)

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon
        # the list of endings inside the package: the default would fetch a newer one
        self._suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
        self._suffixes("example.com")  # reads the list now, not at a visitor's first message

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """All of them; a link inside an e-mail address is not told apart."""
        lower = text.lower()
        if "@" in text or " at" in lower or "dot" in lower or "(" in text or "[" in text or "at_" in lower or "at-" in lower:
            yield from _emails(text)
        if "." in text or "dot" in lower or "://" in text:
            yield from self._links(text)
        yield from self._handles(text)

    def _handles(self, text: str) -> Iterator[Found]:
        for pattern_, score in ((_MENTION, 0.7), (_REDDIT, 0.75), (_DISCORD, 0.75)):
            for match in pattern_.finditer(text):
                yield Found(*match.span(), HANDLE, score)
        for pattern_ in (_NAMED, _ON, _USER):
            for match in pattern_.finditer(text):
                handle = match["handle"]
                linked = pattern_ is not _ON and match.groupdict().get("link", "user")
                made_up = linked and not self._lexicon.is_ordinary(handle.lower())
                if _ODD.search(handle.rstrip("-")) or made_up:
                    yield Found(*match.span("handle"), HANDLE, 0.7)

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
        host, _, path = re.split(r"[:/?#]", found, maxsplit=1)[0], "", found
        parts = self._suffixes(host)
        if not parts.suffix or not parts.domain or len(parts.domain) < 2:
            return False
        ending = parts.suffix.lower().rsplit(".", 1)[-1]
        has_path = "/" in path
        if not has_path and _FILE.search(host):
            return False
        if ending in _WORDY and not has_path:  # a sentence without a space after its full stop is no site
            return host == host.lower() and (
                _SITE_CUE.search(text[max(0, start - 30) : start]) is not None or bool(re.search(r"[\d\-]", parts.domain))
            )
        return True


def _emails(text: str) -> Iterator[Found]:
    for pattern_ in (_EMAIL, _EMAIL_CUT):
        for match in pattern_.finditer(text):
            yield Found(*match.span(), EMAIL, 1.0)
    for match in _SPELLED.finditer(text):
        start = _without_lead_in(match[0], match.start())
        # "look at example.com" is no address: a bare " at " needs a spelled dot, a provider, or a cue
        plain = re.fullmatch(r"\s+at\s+", match["at"], re.IGNORECASE)
        ending = match[0][match.end("at") - match.start() :]
        spelled = re.search(r"(?i)\bdot\b|[(\[{]|\s\.", ending) or re.search(rf"(?i){_PROVIDER}", ending)
        local = match[0][: match.start("at") - match.start()]
        sure = re.search(r"[\d._]|underscore|\bdot\b", local) is not None
        if not plain or (spelled and _is_mailbox(local)) or (sure and _is_mailbox(local)) or _EMAIL_CUE.search(text[max(0, start - 30) : start]):
            yield Found(start, match.end(), EMAIL, 0.95)
    for match in _SPELLED_CUT.finditer(text):
        start = _without_lead_in(match[0], match.start())
        if _is_mailbox(match[0]):
            yield Found(start, match.end(), EMAIL, 0.9)


_VERBS = {"look", "am", "is", "are", "me", "was", "work", "works", "working", "here", "there", "good", "bad", "it", "be", "us", "you", "that", "this",
          "not", "him", "her", "them", "stay", "arrive", "all", "live", "meet", "worked", "looking", "looked", "link", "website", "site", "up", "out",
          "book", "booked", "read", "saw", "found", "account", "email", "mail"}  # fmt: skip


def _is_mailbox(text: str) -> bool:
    return re.split(r"[\s@(\[]", text.strip(), maxsplit=1)[0].lower() not in _VERBS


def _without_lead_in(found: str, start: int) -> int:
    """Leaves out "is" or "email" when the pattern took it for the first part: "it's . jay at x dot com"."""
    lead = re.match(r"(?:(?:is|its|it's|email|mail|me|at|to|my)\s*[:.]\s+)+", found, re.IGNORECASE)
    return start + (lead.end() if lead else 0)


def _trimmed(link: str) -> str:
    link = re.sub(r"[.,;:!?'\"\u2019*]+$", "", link)
    while link.endswith((")", "]")) and link.count(")") + link.count("]") > link.count("(") + link.count("["):
        link = re.sub(r"[.,;:!?'\"]+$", "", link[:-1])
    return link

