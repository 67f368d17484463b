"""Street addresses, as forms and as chats write them. A town alone is no address: it helps to understand a question."""

from __future__ import annotations

import re
from typing import Any, Iterator

from bot.privacy.recognisers.base import Found, Recogniser, cued, pattern

ADDRESS = "ADDRESS"
_SURE = (
    "street|str|avenue|ave|av|aven|road|rd|boulevard|blvd|boul|lane|ln|court|ct|parkway|pkwy|pky|highway|hwy|freeway|fwy|expressway|"
    "expy|expwy|terrace|terr|ter|turnpike|tpke|alley|aly|plaza|plz|trail|trl|cul-de-sac|esplanade|mews|crescent|cres"
)
_PERHAPS = (  # ordinary words as well
    "drive|dr|way|place|pl|circle|cir|square|sq|loop|row|walk|path|pass|park|point|pt|ridge|crossing|xing|heights|hts|hill|hills|hollow|grove|"
    "grv|glen|gardens|garden|green|commons|common|bend|cove|run|landing|manor|meadow|meadows|mill|mills|creek|canyon|camino|real|st|route|rte|"
    "bridge|brook|center|centre|club|corner|corners|estate|estates|extension|falls|ferry|field|fields|flat|flats|ford|forest|forge|fork|forks|"
    "gateway|harbor|haven|island|isle|junction|key|keys|knoll|knolls|lake|lakes|light|lodge|mall|mission|motorway|mount|mountain|neck|orchard|"
    "oval|parkways|passage|pike|pine|pines|plain|plains|port|prairie|ramp|ranch|rapid|rapids|rest|shore|shores|spring|springs|spur|station|"
    "stream|summit|throughway|trace|track|tunnel|underpass|union|valley|via|viaduct|view|views|village|ville|vista|wall|well|wells|broadway"
)
_DIRECTION = r"(?:n|s|e|w|ne|nw|se|sw|north|south|east|west|northeast|northwest|southeast|southwest)\.?"
_NOT_STREET = (
    "minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|times?|people|persons?|kids?|children|sessions?|dollars?|bucks|percent|am|pm|of|to|"
    "the|a|an|and|or|in|on|at|for|with|from|per|is|are|was|were|it|that|this|my|your|our|his|her|their|we|you|i|he|she|they|but|if|so|than|then|more|"
    "less|other|different|same|every|each|all|any|some|no|not|free|miles?|blocks?|km|feet|ft|inches|second|seconds|questions?|things?|ways?|"
    "long|out|by|about|min|hr|o'?clock|grand|k|both|just|only|into|off|over|under|when|where|what|how|who|first|half|couples?|men|women|guys|girls"
)
_WORD = rf"(?!(?:{_NOT_STREET})\b)(?:\d{{1,3}}(?:st|nd|rd|th)|[^\W\d_][\w'\u2019.\-]*)"
_NUMBER = r"(?:(?<!\w)(?:flat|apt|apartment|unit|suite|ste)\.?\s*\#?\s*\w{1,5},\s*)?(?<![\w$€£#/.,:\-])\d{1,6}(?:-\d{1,5})?\s?(?:[a-h](?=\s)|1/2|½)?"
_SPELLED_NUMBER = r"(?<!\w)(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|oh)[\s\-]+){1,5}"
_STATES = (
    "alabama|alaska|arizona|arkansas|california|calif\\.?|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas|"
    "kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new\\s+hampshire|new\\s+jersey|"
    "new\\s+mexico|new\\s+york|north\\s+carolina|north\\s+dakota|ohio|oklahoma|oregon|pennsylvania|rhode\\s+island|south\\s+carolina|south\\s+dakota|"
    "tennessee|texas|utah|vermont|virginia|washington|west\\s+virginia|wisconsin|wyoming"
)
_CODES = (
    "al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|"
    "wv|wi|wy|dc|pr|gu|vi|as|mp|fm|mh|pw|aa|ae|ap"
)
_TOWNS = (
    "east\\s+palo\\s+alto|palo\\s+alto|menlo\\s+park|mountain\\s+view|los\\s+altos(?:\\s+hills)?|redwood\\s+(?:city|shores)|san\\s+[a-z]+|santa\\s+[a-z]+|los\\s+[a-z]+|"
    "sunnyvale|cupertino|milpitas|fremont|oakland|hayward|newark|union\\s+city|foster\\s+city|belmont|burlingame|millbrae|atherton|woodside|"
    "portola\\s+valley|saratoga|campbell|morgan\\s+hill|gilroy|daly\\s+city|pacifica|half\\s+moon\\s+bay|berkeley|alameda|stanford|pleasanton|dublin|"
    "livermore|walnut\\s+creek|concord|richmond|south\\s+san\\s+francisco|brisbane|moss\\s+beach|el\\s+granada|la\\s+honda|scotts\\s+valley|capitola|"
    "sacramento|new\\s+york(?:\\s+city)?|brooklyn|boston|chicago|seattle|portland|denver|austin|dallas|houston|phoenix|miami|atlanta|"
    "philadelphia|minneapolis|las\\s+vegas|reno|sf|nyc|la|epa"
)
_ZIP = r"\d{5}(?:\s?-\s?\d{4})?(?!\d)"
_GAP = r"[\s,]{0,3}(?:\n\s*)?"
_UNIT = (
    r"(?:(?:apt|apartment|apmt|unit|suite|ste|room|rm|floor|fl|building|bldg|lot|space|spc|trailer|condo|penthouse|ph|no|number|num)\b\.?\s*\#?\s*"
    r"(?:[a-z]?\d+[\w\-]*|[a-z](?!\w))|\#\s?[a-z]?\d*[\w\-]*\w|\d+(?:st|nd|rd|th)\s+floor|[a-z]?\d{1,4}[a-z](?!\w))"
)
# a town before its state or ZIP, or one we know
_TOWN = rf"(?:(?:{_TOWNS})(?!\w)|[^\W\d_][\w'.\-]*(?:[ ][^\W\d_][\w'.\-]*){{0,3}}(?=[\s,]{{1,3}}(?:(?:{_STATES})(?!\w)|(?:{_CODES})(?:\s*,?\s*\d{{5}}|[\s.,!?]*$|[.,!?])|{_ZIP})))"
_STATE = rf"(?:(?-i:{_CODES.upper()})(?!\w)|(?:{_STATES}|(?:{_CODES})\.?(?=\s*,?\s*\d{{5}}|\W*$|[.,;!?)]))(?!\w))"
_TAIL = rf"(?:{_GAP}{_UNIT})?(?:{_GAP}(?:in\s+(?=[^.\n]{{2,40}}\d{{5}}))?{_TOWN})?(?:{_GAP}{_STATE})?(?:{_GAP}{_ZIP})?(?:{_GAP}(?:usa?|united\s+states)(?!\w))?"

