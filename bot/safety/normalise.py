"""Brings what people type to one plain form, so that a signal is written once and disguises do not hide it.

Lower case, one kind of quote and space, look-alike letters, no invisible characters, "k i l l" and "k.i.l.l"
joined, "d1e" and "su!cide" spelled out, "diiiie" shortened, common slips mended. The form is for the
screen only; nothing shows or stores it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile

FILE = Path(__file__).with_name("spellings.yml")

_LOOK_ALIKE = str.maketrans(
    "аеорсухіјѕԁһӏмтвнкзгαβεικνορτυχωıøłđßæœ",
    "aeopcyxijsdhlmtbhk3raƅeiknoptuxwioldsao".replace("ƅ", "b"),
)
_QUOTES = str.maketrans({c: "'" for c in "’‘‛ʼ´`′＇"} | {c: '"' for c in "“”„«»″"} | {c: "-" for c in "‐‑‒–—―"})
_LEET = str.maketrans("013457@$!|", "oieastasii")
_LEET_WORD = re.compile(r"(?<![\w@$!|])(?=[\w@$!|]*[a-z])(?=[\w@$!|]*[0134579@$!|])[\w@$!|]{2,}(?<![!|])")
_TWO = re.compile(r"(?<=want|need|oing|onna|anna|have|ying|ried|used|eady|plan|like) 2 (?=[a-z])")
_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[a-z][ .\-_*]{1,2}){2,}[a-z](?![^\W_])")
_STARS = re.compile(r"(?<=[a-z])[*#](?=[a-z])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_DIGITS_KEPT = re.compile(r"\d+(?:st|nd|rd|th|s|am|pm|yo|yrs?|mg|ml|x|k|m|f|h|hrs?|mins?|min)?")
_SPACES = re.compile(r"[^\S\n]+")
_WORD = re.compile(r"[a-z0-9']+")


def normalise(text: str) -> str:
    """The plain form of a text: lower case, ASCII quotes, single spaces; line ends stay."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if c.isspace() and c != "\n" else c for c in text)
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cf", "Cc", "Mn"))
    text = text.casefold().translate(_QUOTES).translate(_LOOK_ALIKE)
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    text = _TWO.sub(" to ", _LEET_WORD.sub(_unleet, text))
    text = _SPACED_OUT.sub(_joined, text)
    text = _STARS.sub("", _REPEATED.sub(r"\1\1", text))
    text = _WORD.sub(_mended, text)
    return _SPACES.sub(" ", text).strip()


def _unleet(found: re.Match[str]) -> str:
    word = found.group()
    if _DIGITS_KEPT.fullmatch(word) or word in spellings():
        return word  # 12yo, 20mg, 3x: a number that means a number; 2nite is in the list of slips
    return word.replace("11", "ll").translate(_LEET)


def _joined(found: re.Match[str]) -> str:
    """`k i l l` is one word; letters parted from their neighbours by two spaces are several."""
    words = re.split(r" {2,}", found.group())
    return " ".join(re.sub(r"[ .\-_*]", "", word) for word in words)


def _mended(found: re.Match[str]) -> str:
    word = found.group()
    slips = spellings()
    if word in slips:
        return slips[word]
    # one letter typed twice or thrice ("rapedd", "suiicide") is a slip only when the single form is known
    single = re.sub(r"(.)\1", r"\1", word)
    return slips.get(single, word)


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """Slip or short form -> the usual spelling."""
    try:
        found = plain_yaml.read(FILE.read_text(encoding="utf-8"))
        known = {str(usual): str(usual) for usual in found}
        return known | {str(slip): usual for usual, slips in found.items() for slip in slips}
    except (OSError, ValueError, AttributeError, TypeError, yaml.YAMLError) as error:
        raise BrokenFile(FILE, f"it cannot be read ({type(error).__name__})") from None
