"""Phone numbers, social security numbers and cards, written in digits."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.privacy.recognisers.base import Found, Recogniser, cued, pattern

PHONE, SSN, CARD = "PHONE", "SSN", "CARD"

_OTHER_NUMBERS = (
    "order case policy claim member tracking invoice account group reference confirmation ticket id ref card license "
    "room serial flight model security routing"
)
_OTHER_NUMBER = re.compile(
    rf"\b(?:{'|'.join(_OTHER_NUMBERS.split())})\s*(?:number|num|no|nr|code|id)?\W*(?:is\W+)?$", re.IGNORECASE
)
_NOT_A_PHONE = "".join(rf"(?<!{word}\s)" for word in _OTHER_NUMBERS.split())  # "order number 20231188"
PHONE_CUE = pattern(
    _NOT_A_PHONE + r"""\b(?:phone|cell|cel|mobile|mob|telephone|tel|number|numbers|nbr|num|digits|
    call(?:ed|ing|s)?|ring|dial(?:ed)?|phoned|text(?:ed)?|txt|sms|reach(?:ed)?|whats\s?app|fax|
    contact|landline|line|ph|voice\s?mail|vm|signal|viber|home|work|office|extension)\b"""
)
SSN_CUE = pattern(
    r"\b(?:ssn|ss\s?n|social|socials|soc\.?\ssec|social\s?sec(?:urity)?|ss|itin|tax\s?id|taxpayer)\b|\bss\#"
)
CARD_CUE = pattern(
    r"""\b(?:card|cards|visa|master\s?card|mc|amex|american\sexpress|discover|debit|credit|cc|charge|
    payment|fsa|hsa|iban|account|acct|routing)\b"""
)
_GAP = r"[\s.\-/_]{0,3}"
_EXTENSION = r"(?:[\s,]{0,2}(?:x|ext\.?|extension)[\s.:]?\s?\d{1,6})?"
_NORTH_AMERICAN = re.compile(
    rf"(?<![\d$€£])(?:\(?(?:\+|00|011)?[\s\-.]?1\)?{_GAP})?"
    rf"(?:\(\s?\d{{3}}\s?\)|[\[{{]\d{{3}}[\]}}]|\d{{3}}){_GAP}\d{{3}}{_GAP}\d{{4}}{_EXTENSION}(?![\d%])",
    re.IGNORECASE,
)
_ODDLY_APART = re.compile(r"(?<!\d)[2-9]\d{2}(?P<gap>[\s.\-/_*|:,x]{1,5})[2-9]\d{2}(?P=gap)\d{4}(?!\d)", re.IGNORECASE)
_SAID_AFTER = re.compile(
    r"\W{0,3}\s*(?:(?:is|was|=)\s+)?(?:(?:my|the|his|her|our|a)\s+)?"
    r"(?:cell|mobile|number|phone|whats\s?app|landline|home\s+(?:number|phone)|work\s+(?:number|phone)|direct\s+line)\b",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    rf"(?<![\d$€£.\-/])\d{{3}}\s?-\s?\d{{4}}{_EXTENSION}(?![\d\-/%])"
    r"|(?<![\d$€£.\-/])\d{3}[. ]?\d{4}(?![\d\-/%]|\.\d)"
)
_ABROAD = re.compile(
    r"(?<![\w+])(?:\+|00(?=[1-9]))\s?\(?\d{1,3}\)?(?:[\s.\-/()]{0,3}\d){6,13}(?!\d)" + _EXTENSION, re.IGNORECASE
)
_RUN = re.compile(r"(?<![\w$€£.,:])\(?\d(?:[\s.\-/()]{0,2}\d){6,14}(?![\d%:]|[\s.\-]?\d)")
_APART = re.compile(r"(?<![\d.,])\d(?:[\s.\-,]{1,3}\d(?!\d)){6,18}(?!\d)")
_SSN = re.compile(r"(?<![\d\-$€£.])\d{3}([\s.\-/]{1,3})\d{2}[\s.\-/]{1,3}\d{4}(?![\d\-]|\.\d)")
_NINE = re.compile(r"(?<![\d\-$€£.])\d(?:[\s.\-]{0,3}\d){8}(?![\d\-]|\.\d)")
_LAST_FOUR = re.compile(r"(?<![\d\-/$€£.])\d{4}(?![\d\-/:%]|\.\d)")
_LAST_FOUR_CUE = re.compile(r"\b(?:last\s+(?:four|4)|ends?\s+(?:in|with)|ending\s+(?:in|with)?)\b", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d$€£])\d(?:[\s.\-_/]{0,3}\d){11,27}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,3})?\b")
_DATE = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-](?:\d{4}|\d{2})|\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}")
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d")


class NumberRecogniser(Recogniser):
    """Digits in groups. A card needs Luhn or a cue; nine digits or four need a cue to be an SSN."""

    KINDS = (PHONE, SSN, CARD)

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """Cards, SSNs and phones."""
        if sum(c.isdigit() for c in text) < 3:
            return
        text = plain_digits(text)
        yield from _cards(text)
        yield from _ssns(text)
        yield from _phones(text)


def plain_digits(text: str) -> str:
    """The text, as long as before, with letters that stand for digits as digits: 65O-555-O142."""
    text = re.sub(r"(?<=\d)[oO](?=[\doO\s.\-()/]|$)|(?<![A-Za-z])[oO](?=\d)|(?<=[\d][\-. ])[oO](?=\d)", "0", text)
    text = re.sub(r"(?<=\d)[lI|](?=\d)", "1", text)
    return re.sub("[\u2010-\u2015\u2212\u00b7\u2022~\u2043\u2027]", "-", text)


def digits(text: str) -> str:
    """The digits alone."""
    return re.sub(r"\D", "", text)


def luhn(number: str) -> bool:
    """The check digit of payment cards."""
    doubled = [int(d) for d in reversed(number)]
    doubled[1::2] = [d * 2 - 9 if d > 4 else d * 2 for d in doubled[1::2]]
    return sum(doubled) % 10 == 0 and len(set(number)) > 1


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        span = _checked(match)
        if span is None and 12 <= len(digits(match[0])) <= 19 and cued(CARD_CUE, text, match.start()):
            span = match.span()
        if span:
            yield Found(*span, CARD, 1.0)
    for match in _IBAN.finditer(text):
        if sum(c.isdigit() for c in match[0]) >= 10:
            yield Found(*match.span(), CARD, 0.9)


def _checked(run: re.Match[str]) -> tuple[int, int] | None:
    """The longest stretch of whole groups that has a card's length and check digit: an expiry date may follow."""
    groups = [(m.start() + run.start(), m.end() + run.start()) for m in re.finditer(r"\d+", run[0])]
    for first in range(len(groups)):
        for last in range(len(groups), first, -1):
            number = digits(run.string[groups[first][0] : groups[last - 1][1]])
            if 13 <= len(number) <= 19 and number[0] in "23456" and luhn(number):
                return groups[first][0], groups[last - 1][1]
    return None


