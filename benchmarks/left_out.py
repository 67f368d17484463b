"""How well a new FAQ with five variants is known: `python -m benchmarks.left_out` writes benchmarks/left_out.md.

Twenty FAQs the bot does not have (new_faqs.yml) are added in turn, with their question, their answer and five
variants; and twenty it has are left out in turn, whole, and added back. Then they are asked in ten other ways they
were not given, and all other questions are asked before and after. The
classifier's own kernel and targets are used on vectors, without Rasa. Leaving rows out of the kernel matrix A and
adding a few needs no new factorisation: with B = A^-1 and the rows R gone,
(A without R)^-1 y is B y - B_R B_RR^-1 (B y)_R.

The encoder we ship was tuned on the FAQs that are left out: what these lines say of it flatters. The new ones it has
never seen.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, NamedTuple, Sequence

import numpy as np
import scipy.linalg
import yaml

from benchmarks.bench import machine
from bot.nlu.classifier import CHARS, CLAUSES, RIDGE, SHARPNESS, clauses, closeness, ngram_vectors, targets
from bot.nlu.encoder import shared_encoder
from bot.retrain.evaluate import read_questions
from bot.retrain.measure import examples_in, taught_in
from bot.wiring_faqs import threshold

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("left_out.md")
FAQS, GIVEN, ASKED = 20, 5, 10
NEW: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("new_faqs.yml").read_text(encoding="utf-8"))
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
        chars, self._idf = ngram_vectors(self.texts)
        self.all = Texts(shared_encoder().encode(self.texts), chars)
        self.parts = Texts(
            np.concatenate(shared_encoder().encode_parts(self._groups)), ngram_vectors(parts, self._idf)[0]
        )
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
        weights = _bordered(solve, self.kernel[np.ix_(kept, new)], self.kernel[np.ix_(new, new)], wanted)
        own = self._answers(self.kernel[np.ix_(asked, rows)], self._cosines(asked, rows), weights, names)
        was = self._others(self._to_parts[:, kept], self._near_parts[:, kept], before, less)
        now = self._others(self._to_parts[:, rows], self._near_parts[:, rows], weights, names)
        return self._result(name, own, was, now)

    def added(self, faq: dict[str, Any]) -> Result:
        """One of new_faqs.yml: nothing is left out."""
        name, given = faq["id"], self._seen([faq["question"], faq["answer"], *faq["variants"]])
        labels = np.append(self.labels, [name] * len(given.vectors))
        names = sorted(set(labels))
        across, to_given = self.all.kernel(given), self.parts.kernel(given)
        weights = _bordered(self._solve, across, given.kernel(given), targets(labels, names))
        asked = self._seen(faq["asked"])
        kernel = np.hstack([asked.kernel(self.all), asked.kernel(given)])
        own = self._answers(kernel, asked.vectors @ np.vstack([self.all.vectors, given.vectors]).T, weights, names)
        near = np.hstack([self._near_parts, self.parts.vectors @ given.vectors.T])
        now = self._others(np.hstack([self._to_parts, to_given]), near, weights, names)
        return self._result(name, own, self.now, now)

    def _seen(self, texts: Sequence[str]) -> Texts:
        return Texts(shared_encoder().encode(texts), ngram_vectors(texts, self._idf)[0])

    def _solve(self, wanted: Any) -> Any:
        return scipy.linalg.cho_solve(self._factor, wanted, check_finite=False)

    @cached_property
    def now(self) -> list[str]:
        """What all the questions get as things stand."""
        names = sorted(set(self.labels))
        weights = self._solve(targets(self.labels, names)).astype(np.float32)
        return self._others(self._to_parts, self._near_parts, weights, names)

    def _result(self, name: str, own: list[str], was: list[str], now: list[str]) -> Result:
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
        columns = self._solve(units)
        corner = np.linalg.inv(columns[gone].astype(np.float64))

        def solve(wanted: Any) -> Any:
            whole = np.zeros((len(self.labels), wanted.shape[1]), dtype=np.float32)
            whole[kept] = wanted
            found = self._solve(whole)
            return found[kept] - columns[kept] @ (corner @ found[gone]).astype(np.float32)

        return solve

    def _others(self, kernel: Any, near: Any, weights: Any, names: Sequence[str]) -> list[str]:
        return self._answers(kernel, near, weights, names, [len(group) for group in self._groups])

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
    parser.add_argument("--new", action="store_true", help="only the FAQs of new_faqs.yml")
    parser.add_argument("--write", action="store_true", help="write benchmarks/left_out.md")
    options = parser.parse_args()
    began = time.monotonic()
    bench = Bench(options.questions)
    faqs = sorted({name for name in bench.labels if name.startswith("faq/")})
    chosen = [faqs[i * len(faqs) // FAQS] for i in range(FAQS)]
    lines, table = [], []
    ways: dict[str, Callable[[], list[Result]]] = {
        "of FAQs the bot does not have": lambda: [bench.added(faq) for faq in NEW],
        "that differ most": lambda: [bench.left_out(name, True, seed) for seed, name in enumerate(chosen)],
        "drawn at random": lambda: [bench.left_out(name, False, seed) for seed, name in enumerate(chosen)],
    }
    for way, results in list(ways.items())[: 1 if options.new else None]:
        found = results()
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


def _bordered(solve: Any, across: Any, inside: Any, wanted: Any) -> Any:
    """Weights when rows are added to those `solve` knows. across: kernel of the old with the new; inside: of the new
    with one another; wanted: the targets of all."""
    old, classes = len(across), wanted.shape[1]
    solved = solve(np.hstack([wanted[:old], across]))
    plain, through = solved[:, :classes], solved[:, classes:]
    inner = inside + RIDGE * np.eye(len(inside)) - across.T @ through
    added = np.linalg.solve(inner, wanted[old:] - across.T @ plain)
    return np.vstack([plain - through @ added, added]).astype(np.float32)


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
