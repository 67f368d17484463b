"""How to reach a visitor: first name, phone, e-mail and what is safe, from free words or the fields of a form.

What is found in a message is put into the vault before anything else sees the text (`handed_over`), so that
the conversation only ever holds tokens such as <PHONE:v0123456789abcdef>. Pure rules; the vault is passed in.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Callable, Iterable, Mapping, Sequence

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher

from bot.booking.contact_names import Found, name_asked_for, own_name

REGION = "US"  # of numbers written without a country
LONGEST_NAME = 40
Names = Callable[[str], Sequence[tuple[int, int]]]  # where names stand in a text
TOKEN = re.compile(r"<([A-Z]{3,10}):v[0-9a-f]{16}>")
FIELDS = {"name": "NAME", "phone": "PHONE", "email": "EMAIL"}  # fields of the contact form -> kinds of the vault
_EMAIL = re.compile(r"[\w.+%-]+\s?@\s?[\w-]+(?:\.[\w-]+)*\.?[\w-]*", re.ASCII)
_WHOLE_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_DIGITS = re.compile(
    r"(?<![\w/:<])(?!\d{4}-\d\d?-\d\d?\b)(?:\+?\(?\d[\d\s().-]{5,}\d|\d{5,6}|\d{3}[ -]\d{2,3})(?![\w/:])"
)
_MIXED = re.compile(r"(?<![\w@.+-])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{6}(?![\w@.-])")
_DOMAINS = (
    "gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com", "comcast.net", "msn.com",
    "live.com", "me.com", "att.net", "verizon.net", "sbcglobal.net", "protonmail.com", "proton.me", "ymail.com",
    "googlemail.com", "mac.com", "mail.com", "gmx.com", "fastmail.com", "zoho.com",
)  # fmt: skip
_ENDINGS = {
    "con": "com", "cmo": "com", "ocm": "com", "vom": "com", "comm": "com", "cm": "com", "coom": "com", "xom": "com",
    "nte": "net", "ent": "net", "ogr": "org", "rog": "org",
}  # fmt: skip
_SAFE = {  # (what is allowed, what is not), each read from the words around it
    "voicemail": r"(?:voice ?-?mails?|messages?|msgs?|texts?|texting|sms|vm)",
    "write": r"(?:e-?mails?|mails?|writ(?:e|ing))",
}
_OK = r"(?:ok|okay|fine|good|yes|welcome|works?|allowed|sure|safe|best|great|no problem|preferred|better)"
_REFUSED = r"(?:no|not|don'?t|do not|never|without|please don'?t|rather not|can'?t|cannot|isn'?t|aren'?t|unsafe)"


@dataclass(frozen=True)
class Safe:
    """Whether a message may be left on the phone, and whether an e-mail may be written; None = not said."""

    voicemail: bool | None = None
    write: bool | None = None


def details(text: str, name_expected: bool = False, names: Names = lambda _text: ()) -> list[Found]:
    """Phone numbers and addresses, also mistyped ones, in order, and the visitor's name.

    name_expected: it was asked for, so that a lone word may be it; else only what `names` finds is one.
    """
    text = _MIXED.sub(lambda m: " " * len(m[0]), text)  # a reference such as ABC234 beside a number
    found = [Found("EMAIL", m[0].replace(" ", "").rstrip("."), m.start(), m.end()) for m in _EMAIL.finditer(text)]
    found += _apart(found, (Found("PHONE", m.raw_string, m.start, m.end) for m in PhoneNumberMatcher(text, REGION)))
    if name_expected:
        found += _apart(found, (Found("PHONE", m[0], m.start(), m.end()) for m in _DIGITS.finditer(text)))
    name = (name_asked_for(text, found) if name_expected else None) or own_name(text, found, names)
    found += [name] if name else []
    return sorted(found, key=lambda one: one.start)


def handed_over(
    text: str, put: Callable[[str, str], str], name_expected: bool = False, names: Names = lambda _text: ()
) -> str:
    """The text with its contact details replaced by tokens. put: (kind, value) -> token; the rest as for `details`."""
    for one in reversed(details(text, name_expected, names)):
        text = text[: one.start] + put(one.kind, one.value) + text[one.end :]
    return text


def tokens(text: str) -> dict[str, str]:
    """kind -> token, the last of each kind, of a text whose details were handed over."""
    return {found[1]: found[0] for found in TOKEN.finditer(text)}


def safe_ways(text: str) -> Safe:
    """What the words allow: "text is ok", "no voicemail please", "you can leave a message", "don't e-mail me"."""
    words = re.sub(r"\s+", " ", TOKEN.sub(" ", text.casefold().replace("\u2019", "'")))
    if re.search(r"\b(?:just|only) call\b|\bcalls? only\b", words):
        return Safe(False, _allowed(words, _SAFE["write"]))
    voicemail = _allowed(words, _SAFE["voicemail"])
    if re.search(r"\btexts? (?:me )?only\b|\bonly (?:by )?texts?\b", words):
        voicemail = False  # a text is no voicemail: nothing is left where somebody else may hear it
    return Safe(voicemail, _allowed(words, _SAFE["write"]))


def phone(given: str) -> str | None:
    """The number as +16505550123; None when it cannot be one."""
    try:
        number = phonenumbers.parse(given, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def email(given: str) -> str | None:
    """The address in small letters; None when it cannot be one."""
    address = "".join(given.split()).casefold()
    local, _, _domain = address.partition("@")
    dots_right = not (local.startswith(".") or local.endswith(".") or ".." in address)
    return address if dots_right and _WHOLE_EMAIL.fullmatch(address) else None


def first_name(given: str) -> str | None:
    """The name, trimmed; None when it is empty, too long or holds what no name holds."""
    name = " ".join(given.split())
    fits = 0 < len(name) <= LONGEST_NAME and any(c.isalpha() for c in name)
    return name if fits and not re.search(r"[<>{}@\d\\/]|https?:", name) else None


def suggested_domain(address: str) -> str | None:
    """The mail domain that was probably meant ("gmail.com" for "gmial.com"); None when it looks right."""
    domain = address.rpartition("@")[2]
    if domain in _DOMAINS:
        return None
    close = difflib.get_close_matches(domain, _DOMAINS, 1, 0.85)
    if close:
        return close[0]
    stem, _, ending = domain.rpartition(".")
    return f"{stem}.{_ENDINGS[ending]}" if ending in _ENDINGS else None


def with_domain(address: str, domain: str) -> str:
    """The address with another domain."""
    return f"{address.rpartition('@')[0]}@{domain}"


def readable_phone(number: str) -> str:
    """(650) 555-0123, or +44 20 7946 0958 for another country."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    style = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def is_ticked(value: object) -> bool:
    """Whether a checkbox or a yes/no field of a form says yes."""
    return value is True or (isinstance(value, str) and value.casefold() in ("yes", "true", "on", "1"))