_STREET = re.compile(rf"{_NUMBER}\s+(?:{_DIRECTION}\s+)?(?:{_WORD}[ ]+){{1,4}}?(?:{_SURE})(?!\w)\.?(?:\s+{_DIRECTION}(?!\w))?{_TAIL}", re.IGNORECASE)
_SIDE = re.compile(rf"{_NUMBER}\s+(?:{_DIRECTION}\s+)?(?:{_WORD}[ ]+){{1,3}}?(?:{_PERHAPS})(?![\w'])\.?(?:\s+(?:{_SURE}|{_PERHAPS})(?!\w)\.?)*(?:\s+{_DIRECTION}(?!\w))?(?P<tail>{_TAIL})", re.IGNORECASE)
_NUMBERED = re.compile(rf"{_NUMBER}\s+(?:{_DIRECTION}\s+)?(?:highway|hwy|route|rte|county\s+road|cr|interstate|state\s+route|avenue|ave|calle|rue)\s+(?:\d+|[a-z](?!\w)|[A-Z]\w+){_TAIL}", re.IGNORECASE)
_NO_SUFFIX = re.compile(rf"{_NUMBER}\s+(?:{_DIRECTION}\s+)?(?:(?:the\s+)?(?:el\s+camino(?:\s+real)?|broadway|embarcadero|alameda(?:\s+de\s+las\s+pulgas)?|junipero\s+serra)|(?:El|La|Las|Los|Via|Calle|Camino|Avenida|Paseo|Rue|Corte)(?:\s+\w+){{1,3}})(?:\s+{_DIRECTION}(?!\w))?(?!\w){_TAIL}", re.IGNORECASE)
_SPELLED = re.compile(rf"{_SPELLED_NUMBER}(?:{_DIRECTION}\s+)?(?:{_WORD}[ ]+){{1,3}}?(?:{_SURE}|drive|st|way|place|circle)(?!\w)\.?{_TAIL}", re.IGNORECASE)
_CUED = re.compile(
    rf"(?P<cue>\b(?:liv(?:e|es|ed|ing)|resid(?:e|es|ing)|stay(?:s|ed|ing)?|located|moved|house\s+is|home\s+is|place\s+is|office\s+is|address(?:es)?|addy|adress|mail(?:ed)?|send|ship|deliver|bill(?:ed)?)\b"
    rf"(?:\s+(?:is|it|them|to|at|on|over|with|w|my|our|the|now|currently|changed|here|there|out|sister|mom|parents|of|in))*\s*[:=\-]?\s*)"
    rf"(?P<address>{_NUMBER}\s+(?:{_DIRECTION}\s+)?{_WORD}(?:[ ]{_WORD}){{0,2}}?(?:\s+(?:{_SURE}|{_PERHAPS})(?!\w))?{_TAIL})(?=\s*(?:[,.;!?\n)]|$|and\b|but\b|so\b|if\b|is\b|near\b|in\b|can\b|with\b))",
    re.IGNORECASE,
)
_BOX = re.compile(rf"\b(?:p\.?\s?o\.?|post\s+office)\s*box\s*\#?\s*\d+\w*{_TAIL}|\bpob\s+\d+{_TAIL}", re.IGNORECASE)
_GERMANIC = re.compile(
    rf"(?<!\w)[^\W\d_][\w.\-]*?(?:stra(?:ss|ß)e|str\.|gatan|gata|katu|tie|vej|veien|weg|laan|straat|gasse|platz|allee|plein|kade)\s+\d{{1,4}}\s?[a-z]?(?!\w)(?:{_GAP}{_UNIT})?(?:{_GAP}\d{{4,5}}(?:\s+[A-ZÄÖÅÜ]\w+)?)?", re.IGNORECASE
)
_LATIN = re.compile(r"(?<!\w)(?:calle|rue|via|avenida|rua|carrer|paseo|plaza|piazza)\s+(?:[^\W\d_][\w'.\-]*\s+){1,4}\d{1,4}(?!\w)", re.IGNORECASE)
_CITY_ZIP = re.compile(rf"(?:[A-Z][\w'.\-]*(?:[ ][A-Z][\w'.\-]*){{0,2}},?[ ]+)?(?:(?i:{_STATES})|(?:{_CODES.upper()}))\.?,?\s+{_ZIP}")
_LOWER_CITY_ZIP = re.compile(rf"(?<!\w)(?:(?:{_TOWNS}),?\s+)?(?:{_STATES}|(?:{_CODES}))\.?,?\s+{_ZIP}|(?<!\w)(?:{_TOWNS}),?\s+{_ZIP}", re.IGNORECASE)
_CUE = pattern(
    r"\b(?:liv(?:e|es|ed|ing)|resid\w+|stay\w*|located|address(?:es)?|adress|addy|moved?|home|house|apartment|place|mail|send|ship|deliver\w*|bill(?:ing)?|at|office|from|door)\b"
)


