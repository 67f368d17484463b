"""Street addresses, as forms and as chats write them. A town alone is no address: it helps to understand a question."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.privacy.lexicon import any_of
from bot.privacy.recognisers.base import Found, Recogniser, cued

ADDRESS = "ADDRESS"
_SURE, _OTHER = any_of("places", "sure_streets"), any_of("places", "other_streets")
_STATES, _CODES, _TOWNS = any_of("places", "states"), any_of("places", "state_codes"), any_of("places", "towns")
_CUES, _FILLERS = any_of("places", "address_cues"), any_of("places", "address_fillers")

# the parts of a street
_DIRECTION = r"(?:n|s|e|w|ne|nw|se|sw|north|south|east|west|northeast|northwest|southeast|southwest)\.?"
_WORD = rf"(?!(?:{any_of('places', 'not_in_streets')})\b)(?:\d{{1,3}}(?:st|nd|rd|th)|[^\W\d_][\w'.\-]*)"
_FLAT = r"(?:(?<!\w)(?:flat|apt|apartment|unit|suite|ste)\.?\s*\#?\s*\w{1,5},\s*)?"
_NUMBER = _FLAT + r"(?<![\w$€£#/.,:\-])\d{1,6}(?:-\d{1,5})?\s?(?:[a-h](?=\s)|1/2)?"
_DIGIT_WORD = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|oh"
)
_START = rf"{_NUMBER}\s+(?:{_DIRECTION}\s+)?"
_SIDE_OF_TOWN = rf"(?:\s+{_DIRECTION}(?!\w))?"

# what follows a street: unit, town, state, ZIP
_GAP = r"[\s,]{0,3}(?:\n\s*)?"
_ZIP = r"\d{5}(?:\s?-\s?\d{4})?(?!\d)"
_UNIT = (
    r"(?:(?:apt|apartment|apmt|unit|suite|ste|room|rm|floor|fl|building|bldg|lot|space|spc|trailer|condo|penthouse|ph|"
    r"no|number|num)\b\.?\s*\#?\s*(?:[a-z]?\d+[\w\-]*|[a-z](?!\w))|\#\s?[a-z]?\d*[\w\-]*\w|\d+(?:st|nd|rd|th)\s+floor|"
    r"[a-z]?\d{1,4}[a-z](?!\w))"
)
_CODE_CLOSED = rf"(?:{_CODES})(?:\s*,?\s*\d{{5}}|[\s.,!?]*$|[.,!?])"
_TOWN = (  # one we know, or any before its state or ZIP
    rf"(?:(?:{_TOWNS})(?!\w)|[^\W\d_][\w'.\-]*(?:[ ][^\W\d_][\w'.\-]*){{0,3}}"
    rf"(?=[\s,]{{1,3}}(?:(?:{_STATES})(?!\w)|{_CODE_CLOSED}|{_ZIP}))"
    r"|(?<=,[ ])(?-i:[A-Z][a-z]+(?:[ ][A-Z][a-z]+)?)(?=[ ]*(?:$|[,;\n])))"
)
_STATE = (
    rf"(?:(?-i:{_CODES.upper()})(?!\w)|(?:{_STATES}|(?:{_CODES})\.?(?=\s*,?\s*\d{{5}}|\W*$|[.,;!?)]))(?!\w))"
)
_TAIL = (
    rf"(?:{_GAP}{_UNIT})?(?:{_GAP}(?:in\s+(?=[^.\n]{{2,40}}\d{{5}}))?{_TOWN})?(?:{_GAP}{_STATE})?(?:{_GAP}{_ZIP})?"
    rf"(?:{_GAP}(?:usa?|united\s+states)(?!\w))?"
)


def _compiled(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_PLAIN = (
    _compiled(_START, rf"(?:{_WORD}[ ]+){{1,4}}?(?:{_SURE})(?!\w)\.?", _SIDE_OF_TOWN, _TAIL),  # 12 Elm Street
    _compiled(  # 900 Highway 9
        _START,
        r"(?:highway|hwy|route|rte|county\s+road|cr|interstate|state\s+route|avenue|ave|calle|rue)\s+",
        r"(?:\d+|[a-z](?!\w)|[A-Z]\w+)",
        _TAIL,
    ),
    _compiled(  # 2100 El Camino Real, 77 Broadway
        _START,
        r"(?:(?:the\s+)?(?:el\s+camino(?:\s+real)?|broadway|embarcadero|alameda(?:\s+de\s+las\s+pulgas)?|",
        r"junipero\s+serra)|",
        r"(?-i:El|La|Las|Los|Via|Calle|Camino|Avenida|Paseo|Rue|Corte)(?:\s+\w+){1,3})",
        _SIDE_OF_TOWN,
        r"(?!\w)",
        _TAIL,
    ),
    _compiled(rf"\b(?:(?:p\.?\s?o\.?|post\s+office)\s*box\s*\#?|pob)\s*\d+\w*{_TAIL}"),
    _compiled(  # Hauptstrasse 5, 10115 Berlin
        r"(?<!\w)[^\W\d_][\w.\-]*?(?:stra(?:ss|ß)e|str\.|gatan|gata|katu|tie|vej|veien|weg|laan|straat|gasse|",
        r"platz|allee|plein|kade)\s+\d{1,4}\s?[a-z]?(?!\w)",
        rf"(?:{_GAP}{_UNIT})?(?:{_GAP}\d{{4,5}}(?:\s+(?-i:[A-ZÄÖÅÜ])\w+)?)?",
    ),
    _compiled(r"(?<!\w)(?:calle|rue|via|avenida|rua|carrer|paseo|piazza)\s+(?:[^\W\d_][\w'.\-]*\s+){1,4}\d{1,4}(?!\w)"),
    re.compile(  # Palo Alto, CA 94301
        r"(?:[A-Z][\w'.\-]*(?:[ ][A-Z][\w'.\-]*){0,2},?[ ]+)?"
        rf"(?:(?i:{_STATES})|(?:{_CODES.upper()}))\.?,?\s+{_ZIP}"
    ),
    _compiled(rf"(?<!\w)(?:(?:{_TOWNS}),?\s+)?(?:{_STATES}|(?:{_CODES}))\.?,?\s+{_ZIP}|(?<!\w)(?:{_TOWNS}),?\s+{_ZIP}"),
)
_POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)"  # of Britain and Canada
_TO_ZIP = re.compile(  # whatever the street is called, up to its state and ZIP
    rf"{_NUMBER}\s+(?:(?i:{_UNIT}|{_WORD})[ ,]+){{1,8}}?"
    rf"(?:(?:{_CODES.upper()}),?\s+{_ZIP}|(?:[A-Z]{{2,3}},?\s+)?{_POSTCODE}(?!\w))"
)
_MILITARY = re.compile(r"\b(?:USNV|USNS|USS|USCGC|PSC|CMR|Unit)\s+[\w ,]{1,40}?(?:FPO|APO|DPO),?\s+A[AEP]\s+\d{5}")
_ROMANCE = re.compile(  # 74, boulevard Manon Georges, 20451 Gaudin; Vicolo Pierina, 481, 00039, Valle Martella (RM)
    r"\b\d{1,4},?\s+(?i:rue|avenue|boulevard|chemin|impasse|all[ée]e|quai|place)\s+(?:[\w'\-]+\s*){1,5},"
    r"\s*\d{5}\s+[A-Z][\w\-]+"
    r"|\b(?:Via|Viale|Vicolo|Piazza|Piazzale|Largo|Contrada|Rotonda|Strada|Corso|Borgo|Canale|Stretto|Incrocio)\s+"
    r"(?:[\w'\-]+\s*){1,4},\s*\d+[\w ]*,\s*\d{5},?\s+[A-Z][\w' \-]+(?:\([A-Z]{2}\))?"
)
_PERHAPS = _compiled(  # 5 Hidden Way
    _START,
    rf"(?:{_WORD}[ ]+){{1,3}}?(?:{_OTHER})(?![\w'])\.?(?:\s+(?:{_SURE}|{_OTHER})(?!\w)\.?)*",
    _SIDE_OF_TOWN,
    rf"(?P<tail>{_TAIL})",
)
_SPELLED = _compiled(  # twelve oak lane
    rf"(?<!\w)(?:(?:{_DIGIT_WORD})[\s\-]+){{1,5}}(?:{_DIRECTION}\s+)?(?:{_WORD}[ ]+){{1,3}}?",
    rf"(?:{_SURE}|drive|st|way|place|circle)(?!\w)\.?{_TAIL}",
)
_HAS_NUMBER_WORD = re.compile(rf"\b(?:{_DIGIT_WORD})\b", re.IGNORECASE)
_CUED = _compiled(  # i live at 33 oakwood
    rf"\b(?:{_CUES})\b(?:\s+(?:{_FILLERS}))*\s*[:=\-]?\s*",
    rf"(?P<address>{_START}{_WORD}(?:[ ]{_WORD}){{0,2}}?(?:\s+(?:{_SURE}|{_OTHER})(?!\w))?{_TAIL})",
    r"(?=\s*(?:[,.;!?\n)]|$|(?:and|but|so|if|is|near|in|can|with)\b))",
)
_CUE = _compiled(rf"\b(?:{_CUES}|home|house|apartment|place|deliver\w*|billing|at|office|from|door)\b")


class AddressRecogniser(Recogniser):
    """Number and street with what belongs to it; boxes; a ZIP behind its state or town."""

    KINDS = (ADDRESS,)

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """Whole addresses, from the house number to the ZIP."""
        if _HAS_NUMBER_WORD.search(text):
            for match in _SPELLED.finditer(text):
                if cued(_CUE, text, match.start()) or _is_alone(text, match):
                    yield _found(match, 0.6)
        if not any(c.isdigit() for c in text):
            return
        for pattern in (*_PLAIN, _TO_ZIP, _MILITARY, _ROMANCE):
            for match in pattern.finditer(text):
                yield _found(match, 0.8)
        for match in _PERHAPS.finditer(text):
            shown = match["tail"].strip(" ,") or _is_capitalised(match[0]) or _is_alone(text, match)
            if shown or cued(_CUE, text, match.start()):
                yield _found(match, 0.75)
        for match in _CUED.finditer(text):
            yield _found(match, 0.7, "address")


def _found(match: re.Match[str], score: float, part: str | int = 0) -> Found:
    return Found(match.start(part), match.start(part) + len(match[part].rstrip(" ,\n\t")), ADDRESS, score)


def _is_capitalised(found: str) -> bool:
    words = re.findall(r"[^\W\d_][\w'.\-]*", found)
    return len(words) >= 2 and all(word[0].isupper() for word in words)


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """The whole message, or a line or a part between commas."""
    before, after = text[: match.start()].rstrip(" \t"), text[match.end() :].lstrip(" \t")
    return (not before or before[-1] in "\n,:(") and (not after or after[0] in "\n,.)")
