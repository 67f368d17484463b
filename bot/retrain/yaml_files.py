"""Changing one FAQ inside Rasa's YAML files: parsed, changed, serialized; comments and order stay as they are."""

from __future__ import annotations

import io
import textwrap
from dataclasses import asdict
from typing import Any, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.scalarstring import FoldedScalarString as Folded
from ruamel.yaml.scalarstring import LiteralScalarString as Literal

from bot.retrain.faq import Faq, NotAccepted

EMPTY_NLU = 'version: "3.1"\nnlu: []\n'
EMPTY_DOMAIN = 'version: "3.1"\nresponses: {}\n'
EMPTY_RETIRED = "# FAQs out of use, whole, so that they can be brought back. Rasa does not read this.\nretired: []\n"
EMPTY_TESTS = (
    "# Conversations made of transcripts, in words that could be anybody's; the console keeps them.\n"
    'version: "3.1"\nstories: []\n'
)
_WIDTH = 96


def examples(block: Mapping[str, Any]) -> list[str]:
    """The example texts of one NLU block."""
    return [line[1:].strip("\n\r ") for line in block["examples"].splitlines() if line.startswith("-")]


def with_variants(text: str, intent: str, keep: set[str], new: list[str]) -> str:
    """The NLU file with only those examples of an intent that are in keep, and the new ones at its end.

    A block that is left without examples goes; with new ones and no block, one is added.
    """
    document = _load(text)
    blocks = document["nlu"]
    mine = [block for block in blocks if block.get("intent") == intent]
    if new and not mine:
        mine = [CommentedMap(intent=intent, examples="")]
        _list(document, "nlu").append(mine[0])
    for place, block in enumerate(mine):
        left = [line for line in examples(block) if line in keep] + (new if place == 0 else [])
        if left != examples(block):
            _put(block, "examples", Literal("".join(f"- {line}\n" for line in left)))
    for block in mine:
        if not block["examples"]:
            document["nlu"].remove(block)
    return _dump(document)


def with_response(text: str, faq: Faq) -> str:
    """The domain file with this FAQ's response, in its place or at the end."""
    document = _load(text)
    responses = _mapping(document, "responses")
    key = f"utter_{faq.id}"
    old = responses.get(key)
    wordings = old if old is not None else CommentedSeq()
    while len(wordings) > len(faq.answer):
        del wordings[len(wordings) - 1]  # pop() would shift the comments
    for place, said in enumerate(faq.answer):
        if place == len(wordings):
            wordings.append(CommentedMap())
        if wordings[place].get("text") != said and _one_line(wordings[place].get("text", "")) != said:
            _put(wordings[place], "text", _folded(said))
    about = (old[0].get("metadata") if old else None) or CommentedMap()
    for name, value in _metadata(faq).items():
        if value in ("", []):
            about.pop(name, None)
        elif about.get(name) != value:
            about[name] = value
    wordings[0]["metadata"] = about
    responses[key] = wordings
    return _dump(document)


def without_response(text: str, faq_id: str) -> str:
    """The domain file without this FAQ's response and without follow-ups that lead to it."""
    document = _load(text)
    responses = document.get("responses") or {}
    responses.pop(f"utter_{faq_id}", None)
    for wordings in responses.values():
        follow_ups = (wordings[0].get("metadata") or {}).get("follow_ups")
        if follow_ups and faq_id in follow_ups:
            follow_ups.remove(faq_id)
    return _dump(document)


def with_retired(text: str, faq: Faq, on: str) -> str:
    """The list of retired FAQs with this one."""
    document = _load(text)
    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(faq).items()}
    entry = {name: _quoted(value) for name, value in kept.items() if value not in ("", [])}
    _list(document, "retired").append(CommentedMap(retired_on=Quoted(on), **entry))
    return _dump(document)


def without_retired(text: str, faq_id: str) -> str:
    """The list of retired FAQs without this one."""
    return _without(text, "retired", "id", faq_id)


def with_story(text: str, story: Mapping[str, Any]) -> str:
    """The file of conversation tests with one more. story: as Rasa writes it."""
    document = _load(text)
    steps = [{name: _quoted(value) if name == "user" else value for name, value in step.items()}
             for step in story["steps"]]  # fmt: skip
    made = {name: Quoted(value) for name, value in story["metadata"].items()}
    _list(document, "stories").append(CommentedMap(story=Quoted(story["story"]), metadata=made, steps=steps))
    return _dump(document)


def without_story(text: str, name: str) -> str:
    """The file of conversation tests without this one."""
    return _without(text, "stories", "story", name)


def _without(text: str, entries: str, key: str, value: str) -> str:
    """The file without those of its entries that have this value."""
    document = _load(text)
    for entry in [entry for entry in document[entries] if entry[key] == value]:
        document[entries].remove(entry)
    return _dump(document)


def faq_of(faq_id: str, wordings: list[dict[str, Any]], variants: list[str], topic: str) -> Faq:
    """The FAQ as it stands in the files. topic: where nothing else is told, the file's name."""
    about = wordings[0].get("metadata") or {}
    return Faq(
        id=faq_id,
        title=str(about.get("title", faq_id)),
        answer=tuple(_one_line(str(wording["text"])) for wording in wordings),
        variants=tuple(dict.fromkeys(variants)),
        follow_ups=tuple(about.get("follow_ups", ())),
        source=about.get("source", ""),
        topic=about.get("topic", topic),
        owner=str(about.get("owner", "")),
        review_by=str(about.get("review_by", "")),
        if_overdue=about.get("if_overdue", "keep"),
    )


def _metadata(faq: Faq) -> dict[str, Any]:
    flow = CommentedSeq(faq.follow_ups)
    flow.fa.set_flow_style()
    return {
        "title": Quoted(faq.title),
        "source": faq.source,
        "follow_ups": flow,
        "topic": Quoted(faq.topic) if faq.topic else "",
        "owner": Quoted(faq.owner) if faq.owner else "",
        "review_by": Quoted(faq.review_by) if faq.review_by else "",
        "if_overdue": faq.if_overdue if faq.if_overdue != "keep" else "",
    }


def _folded(text: str) -> Any:
    """Written over several lines, as the answers that came with the bot are."""
    lines = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
    folded: Any = Folded(text)
    if " ".join(lines) == text:
        ends, at = [], 0
        for line in lines[:-1]:
            at += len(line)
            ends.append(at)
            at += 1
        folded.fold_pos = ends
    return folded


def _quoted(value: Any) -> Any:
    return Quoted(value) if isinstance(value, str) else [Quoted(item) for item in value]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _put(mapping: Any, key: str, text: Any) -> None:
    # A comment after a block of text hangs on the old text itself.
    comment = getattr(mapping.get(key), "comment", None)
    if comment is not None:
        text.comment = comment
    mapping[key] = text


def _list(document: Any, key: str) -> Any:
    if not document.get(key):
        document[key] = CommentedSeq()  # an empty `[]` would stay in one line
    return document[key]


def _mapping(document: Any, key: str) -> Any:
    if not document.get(key):
        document[key] = CommentedMap()
    return document[key]


def _yaml() -> YAML:
    made: Any = YAML()
    made.preserve_quotes = True
    made.width = 1_000_000
    return made  # type: ignore[no-any-return]


def _load(text: str) -> Any:
    try:
        return _yaml().load(text)
    except YAMLError as error:
        raise NotAccepted("A content file is not valid YAML any more; mend it first, see `bot doctor`.") from error


def _dump(document: Any) -> str:
    out = io.StringIO()
    _yaml().dump(document, out)
    return out.getvalue()
