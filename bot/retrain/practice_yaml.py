"""Writing working hours into practice.yml: parsed, changed, serialized; comments, order and quotes stay."""

from __future__ import annotations

import io
from typing import Any, Mapping, Sequence

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from bot.retrain.faq import NotAccepted


def with_hours(
    text: str, weekly: Mapping[str, Sequence[str]], days_off: Sequence[str], extra: Mapping[str, Sequence[str]]
) -> str:
    """The file with these openings; what is equal is not touched. Raises NotAccepted when it has no booking section."""
    yaml: Any = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)  # as the file that comes with the bot
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise NotAccepted("practice.yml is not valid YAML any more; mend it first, see `bot doctor`.") from error
    booking = document.get("booking")
    if not booking or not booking.get("hours"):
        raise NotAccepted("Fill in `booking` in practice.yml first; its working hours can be changed here then.")
    for place, (day, openings) in enumerate(weekly.items()):
        if list(booking["hours"].get(day) or []) != list(openings):
            if day in booking["hours"]:
                booking["hours"][day] = _line(openings)
            else:
                booking["hours"].insert(min(place, len(booking["hours"])), day, _line(openings))
    if [str(day) for day in booking.get("days_off") or []] != list(days_off):
        booking["days_off"] = _line(days_off)
    if {str(day): list(openings) for day, openings in (booking.get("extra_openings") or {}).items()} != dict(extra):
        booking["extra_openings"] = CommentedMap({Quoted(day): _line(openings) for day, openings in extra.items()})
        if not extra:
            booking["extra_openings"].fa.set_flow_style()
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _line(texts: Sequence[str]) -> Any:
    made = CommentedSeq(Quoted(text) for text in texts)
    made.fa.set_flow_style()
    return made
