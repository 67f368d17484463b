"""The sentence encoder: text in, a unit vector of 384 numbers out, on this machine, with no network.

all-MiniLM-L6-v2, tuned on our own examples, in int8 ONNX (scripts/encoder; encoder_files/README.md).
One instance serves the intent classifier, the safety screen and the evaluation; a small cache of the
latest texts means that a message screened and then classified is encoded once, with all its parts.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.errors import BrokenFile
from bot.nlu.threads import computing
from bot.nlu.vectors import VectorFile

FILES = Path(__file__).parent / "encoder_files"
MODEL = "minilm-l6-tuned.int8.onnx"
SHA256 = {
    MODEL: "9fc83049961a2c9f3a8d312747adc33de5da7c3d44401e49844ba78e21c51bfd",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
DIMENSIONS = 384
MAX_TOKENS = 256  # a message of 1,000 characters is about 220 tokens
_REMEMBERED = 64  # texts; a turn needs one or two, and one takes up to 400 kB


class _Encoded(NamedTuple):
    """states: what the encoder makes of each token, [tokens, 384]; places: where each token stands in the text."""

    states: np.ndarray
    places: np.ndarray

    def mean(self, start: int, end: int) -> np.ndarray | None:
        """The unit vector of what stands from start to end; None when no whole token does."""
        begins, ends = self.places[:, 0], self.places[:, 1]
        within = self.states[(begins >= start) & (ends <= end) & (ends > begins)]
        return _unit(within) if len(within) else None


class SentenceEncoder:
    """Encodes texts with one onnxruntime session.

    Raises BrokenFile when a file is missing or is not the one whose hash stands above.
    """

    def __init__(self, folder: Path = FILES, threads: int = 1) -> None:
        for name, expected in SHA256.items():
            path = folder / name
            if not path.is_file():
                raise BrokenFile(path, "it is missing; restore it from the repository")
            if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                raise BrokenFile(path, "its content is not the one we ship; restore it")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()  # the file asks for a fixed length: ten times slower
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._latest: OrderedDict[str, _Encoded] = OrderedDict()
        self._remembering = threading.Lock()
        self._ahead: dict[tuple[str, ...], Future[np.ndarray]] = {}
        self._file: VectorFile | None = None
        self._begun: dict[tuple[str, ...], Future[np.ndarray]] = {}

    def begin(self, groups: Iterable[Sequence[str]]) -> None:
        """Starts to encode many groups, on every core in the background; `encode_parts` then waits for them.

        Training begins before Rasa has read its files: reading is one core's work, encoding fills the other.
        """
        begun = {group: computing.submit(self._group, group) for group in dict.fromkeys(map(tuple, groups))}
        self._ahead.update(begun)
        if self._file is not None:
            self._begun.update(begun)

    def done(self) -> Iterator[float]:
        """The share that is encoded of what `begin` was given, again and again until all of it is."""
        pending = list(self._ahead.values())
        for at, vectors in enumerate(pending):
            if not vectors.done():
                yield at / len(pending)
                vectors.result()

    def remember(self, folder: Path) -> None:
        """From now on what `begin` gets is looked up first: in a file of this folder, and in what we ship."""
        self._file = VectorFile(folder / f"vectors-{SHA256[MODEL][:12]}.npz", shipped_vectors())

    def keep(self) -> None:
        """Writes the vectors of everything begun since `remember` to its file."""
        if self._file is not None:
            self._file.keep(
                (name, vector)
                for group, vectors in self._begun.items()
                for name, vector in zip(_names(group), vectors.result(), strict=True)
            )

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, float32 [len(texts), 384]."""
        found = self.encode_parts([[text] for text in texts])
        return np.concatenate(found) if found else np.empty((0, DIMENSIONS), dtype=np.float32)

    def encode_parts(self, groups: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """For each group - a text, then parts of it - unit vectors, float32 [len(group), 384].

        One run a group: a part's vector is the mean of what the run of the whole text made of its tokens (it knows
        what stands around it, and costs nothing; docs/decisions.md has what that gains). What does not stand in
        the text, such as its plain form, has a run of its own.

        Always one text a run: dynamic int8 quantisation takes its scale from the whole batch, so in a batch a text's
        vector would depend on its neighbours (mean cosine 0.988 to itself alone, measured), and padding costs more
        than batching saves (1.53 s against 1.26 s for 691 questions). Several groups use a thread for each core.
        """
        wanted = list(map(tuple, groups))
        ahead = {group: self._ahead.pop(group) for group in dict.fromkeys(wanted) if group in self._ahead}
        new = [group for group in dict.fromkeys(wanted) if group not in ahead]
        run = computing.map if len(new) > 1 else map  # one alone saves the way to another thread
        fresh = dict(zip(new, run(self._group, new), strict=True))
        return [fresh[group] if group in fresh else ahead[group].result() for group in wanted]

    def _group(self, group: tuple[str, ...]) -> np.ndarray:
        if self._file is not None:
            known = [self._file.get(name) for name in _names(group)]
            if all(vector is not None for vector in known):
                return np.stack(known)  # type: ignore[arg-type]
        text, encoded = group[0], self._encoded(group[0])
        found = [_unit(encoded.states)]
        for part in group[1:]:
            start = text.find(part)
            mean = encoded.mean(start, start + len(part)) if start >= 0 else None
            found.append(_unit(self._encoded(part).states) if mean is None else mean)
        return np.stack(found)

    def _encoded(self, text: str) -> _Encoded:
        with self._remembering:
            if text in self._latest:
                return self._latest[text]
        cut = self._tokenizer.encode(text)
        ids = np.array([cut.ids], dtype=np.int64)
        states = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]
        encoded = _Encoded(states, np.array(cut.offsets))
        with self._remembering:
            self._latest[text] = encoded
            while len(self._latest) > _REMEMBERED:
                self._latest.popitem(last=False)
        return encoded


def _unit(states: np.ndarray) -> np.ndarray:
    mean = states.mean(axis=0, dtype=np.float32)
    found: np.ndarray = mean / np.sqrt(mean @ mean)
    return found


def _names(group: Sequence[str]) -> list[str]:
    """What each vector of a group is kept under: a part means another thing in another text."""
    return [group[0], *(f"{group[0]}\0{part}" for part in group[1:])]


def shipped_vectors() -> Path:
    """The file with this encoder's vectors of the examples we ship (scripts/encoder/ship_vectors.py makes it)."""
    return FILES / f"examples-{SHA256[MODEL][:12]}.npz"


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process: loading it twice would cost 60 MB and half a second."""
    return SentenceEncoder()