class AddressRecogniser(Recogniser):
    """Number and street with what belongs to it; boxes; a ZIP behind its town or its cue."""

    KINDS = (ADDRESS,)

    def find(self, text: str, artifacts: Any = None) -> Iterator[Found]:
        """Whole addresses, from the house number to the ZIP."""
        lower = text.lower()
        if any(word in lower for word in ("hundred", "teen", "ty ", "one ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten ")):
            for match in _SPELLED.finditer(text):
                if cued(_CUE, text, match.start()):
                    yield _found(match, 0.6)
        if not any(c.isdigit() for c in text):
            return
        for sure in (_STREET, _NUMBERED, _NO_SUFFIX, _BOX, _GERMANIC, _LATIN, _CITY_ZIP, _LOWER_CITY_ZIP):
            for match in sure.finditer(text):
                yield _found(match, 0.8)
        for match in _SIDE.finditer(text):
            if match["tail"].strip(" ,") or cued(_CUE, text, match.start()) or _is_capitalised(match[0]) or _is_alone(text, match):
                yield _found(match, 0.75)
        for match in _CUED.finditer(text):
            yield Found(match.start("address"), match.start("address") + len(_tidy(match["address"])), ADDRESS, 0.7)


def _found(match: re.Match[str], score: float) -> Found:
    return Found(match.start(), match.start() + len(_tidy(match[0])), ADDRESS, score)


def _tidy(found: str) -> str:
    return found.rstrip(" ,\n\t")


def _is_capitalised(found: str) -> bool:
    words = re.findall(r"[^\W\d_][\w'.\-]*", found)
    return len(words) >= 2 and all(word[0].isupper() for word in words)


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """The whole message, or a line or a part between commas."""
    return re.search(r"(?:^|[\n,:(])\s*$", text[: match.start()]) is not None and re.match(r"\s*(?:$|[\n,.)])", text[match.end() :]) is not None