def form_faults(values: Mapping[str, str], phone_needed: bool) -> dict[str, str]:
    """field -> what is wrong with it: "missing", "wrong", "one_of" (a phone or an address is needed)."""
    faults = {}
    for field, check in (("name", first_name), ("phone", phone), ("email", email)):
        given = values.get(field, "").strip()
        if given and check(given) is None:
            faults[field] = "wrong"
    if not values.get("name", "").strip():
        faults["name"] = "missing"
    if not values.get("phone", "").strip():
        if phone_needed:
            faults["phone"] = "missing"
        elif not values.get("email", "").strip():
            faults["phone"] = "one_of"
    return faults


def _apart(known: list[Found], more: Iterable[Found]) -> list[Found]:
    """Those of `more` that overlap nothing known."""
    return [one for one in more if all(one.end <= other.start or other.end <= one.start for other in known)]


def _allowed(words: str, means: str) -> bool | None:
    no = rf"\b{_REFUSED}\b[^,.;!?]{{0,24}}\b{means}\b|\b{means}\b[^,.;!?]{{0,14}}\b{_REFUSED}\b"
    yes = (
        rf"\b{means}\b[^,.;!?]{{0,18}}\b{_OK}\b|\b{_OK}\b[^,.;!?]{{0,14}}\b{means}\b"
        rf"|\b(?:can|may|could|free to|please|just) (?:also |just |leave (?:a |me a )?|send (?:a |me a )?)?{means}\b"
        rf"|\b(?:leave|send) (?:a |me a |me an )?{means}\b|\b{means} me\b"
    )
    if re.search(no, words):
        return False
    return True if re.search(yes, words) else None
