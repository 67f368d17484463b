"""How redaction is judged: recall by every letter, precision by overlap, clean words."""

import pytest

from bot.errors import BrokenFile
from bot.privacy.evaluation import evaluate, read_marked, table
from bot.privacy.redaction import Detail


def judged(tmp_path, lines, finds):
    file = tmp_path / "marked.tsv"
    file.write_text("\n".join(lines))
    return evaluate(read_marked(file), lambda text: finds.get(text, []))


def test_a_detail_is_found_when_each_of_its_letters_is_covered(tmp_path):
    finds = {"Jo Li, hi": [Detail(0, 2, "NAME"), Detail(3, 5, "NAME")], "Jo Xu": [Detail(0, 2, "NAME")]}
    result = judged(tmp_path, ['Jo Li, hi\t[[0, 5, "NAME"]]', 'Jo Xu\t[[0, 5, "NAME"]]'], finds)
    assert result["types"]["NAME"]["recall"] == 0.5 and result["types"]["NAME"]["precision"] == 1
    assert result["leaked"] == 0.5 and round(result["types"]["NAME"]["f2"], 3) == 0.556


def test_a_find_of_another_type_leaks_nothing_but_is_not_right(tmp_path):
    result = judged(tmp_path, ['123\t[[0, 3, "SSN"]]'], {"123": [Detail(0, 3, "CARD")]})
    assert result["types"]["SSN"]["recall"] == 0 and result["types"]["CARD"]["precision"] == 0
    assert result["leaked"] == 0


def test_clean_words_are_those_outside_the_marks(tmp_path):
    result = judged(tmp_path, ['see Jo now\t[[4, 6, "NAME"]]'], {"see Jo now": [Detail(0, 6, "NAME")]})
    assert result["clean_words"] == {"n": 2, "redacted": 1, "share": 0.5}
    assert "1 of 2, 50.0 %" in table(result)


@pytest.mark.parametrize("line", ["no tab", "x\tnot json", 'x\t[[0, 9, "NAME"]]', "x\t[[0]]", 'x\t[[1, 1, "NAME"]]'])
def test_a_wrong_line_is_named(tmp_path, line):
    (tmp_path / "marked.tsv").write_text(f"ok\t[]\n{line}\n")
    with pytest.raises(BrokenFile, match="line 2"):
        read_marked(tmp_path / "marked.tsv")


def test_the_tuning_set_is_found(redactor):
    """Goals of issue 3, on the set the rules were tuned with; the blind one is measured by hand."""
    from pathlib import Path

    result = evaluate(read_marked(Path("benchmarks/redaction_tuning.tsv")), redactor.details)
    structured = [result["types"][kind] for kind in ("PHONE", "EMAIL", "SSN", "CARD", "URL")]
    assert sum(s["found"] for s in structured) / sum(s["marked"] for s in structured) >= 0.99
    assert sum(s["right"] for s in structured) / sum(s["finds"] for s in structured) >= 0.95
    for kind, goal in (("NAME", 0.9), ("ADDRESS", 0.85), ("DOB", 0.95)):
        assert result["types"][kind]["recall"] >= goal, kind
    assert result["clean_words"]["share"] <= 0.01
