"""The content the bot is made of, and the only way the console and the command line change it.

One source of truth: data/nlu, domain and practice.yml, the same files that Rasa's commands read. What the practice
adds goes to practice_faqs.yml of both folders. Every change is checked, parsed again before it is written, and
written whole; an edit of something that somebody else changed meanwhile is refused.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Callable, Iterable, Optional

import yaml

from bot import plain_yaml
from bot.errors import BrokenFile
from bot.retrain import files, yaml_files
from bot.retrain.faq import Faq, NotAccepted, Stale, check, new_id, same_text, tidy
from bot.retrain.history import Entry, History, history_of

OWN_FILE = "practice_faqs.yml"
RETIRED_FILE = "retired.yml"
PARTS = ("data", "domain", "practice.yml", "config.yml")


class Content:
    """Reads and changes the FAQs under root. work: where the lock, the journal and the history are kept.

    facts: the names of the facts an answer may hold; needed: those that every practice file tells.
    """

    def __init__(
        self, root: Path, work: Path, facts: Iterable[str], needed: Iterable[str], history: Optional[History] = None
    ) -> None:
        self.root = root
        self._work = work
        self._facts, self._needed = frozenset(facts), frozenset(needed)
        self._history = history or history_of(root, work / "history")
        self._read: dict[Path, tuple[tuple[int, int], Any]] = {}

    def faqs(self) -> list[Faq]:
        """Every FAQ, in the order of the files. Raises BrokenFile."""
        with self._alone():
            return list(self._faqs().values())

    def faq(self, faq_id: str) -> Faq:
        """One FAQ. Raises NotAccepted when there is none of this id."""
        with self._alone():
            return self._one(faq_id)

    def retired(self) -> list[Faq]:
        """The FAQs taken out of use."""
        with self._alone():
            return self._retired()

    def history(self, most: int = 50) -> list[Entry]:
        """The latest changes first."""
        return self._history.entries(most)

    def add(self, faq: Faq, who: str, why: str = "") -> Faq:
        """A new FAQ; without an id it gets one from its question. Raises NotAccepted."""
        with self._alone():
            known = {**self._faqs(), **{old.id: old for old in self._retired()}}
            faq = tidy(faq if faq.id else replace(faq, id=new_id(faq.title, known)))
            if faq.id in known:
                raise NotAccepted(f"{faq.id} exists already; edit it, or choose another name.")
            self._put(faq, (), who, why or f"New FAQ {faq.id}")
            return self._one(faq.id)

    def edit(self, faq: Faq, revision: str, who: str, why: str = "") -> Faq:
        """The FAQ as given; revision: of what was read before. Raises Stale or NotAccepted."""
        with self._alone():
            old = self._one(faq.id)
            if old.revision != revision:
                raise Stale(faq.id)
            self._put(tidy(faq), old.variants, who, why or f"FAQ {faq.id} changed")
            return self._one(faq.id)

    def retire(self, faq_id: str, revision: str, who: str, why: str = "") -> None:
        """Takes the FAQ out of use; it is kept whole in domain/retired.yml. Raises Stale or NotAccepted."""
        with self._alone():
            old = self._one(faq_id)
            if old.revision != revision:
                raise Stale(faq_id)
            changed = self._nlu_changes(faq_id, keep=set(), new=[])
            for path in self._domain_files():
                text = path.read_text(encoding="utf-8")
                if faq_id in text:
                    changed[path] = yaml_files.without_response(text, faq_id)
            shelf = self.root / "domain" / RETIRED_FILE
            text = shelf.read_text(encoding="utf-8") if shelf.exists() else yaml_files.EMPTY_RETIRED
            changed[shelf] = yaml_files.with_retired(text, old, date.today().isoformat())
            self._write(changed, lambda now: faq_id not in now, who, why or f"FAQ {faq_id} retired")

    def restore(self, faq_id: str, who: str, why: str = "") -> Faq:
        """Brings a retired FAQ back. Raises NotAccepted."""
        with self._alone():
            old = next((faq for faq in self._retired() if faq.id == faq_id), None)
            if old is None:
                raise NotAccepted(f"There is no retired FAQ {faq_id}.")
            shelf = self.root / "domain" / RETIRED_FILE
            less = {shelf: yaml_files.without_retired(shelf.read_text(encoding="utf-8"), faq_id)}
            self._put(old, (), who, why or f"FAQ {faq_id} brought back", less)
            return self._one(faq_id)

    def edit_practice(self, file: Path, revision: str, change: Callable[[str], str], who: str, why: str) -> None:
        """Another text for practice.yml; revision: the hash of the text that was read. Raises Stale, or as change."""
        with self._alone():
            old = file.read_bytes()
            if files.sha256(old) != revision:
                raise Stale(file.name)
            new = change(old.decode()).encode()
            files.write_together(self._journal, {file: new} if new != old else {})
            if new != old and self.root.resolve() in file.resolve().parents:
                self._history.record({file: (old, new)}, who, why)

    def snapshot(self, target: Path) -> str:
        """Copies everything a version is made of, at one moment; gives its hash. target must not exist."""
        with self._alone():
            copy_content(self.root, target)
        return fingerprint(target)

    def _put(
        self, faq: Faq, before: tuple[str, ...], who: str, why: str, also: Optional[dict[Path, str]] = None
    ) -> None:
        check(faq, self._facts, self._needed)
        faqs = self._faqs()
        unknown = [name for name in faq.follow_ups if name not in faqs or name == faq.id]
        if unknown:
            raise NotAccepted(f"The follow-up {unknown[0]} is not an FAQ that can be offered here.")
        _refuse_clashes(faq, faqs)
        changed: dict[Path, str] = {}
        if set(faq.variants) != set(before):
            kept = set(before) & set(faq.variants)
            changed = self._nlu_changes(faq.id, kept, [text for text in faq.variants if text not in kept])
        place = self._place_of(faq.id)
        text = place.read_text(encoding="utf-8") if place.exists() else yaml_files.EMPTY_DOMAIN
        written = replace(faq, topic="" if faq.topic == place.stem else faq.topic)
        changed[place] = yaml_files.with_response(text, written)
        self._write({**changed, **(also or {})}, lambda now: _as_meant(faq, now.get(faq.id)), who, why)

    def _nlu_changes(self, faq_id: str, keep: set[str], new: list[str]) -> dict[Path, str]:
        homes = [path for path, intents in self._nlu().items() if faq_id in intents]
        if not homes and not new:
            return {}
        first = homes[0] if homes else self.root / "data" / "nlu" / OWN_FILE
        changed = {}
        for path in homes or [first]:
            text = path.read_text(encoding="utf-8") if path.exists() else yaml_files.EMPTY_NLU
            changed[path] = yaml_files.with_variants(text, faq_id, keep, new if path == first else [])
        return changed

    def _write(
        self, changed: dict[Path, str], as_meant: Callable[[dict[str, Faq]], bool], who: str, why: str
    ) -> None:
        """Parses what would be written and compares: nothing else may have changed. Then writes."""
        before, now = self._faqs(), self._faqs(changed)
        others = {name for name in before.keys() & now.keys() if before[name] != now[name]}
        touched = {name for name in others if replace(before[name], follow_ups=()) != replace(now[name], follow_ups=())}
        if not as_meant(now) or len(touched) > 1 or len(before.keys() ^ now.keys()) > 1:
            raise NotAccepted("This text cannot be kept letter for letter in the content files; write it more plainly.")
        old = {path: path.read_bytes() if path.exists() else None for path in changed}
        data = {path: text.encode() for path, text in changed.items() if text.encode() != old[path]}
        files.write_together(self._journal, data)
        if data:
            self._history.record({path: (old[path], new) for path, new in data.items()}, who, why)

    def _place_of(self, faq_id: str) -> Path:
        key = f"utter_{faq_id}"
        for path in self._domain_files():
            if key in (self._parsed(path).get("responses") or {}):
                return path
        return self.root / "domain" / OWN_FILE

    def _one(self, faq_id: str) -> Faq:
        found = self._faqs().get(faq_id)
        if found is None:
            raise NotAccepted(f"There is no FAQ {faq_id}; `bot faq list` shows them.")
        return found

    def _faqs(self, changed: Optional[dict[Path, str]] = None) -> dict[str, Faq]:
        texts = changed or {}
        variants: dict[str, list[str]] = {}
        for intents in self._nlu(texts).values():
            for intent, lines in intents.items():
                variants.setdefault(intent, []).extend(lines)
        found = {}
        for path in dict.fromkeys([*self._domain_files(), *(p for p in texts if p.parent.name == "domain")]):
            document = plain_yaml.read(texts[path]) if path in texts else self._parsed(path)
            for key, wordings in (document.get("responses") or {}).items():
                faq_id = key.removeprefix("utter_")
                if "/" in faq_id:
                    found[faq_id] = yaml_files.faq_of(faq_id, wordings, variants.get(faq_id, []), path.stem)
        return found

    def _nlu(self, changed: Optional[dict[Path, str]] = None) -> dict[Path, dict[str, list[str]]]:
        texts = changed or {}
        known = sorted((self.root / "data" / "nlu").glob("*.yml"))
        found: dict[Path, dict[str, list[str]]] = {}
        for path in dict.fromkeys([*known, *(p for p in texts if p.parent.name == "nlu")]):
            document = plain_yaml.read(texts[path]) if path in texts else self._parsed(path)
            intents: dict[str, list[str]] = {}
            for block in document.get("nlu") or []:
                if "intent" in block:
                    intents.setdefault(block["intent"], []).extend(yaml_files.examples(block))
            found[path] = intents
        return found

    def _retired(self) -> list[Faq]:
        shelf = self.root / "domain" / RETIRED_FILE
        entries = (self._parsed(shelf).get("retired") or []) if shelf.exists() else []
        return [_retired_faq(entry) for entry in entries]

    def _domain_files(self) -> list[Path]:
        return [path for path in sorted((self.root / "domain").glob("*.yml")) if path.name != RETIRED_FILE]

    def _parsed(self, path: Path) -> Any:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        if self._read.get(path, (None,))[0] != stamp:
            try:
                document = plain_yaml.read(path.read_bytes())
            except (yaml.YAMLError, OSError) as error:
                raise BrokenFile(path, "it is not valid YAML; mend it or restore it") from error
            if not isinstance(document, dict):
                raise BrokenFile(path, "it does not hold what it should; restore it")
            self._read[path] = (stamp, document)
        return self._read[path][1]

    @property
    def _journal(self) -> Path:
        return self._work / "content-journal.json"

    def _alone(self) -> Any:
        return _alone(self._work / "content.lock", self._journal)


class _alone:
    """The lock, with an interrupted change finished first."""

    def __init__(self, lock: Path, journal: Path) -> None:
        self._lock, self._journal = files.locked(lock), journal

    def __enter__(self) -> None:
        self._lock.__enter__()
        files.finish(self._journal)

    def __exit__(self, *error: Any) -> None:
        self._lock.__exit__(*error)


def copy_content(root: Path, target: Path) -> None:
    """Copies data, domain, practice.yml and config.yml."""
    target.mkdir(parents=True)
    for name in PARTS:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns(".*"))
        elif source.exists():
            shutil.copy2(source, target / name)


def fingerprint(root: Path, parts: Iterable[str] = PARTS) -> str:
    """The hash of all content files below root: equal exactly when names and contents are."""
    found = []
    for name in parts:
        place = root / name
        inside = sorted(place.rglob("*.yml")) if place.is_dir() else [place] if place.exists() else []
        found += [f"{path.relative_to(root)} {files.sha256(path.read_bytes())}" for path in inside]
    return files.sha256("\n".join(found).encode())


def _retired_faq(entry: dict[str, Any]) -> Faq:
    fields: dict[str, Any] = {**entry, **{name: tuple(v) for name, v in entry.items() if isinstance(v, list)}}
    fields.pop("retired_on", None)
    return Faq(**fields)


def _as_meant(faq: Faq, now: Optional[Faq]) -> bool:
    # New variants stand at the end of the first block: their order is the file's, not the writer's.
    return now is not None and set(now.variants) == set(faq.variants) and (
        replace(now, topic="", variants=()) == replace(faq, topic="", variants=())
    )


def _refuse_clashes(faq: Faq, faqs: dict[str, Faq]) -> None:
    titles = {same_text(other.title): other.id for other in faqs.values() if other.id != faq.id}
    if same_text(faq.title) in titles:
        raise NotAccepted(f"{titles[same_text(faq.title)]} has the same question; edit that one instead.")
    owners = {same_text(text): other.id for other in faqs.values() if other.id != faq.id for text in other.variants}
    for text in faq.variants:
        owner = owners.get(same_text(text))
        if owner:
            raise NotAccepted(f"A variant is already one of {owner}; take it away there, or leave it out here.")
