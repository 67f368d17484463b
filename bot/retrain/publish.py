"""Versions that need no training: the model of today taken over, other wordings, other facts of the practice."""

from __future__ import annotations

import os
import shutil
import tarfile
import uuid
from pathlib import Path
from typing import Iterable, Optional

from bot import plain_yaml
from bot.errors import ModelUnusable
from bot.retrain import files, yaml_files
from bot.retrain.content import copy_content, fingerprint
from bot.retrain.faq import Faq, NotAccepted
from bot.retrain.versions import MODEL, About, Version, Versions

_DOMAIN_IN_MODEL = "components/domain_provider/domain.yml"


def staging(versions: Versions) -> Path:
    """A new name for a folder that is not a version yet; left-overs of killed jobs go with `clear_staging`."""
    versions.folder.mkdir(parents=True, exist_ok=True)
    return versions.folder / f".staging-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def clear_staging(versions: Versions) -> None:
    """Removes what killed processes left."""
    for path in versions.folder.glob(".staging-*"):
        if not Path(f"/proc/{path.name.split('-')[1]}").exists():
            shutil.rmtree(path, ignore_errors=True)


def adopt(versions: Versions, model: Path, root: Path, encoder: str, who: str) -> Version:
    """The first version: the trained model that serves today, with the wording inside it. Raises ModelUnusable."""
    folder = staging(versions)
    copy_content(root, folder)
    shutil.copyfile(model, folder / MODEL)
    shutil.rmtree(folder / "domain")
    (folder / "domain").mkdir()
    try:
        with tarfile.open(model) as archive:
            member = archive.extractfile(_DOMAIN_IN_MODEL)
            if member is None:
                raise KeyError(_DOMAIN_IN_MODEL)
            (folder / "domain" / "domain.yml").write_bytes(member.read())
    except (tarfile.TarError, KeyError, OSError) as error:
        shutil.rmtree(folder)
        raise ModelUnusable(f"The model {model.name} cannot be read; run `make train`.") from error
    why = f"the model {model.name} as it was"
    return versions.keep(folder, About(who, why, "adopted", None, encoder, fingerprint(folder)))


def reworded(versions: Versions, base: Version, faqs: Iterable[Faq], who: str, why: str) -> Version:
    """The base with other wordings of FAQs that it has. Raises NotAccepted for one that it must learn first."""
    folder = _copy(versions, base)
    try:
        for faq in faqs:
            path = _home(folder, faq.id)
            if path is None:
                raise NotAccepted(f"{faq.id} is new to the live version; retrain to make it known.")
            files.write(path, yaml_files.with_response(path.read_text(encoding="utf-8"), faq).encode())
        about = About(who, why, "reworded", base.id, base.about.encoder, fingerprint(folder))
        return versions.keep(folder, about)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def with_facts(versions: Versions, base: Version, practice_file: Path, who: str) -> Version:
    """The base with the practice's facts as they are now."""
    folder = _copy(versions, base)
    files.write(folder / "practice.yml", practice_file.read_bytes())
    about = About(who, "practice.yml changed", "reworded", base.id, base.about.encoder, fingerprint(folder))
    return versions.keep(folder, about)


def _copy(versions: Versions, base: Version) -> Path:
    """A copy of a version; the model, which never changes, is linked and costs nothing."""
    versions.verify(base)
    folder = staging(versions)
    copy_content(base.folder, folder)
    os.link(base.model, folder / MODEL)
    if (base.folder / "metrics.json").exists():
        shutil.copyfile(base.folder / "metrics.json", folder / "metrics.json")
    return folder


def _home(folder: Path, faq_id: str) -> Optional[Path]:
    for path in sorted((folder / "domain").glob("*.yml")):
        if f"utter_{faq_id}" in (plain_yaml.read(path.read_bytes()).get("responses") or {}):
            return path
    return None
