"""The words around names: what introduces one, and what looks like one there and is none (lexicon/names.yml)."""

from __future__ import annotations

import re

from bot.privacy.lexicon import any_of, words

_GAP = r"[\s,:\-\u2013\u2014\"'\u201c\u2018(*]*"
_WORD = r"[^\W\d_][\w'\-]*"
_I_AM = r"(?:i'?m|i\s+am|im|this\s+is|it'?s|its)"


def _before(text: str, gap: str = r"\s+") -> re.Pattern[str]:
    """A cue that ends where the name begins."""
    return re.compile(rf"(?<![\w'])(?:{text}){gap}(?=[^\W\d_])", re.IGNORECASE)


# "my name is", "name:", "client:"
STRONG = _before(
    rf"(?:{any_of('names', 'name_owners')})\s*names?(?:\s+(?:and\s+\w+|here|there|now))?"
    r"\s*(?:is|'?s|was|are|be|=|:|\-|,)?(?:\s+(?:actually|just|really|also|and\s+that|ms|mr|mrs|miss|dr|mx)\.?)?"
    r"|names?\s*(?:is|'?s|was|:|=|\-)|names|name\s+of|signed(?:\s+by)?"
    r"|speak(?:ing)?\s+(?:to|with)\s+(?:a\s+)?(?:mr|mrs|ms)\.?"
    r"|name\s+on\s+(?:the\s+|my\s+)?(?:card|file|account|policy)\s*(?:is|:)?"
    rf"|(?:{any_of('names', 'labels')})\s*(?:name)?\s*:|me\s+llamo|mi\s+nombre\s+es|se\s+llama|soy",
    _GAP,
)
OWN_NAME = re.compile(r"(?:\b(?:my|his|her)|'s)\s+names?\s*(?:is|'s|:)?\s*$", re.IGNORECASE)
AFTER_CUE = _before(any_of("names", "call_cues") + r"(?:\s+(?:de|la|del|van|von|der))*")
INTRODUCES = _before(
    rf"{_I_AM}|iam|we'?re|we\s+are|that'?s|he\s+is|she\s+is|he'?s|she'?s|here'?s|here\s+is", r"[ \t]+"
)
BESIDE = _before(any_of("names", "beside"), r"[ \t]+")
GREETED = re.compile(
    rf"(?:\A|(?<=[.!?\n]))\s*(?:(?:{any_of('names', 'greetings')})\b"
    rf"[\s,!.\-]*(?:there|all|everyone|team|again|doc(?:tor)?)?[\s,!.\-]*)*{_I_AM}\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
RELATIVE = _before(
    rf"(?:{any_of('names', 'kin')})(?:'?s\s+name)?",
    r"(?:\s*[,(\-\u2013:]\s*|\s+(?:is\s+called\s+|named\s+|called\s+|\()?)",
)
TITLE = _before(any_of("names", "titles"), r"\.?[ \t]+")
# "jo here", "this is jo speaking"
SPEAKING = re.compile(
    rf"(?:(?<![\w'])(?:this\s+is|it'?s|its)\s+)?(?<![\w'@.])(?P<name>{_WORD}(?:[ \t]+{_WORD})?)[ \t]+"
    r"(?:here(?=\s*(?:[,.!?:;\-]|$|\n|again|from|calling|with))|speaking(?=\s*(?:[,.!]|$))|calling|on\s+the\s+line)",
    re.IGNORECASE,
)
_SIGNED = rf"(?P<name>{_WORD})(?:[ \t]+[^\W\d_][\w'.\-]*){{0,2}}\s*[.!]?\s*\Z"
SIGN_OFF = re.compile(
    rf"(?:{any_of('names', 'sign_offs')})"
    r"(?:\s+(?:so\s+much|again|in\s+advance|a\s+lot|you|for\s+your\s+(?:help|time)))?"
    rf"\s*[,.!\-\u2013~\n]+\s*[\-\u2013~]?\s*{_SIGNED}",
    re.IGNORECASE,
)
SIGNATURE = re.compile(rf"\s[\-\u2013\u2014~]{{1,2}}\s?{_SIGNED}", re.IGNORECASE)

# what may follow a name, where other words would go on differently
ENDS_PHRASE = re.compile(
    r"\s*(?:$|[,.!?;:)\n\u2026~]|-\s|(?:and|from|here|but|w|with|i|im|i'm|my|we|calling|again|btw|by the way)\b)",
    re.IGNORECASE,
)
TREATED_AS_NAME = re.compile(
    r"(?:'s)?\s*(?:$|[,.!?;)]|(?:and|is|was|has|had|says|said|wants|doesn'?t|doesnt|isn'?t|thinks|keeps|who|left|"
    r"cheated|works|lives|died|told)\b)",
    re.IGNORECASE,
)
FORMAL_TITLE = re.compile(r"\b(?:mr|mrs|ms|mx|dr|prof|rev)\.?\s+$", re.IGNORECASE)
SAYS = re.compile(
    r" (?:says|said|wants|keeps|thinks|refuses|told|left|cheated|doesn'?t|hates|loves|won'?t)\b", re.IGNORECASE
)
AND_I = re.compile(r" and (?:i|me|my|we)\b", re.IGNORECASE)
CONTRACTION = re.compile(r"'(?:s|m|re|ve|ll|d|t)$")

PLACE_BEFORE = words("names", "place_before")
UNNAMED_BEFORE = words("names", "unnamed_before")
PLACE_AFTER = words("names", "place_after")
PARTICLES = words("names", "particles")
CALENDAR = words("names", "calendar")
NOT_A_NAME = words("names", "not_a_name")
DESCRIBES = words("names", "describes")
MODAL = words("names", "modal")
VERBISH = words("names", "verbish")
DETERMINERS = frozenset("my your our his her their a an the this".split())
GENERATIONS = frozenset(("jr", "sr", "ii", "iii", "iv"))
