"""`bot train` leaves out work of Rasa's; what is trained on must stay the same."""

import io

import pytest
from rasa.engine.training import graph_trainer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data import training_data
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.retrain.shortcuts import shortcuts
from bot.retrain.train import Progress, _read

NLU = 'version: "3.1"\nnlu:\n- intent: {}\n  examples: |\n    - {}\n'


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "config.yml").write_text("recipe: default.v1\nlanguage: en\npipeline: []\npolicies: []\n")
    (tmp_path / "domain.yml").write_text(
        'version: "3.1"\nintents: [faq, chitchat]\nresponses:\n  utter_faq/cost:\n  - text: "Ask us."\n'
    )
    cost = "how much\n    - how much\n    - what does it cost "
    (tmp_path / "data" / "a.yml").write_text(NLU.format("faq/cost", cost))
    (tmp_path / "data" / "b.yml").write_text(NLU.format("chitchat", "how much\n    - hello"))
    return tmp_path


def examples(project):
    files = [str(project / "data")]
    importer = TrainingDataImporter.load_from_config(str(project / "config.yml"), str(project / "domain.yml"), files)
    found = [message.as_dict() for message in importer.get_nlu_data().training_examples]
    return [{name: value for name, value in one.items() if value is not None} for one in found]


def test_the_examples_are_those_that_rasa_reads(project):
    usual = examples(project)
    with shortcuts(_read(project / "data"), lambda node: None):
        assert examples(project) == usual
    assert [one.get("text") for one in usual].count("how much") == 2  # once for each of two intents


def test_a_file_in_another_form_is_still_checked(project):
    (project / "data" / "c.yml").write_text('version: "3.1"\nnlu:\n- intent: faq\n  exampels: |\n    - hi\n')
    with shortcuts(_read(project / "data"), lambda node: None), pytest.raises(YamlException):
        examples(project)


def test_afterwards_rasa_is_as_it_was():
    before = graph_trainer.TrainingHook, training_data.copy, TrainingData.sanitize_examples
    tokens = vars(Tokenizer)["process_training_data"]
    with pytest.raises(KeyError), shortcuts((), lambda node: None):
        assert graph_trainer.TrainingHook is not before[0]
        raise KeyError
    assert (graph_trainer.TrainingHook, training_data.copy, TrainingData.sanitize_examples) == before
    assert vars(Tokenizer)["process_training_data"] is tokens


def test_progress_names_the_step_its_share_and_the_seconds_left(monkeypatch):
    said = io.StringIO()
    monkeypatch.setattr("sys.stdout", said)
    progress = Progress()
    progress.at("reading config.yml, domain/ and data/")
    progress.at("what the examples mean", 0.5)  # within two seconds of the last line: not said
    progress.at("telling the topics apart")
    progress.end("a-model")
    lines = said.getvalue().splitlines()
    assert len(lines) == 3 and lines[0].startswith("  0 %  reading") and lines[0].endswith(" s left")
    assert lines[1].startswith(" 74 %  telling the topics apart") and lines[2].startswith("100 %  trained in")
