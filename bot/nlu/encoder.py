"""The sentence encoder: text in, a unit vector of 384 numbers out, on this machine, with no network.

all-MiniLM-L6-v2, tuned on our own examples, in int8 ONNX (scripts/encoder; encoder_files/README.md).
One instance serves the intent classifier, the safety screen and the evaluation; a small cache of the
latest texts means that a message screened and then classified is encoded once.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from concurrent.futures import Future
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Iterator, Sequence

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from bot.errors import BrokenFile
from bot.nlu.threads import computing
from bot.nlu.vectors import VectorFile

FILES = Path(__file__).parent / "encoder_files"
MODEL = "minilm-l6-tuned.int8.onnx"
SHA256 = {
    MODEL: "06978d99d436e3b38374f85b65adcf673c779149e4fae82c4bf250b19e81e7bc",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
DIMENSIONS = 384
MAX_TOKENS = 256  # a message of 1,000 characters is about 220 tokens
_REMEMBERED = 256  # texts; a turn needs about ten


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
        self._latest: OrderedDict[str, np.ndarray] = OrderedDict()
        self._remembering = threading.Lock()
        self._ahead: dict[str, Future[np.ndarray]] = {}
        self._file: VectorFile | None = None
        self._begun: dict[str, Future[np.ndarray]] = {}

    def begin(self, texts: Iterable[str]) -> None:
        """Starts to encode many texts, on every core in the background; `encode` then waits for them.

        Training begins before Rasa has read its files: reading is one core's work, encoding fills the other.
        """
        begun = {text: computing.submit(self._known_or_run, text) for text in dict.fromkeys(texts)}
        self._ahead.update(begun)
        if self._file is not None:
            self._begun.update(begun)

    def done(self) -> Iterator[float]:
        """The share that is encoded of what `begin` was given, again and again until all of it is."""
        pending = list(self._ahead.values())
        for at, vector in enumerate(pending):
            if not vector.done():
                yield at / len(pending)
                vector.result()

    def remember(self, folder: Path) -> None:
        """From now on what `begin` gets is looked up in a file of this folder first."""
        self._file = VectorFile(folder / f"vectors-{SHA256[MODEL][:12]}.npz")

    def keep(self) -> None:
        """Writes the vectors of everything begun since `remember` to its file."""
        if self._file is not None:
            self._file.keep((text, vector.result()) for text, vector in self._begun.items())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, float32 [len(texts), 384].

        Always one text a run: dynamic int8 quantisation takes its scale from the whole batch, so
        in a batch a text's vector would depend on its neighbours (mean cosine 0.988 to itself
        alone, measured), and padding costs more than batching saves (1.53 s against 1.26 s for
        691 questions). Several texts use a thread for each core instead.
        """
        with self._remembering:
            found = {text: self._latest[text] for text in texts if text in self._latest}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if len(new) > _REMEMBERED:
            self.begin(text for text in new if text not in self._ahead)
            ahead, self._ahead = self._ahead, {}
            return np.stack([ahead[t].result() if t in ahead else found[t] for t in texts])
        run = computing.map if len(new) > 1 else map  # one text alone saves the way to another thread
        fresh = dict(zip(new, run(self._known_or_run, new), strict=True))
        with self._remembering:
            self._latest.update(fresh)
            while len(self._latest) > _REMEMBERED:
                self._latest.popitem(last=False)
        found |= fresh
        return np.stack([found[t] for t in texts]) if texts else np.empty((0, DIMENSIONS), dtype=np.float32)

    def _known_or_run(self, text: str) -> np.ndarray:
        known = self._file.get(text) if self._file is not None else None
        return self._run(text) if known is None else known

    def _run(self, text: str) -> np.ndarray:
        encoded = self._tokenizer.encode(text)
        ids = np.array([encoded.ids], dtype=np.int64)
        mask = np.array([encoded.attention_mask], dtype=np.int64)
        vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return np.asarray(vectors[0], dtype=np.float32)


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """The one encoder of this process: loading it twice would cost 60 MB and half a second."""
    return SentenceEncoder()