def _ssns(text: str) -> Iterator[Found]:
    for match in _SSN.finditer(text):
        number = digits(match[0])
        usual = number[:3] not in ("000", "666") and number[3:5] != "00" and number[5:] != "0000"
        if usual or cued(SSN_CUE, text, match.start()):
            yield Found(*match.span(), SSN, 0.95)
    for match in _NINE.finditer(text):
        if cued(SSN_CUE, text, match.start()) or cued(_LAST_FOUR_CUE, text, match.start()):
            yield Found(*match.span(), SSN, 0.95)
    for match in _LAST_FOUR.finditer(text):
        if cued(SSN_CUE, text, match.start(), 45) and cued(_LAST_FOUR_CUE, text, match.start(), 45):
            yield Found(*match.span(), SSN, 0.9)


def _phones(text: str) -> Iterator[Found]:
    for match in _NORTH_AMERICAN.finditer(text):
        number = digits(re.split(r"(?i)[x,]|ext", match[0])[0])
        grouped = re.search(r"\d[^\d]+\d{3}[^\d]+\d{4}|\)\s?\d{3}", match[0]) is not None
        national = number[-10:]
        if not grouped and _OTHER_NUMBER.search(text[max(0, match.start() - 40) : match.start()]):
            continue
        if grouped or (national[0] not in "01" and national[3] not in "01") or cued(PHONE_CUE, text, match.start()):
            yield Found(*match.span(), PHONE, 0.85)
    for match in _ODDLY_APART.finditer(text):
        yield Found(*match.span(), PHONE, 0.7)
    for match in _LOCAL.finditer(text):
        sure = re.fullmatch(r"(?i)[2-9]\d\d\s?-\s?\d{4}.*", match[0]) and not _YEARS.match(match[0])
        if sure or cued(PHONE_CUE, text, match.start(), 30) or _SAID_AFTER.match(text, match.end()):
            yield Found(*match.span(), PHONE, 0.7)
    for match in _ABROAD.finditer(text):
        yield Found(*match.span(), PHONE, 0.85)
    for pattern_ in (_RUN, _APART):
        for match in pattern_.finditer(text):
            count = len(digits(match[0]))
            groups = len(re.findall(r"\d+", match[0]))
            apart = (count == 10 and match[0][0] not in "01" and groups >= 3) or (
                count in (10, 11) and match[0].lstrip("(")[0] == "0" and groups >= 2
            )
            # the answer to "what is your number"
            alone = match[0] == text.strip() and len(set(match[0])) > 3 and match[0] not in "0123456789"
            said = cued(PHONE_CUE, text, match.start()) or _SAID_AFTER.match(text, match.end())
            if not _is_date(match[0]) and count <= 15 and (apart or alone or said):
                yield Found(*match.span(), PHONE, 0.7)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text.strip("( )")) is not None or _YEARS.fullmatch(text) is not None
