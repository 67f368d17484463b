"""How well a new FAQ with five variants is known: `python -m benchmarks.left_out` writes benchmarks/left_out.md.

Twenty FAQs are left out in turn, whole, and added back with their question, their answer and five variants; then
they are asked in ten other ways they were not given, and all other questions are asked before and after. The
classifier's own kernel and targets are used on vectors, without Rasa. Leaving rows out of the kernel matrix A and
adding a few needs no new factorisation: with B = A^-1 and the rows R gone,
(A without R)^-1 y is B y - B_R B_RR^-1 (B y)_R.

With an encoder that was tuned on these very FAQs the figures flatter: left_out.md was measured with the one before.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Sequence

import numpy as np
import scipy.linalg

from benchmarks.bench import machine
from bot.nlu.classifier import CHARS, CLAUSES, RIDGE, SHARPNESS, clauses, closeness, ngram_vectors, targets
from bot.nlu.encoder import shared_encoder
from bot.retrain.evaluate import read_questions
from bot.retrain.measure import examples_in, taught_in
from bot.wiring_faqs import threshold

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("left_out.md")
FAQS, GIVEN, ASKED = 20, 5, 10
UNSURE = ("out_of_scope", "fallback")


class Texts(NamedTuple):
    """n texts as the classifier sees them: unit vectors, unit rows of n-grams."""

    vectors: Any
    chars: Any

    def kernel(self, other: Texts) -> Any:
        """[n, m]."""
        return closeness(self.vectors @ other.vectors.T) + CHARS * (self.chars @ other.chars.T).toarray()


class Result(NamedTuple):
    """One FAQ: how many of what it was asked were right, and of the other questions before and after."""

    name: str
    right: float
    others_before: int
    others_after: int
    others: int


class Bench:
    """The whole training data, factorised once."""

    def __init__(self, questions: Path) -> None:
        taught = taught_in(ROOT / "domain")
        found = list(dict.fromkeys(examples_in(ROOT / "data" / "nlu") + taught))
        self.texts, self.labels = [text for text, _ in found], np.array([label for _, label in found])
        self.own = set(taught)
        self.asked = read_questions(questions)
        self._groups = [[text, *clauses(text)] for text, _ in self.asked]
        parts = [part for group in self._groups for part in group]
        shared_encoder().remember(ROOT / "build")
        shared_encoder().begin([*([text] for text in self.texts), *self._groups])
        self._chars, idf = ngram_vectors(self.texts)
        self.all = Texts(shared_encoder().encode(self.texts), self._chars)
        self.parts = Texts(np.concatenate(shared_encoder().encode_parts(self._groups)), ngram_vectors(parts, idf)[0])
        self.kernel = self.all.kernel(self.all)
        ridged = self.kernel.copy()
        ridged[np.diag_indices(len(ridged))] += RIDGE
        self._factor = scipy.linalg.cho_factor(ridged, overwrite_a=True, check_finite=False)
        self._to_parts = self.parts.kernel(self.all)
        self._near_parts = self.parts.vectors @ self.all.vectors.T
        self._sure = threshold(ROOT / "config.yml")

    def left_out(self, name: str, spread: bool, seed: int) -> Result:
        """spread: the five given differ as much as five of its variants can; else they are drawn."""
        gone = np.flatnonzero(self.labels == name)
        kept = np.setdiff1d(np.arange(len(self.labels)), gone)
        variants = np.array([row for row in gone if (self.texts[row], name) not in self.own])
        drawn = np.random.default_rng(seed).permutation(variants)
        asked, rest = drawn[:ASKED], drawn[ASKED:]
        five = rest[_differing(self.all.vectors[rest], GIVEN)] if spread else rest[:GIVEN]
        new = np.concatenate([five, [row for row in gone if (self.texts[row], name) in self.own]]).astype(int)
        names = sorted(set(self.labels))
        less = [one for one in names if one != name]
        solve = self._without(gone, kept)
        before = solve(targets(self.labels[kept], less))
        rows = np.concatenate([kept, new])
        wanted = targets(self.labels[rows], names)
        across = self.kernel[np.ix_(kept, new)]
        solved = solve(np.hstack([wanted[: len(kept)], across]))
        plain, through = solved[:, : len(names)], solved[:, len(names) :]
        inner = self.kernel[np.ix_(new, new)] + RIDGE * np.eye(len(new)) - across.T @ through
        added = np.linalg.solve(inner, wanted[len(kept) :] - across.T @ plain)
        weights = np.vstack([plain - through @ added, added]).astype(np.float32)
        own = self._answers(self.kernel[np.ix_(asked, rows)], self._cosines(asked, rows), weights, names)
        was, now = self._others(kept, before, less), self._others(rows, weights, names)
        others = [i for i, (_, expected) in enumerate(self.asked) if name not in expected.split("|")]
        return Result(
            name,
            float(np.mean([got == name for got in own])),
            sum(_right(was[i], self.asked[i][1]) for i in others),
            sum(_right(now[i], self.asked[i][1]) for i in others),
            len(others),
        )

    def _without(self, gone: Any, kept: Any) -> Any:
        units = np.zeros((len(self.labels), len(gone)), dtype=np.float32, order="F")
        units[gone, np.arange(len(gone))] = 1
        columns = scipy.linalg.cho_solve(self._factor, units, check_finite=False)
        corner = np.linalg.inv(columns[gone].astype(np.float64))

        def solve(wanted: Any) -> Any:
            whole = np.zeros((len(self.labels), wanted.shape[1]), dtype=np.float32)
            whole[kept] = wanted
            found = scipy.linalg.cho_solve(self._factor, whole, check_finite=False)
            return found[kept] - columns[kept] @ (corner @ found[gone]).astype(np.float32)

        return solve

    def _others(self, rows: Any, weights: Any, names: Sequence[str]) -> list[str]:
        counts = [len(group) for group in self._groups]
        return self._answers(self._to_parts[:, rows], self._near_parts[:, rows], weights, names, counts)

    def _cosines(self, asked: Any, rows: Any) -> Any:
        return self.all.vectors[asked] @ self.all.vectors[rows].T

    def _answers(
        self, kernel: Any, cosines: Any, weights: Any, names: Sequence[str], counts: Sequence[int] = ()
    ) -> list[str]:
        scores = SHARPNESS * (kernel @ weights)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        nearest, found, start = cosines.max(axis=1), [], 0
        for count in counts or [1] * len(kernel):
            mean = shares[start]
            if count > 1:
                mean = (1 - CLAUSES) * mean + CLAUSES * shares[start + 1 : start + count].mean(axis=0)
            best = int(mean.argmax())
            sure = mean[best] * max(float(nearest[start : start + count].max()), 0.0) >= self._sure
            found.append(names[best] if sure else "fallback")
            start += count
        return found


def main() -> None:
    """Measures, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=ROOT / "tests" / "data" / "questions.tsv")
    parser.add_argument("--write", action="store_true", help="write benchmarks/left_out.md")
    options = parser.parse_args()
    began = time.monotonic()
    bench = Bench(options.questions)
    faqs = sorted({name for name in bench.labels if name.startswith("faq/")})
    chosen = [faqs[i * len(faqs) // FAQS] for i in range(FAQS)]
    lines, table = [], []
    for way, spread in (("that differ most", True), ("drawn at random", False)):
        found = [bench.left_out(name, spread, seed) for seed, name in enumerate(chosen)]
        lost = [100 * (one.others_before - one.others_after) / one.others for one in found]
        right = [100 * one.right for one in found]
        lines.append(f"| five variants {way} | {np.median(right):.0f} % | {np.mean(right):.0f} % | "
                     f"{np.median(lost):.2f} | {np.mean(lost):.2f} | {max(lost):.2f} |")  # fmt: skip
        table += [f"| {one.name} | {way} | {100 * one.right:.0f} % | {gone:.2f} |"
                  for one, gone in zip(found, lost, strict=True)]  # fmt: skip
    text = "\n".join([
        "# A new FAQ with five variants", "",
        f"By `python -m benchmarks.left_out --write` on {date.today()}, {machine()}, {time.monotonic() - began:.0f} s: "
        f"{len(bench.texts)} examples, questions and answers; other questions: {options.questions.name}.", "",
        "| given | right of 10 other ways, median | mean | others lose, points, median | mean | most |",
        "| --- | --- | --- | --- | --- | --- |", *lines, "",
        "| FAQ | given | right | others lose, points |", "| --- | --- | --- | --- |", *table, "",
    ])  # fmt: skip
    print("\n".join(text.splitlines()[:8]))
    if options.write:
        RESULTS.write_text(text, encoding="utf-8")


def _differing(vectors: Any, most: int) -> list[int]:
    """Rows that stand for the others: each next one is the one that brings most of them nearer."""
    alike, chosen = vectors @ vectors.T, list[int]()
    best = np.full(len(vectors), -1.0)
    for _ in range(most):
        gains = np.maximum(alike, best).sum(axis=1)
        gains[chosen] = -np.inf
        chosen.append(int(gains.argmax()))
        best = np.maximum(best, alike[chosen[-1]])
    return chosen


def _right(got: str, expected: str) -> bool:
    return got in expected.split("|") or (got in UNSURE and "fallback" in expected.split("|"))


if __name__ == "__main__":
    main()
