"""Our Rasa graph components: the sentence encoder as a dense featurizer, the intent classifier, and a helper.

The classifier also decides "unsure" (intent `nlu_fallback`) and fills the response_selector output,
so that a retrieval intent such as faq/cost leads to utter_faq/cost without a ResponseSelector.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import (
    FEATURE_TYPE_SENTENCE,
    INTENT,
    INTENT_RANKING_KEY,
    INTENT_RESPONSE_KEY,
    RESPONSE,
    TEXT,
)
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.answers import taught
from bot.nlu.classifier import KernelClassifier, Scores
from bot.nlu.encoder import shared_encoder

UNSURE = "nlu_fallback"
FILE = "classifier.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class QuestionsOnly(GraphComponent):
    """Takes the answer's text off every training example, first in the pipeline.

    Rasa puts it there for its ResponseSelector; without one, spaCy would tokenize each answer once an example.
    """

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionsOnly:
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        for message in training_data.training_examples:
            message.data.pop(RESPONSE, None)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds the sentence vector of a message's text as its dense sentence feature."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {**DenseFeaturizer.get_default_config()}

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """There is nothing to set."""

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        super().__init__(name, config)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        return cls(config, execution_context.node_name)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        with_text = [message for message in messages if message.get(TEXT)]
        vectors = shared_encoder().encode([message.get(TEXT) for message in with_text])
        for message, vector in zip(with_text, vectors, strict=True):
            message.add_features(Features(vector[np.newaxis], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FaqIntentClassifier(GraphComponent, IntentClassifier):
    """KernelClassifier as a Rasa component; `threshold` is the confidence below which it is unsure."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"threshold": 0.2}

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classifier: KernelClassifier | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._classifier = classifier

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FaqIntentClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FaqIntentClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, KernelClassifier.load(Path(folder) / FILE))

    def train(self, training_data: TrainingData) -> Resource:
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        labels = [m.get(INTENT_RESPONSE_KEY) or m.get(INTENT) for m in examples]
        vectors = np.stack([_sentence_vector(m) for m in examples])
        more = [(text, name) for text, name in taught(training_data.responses) if name in labels]
        if more:
            vectors = np.vstack([vectors, shared_encoder().encode([text for text, _ in more])])
        texts = [m.get(TEXT) for m in examples] + [text for text, _ in more]
        labels += [name for _, name in more]
        self._classifier = KernelClassifier.fit(texts, labels, vectors, len(examples))
        with self._storage.write_to(self._resource) as folder:
            self._classifier.save(Path(folder) / FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        if self._classifier is None:
            raise RuntimeError("The intent classifier was asked before it was trained or loaded.")
        with_text = [message for message in messages if message.get(TEXT)]
        if with_text:
            texts = [message.get(TEXT) for message in with_text]
            scores = self._classifier.score_all(texts, shared_encoder().encode_parts)
            for message, its in zip(with_text, scores, strict=True):
                self._annotate(message, its)
        return messages

    def _annotate(self, message: Message, scores: Scores) -> None:
        label = scores.ranking[0][0]
        sure = scores.confidence >= self._config["threshold"]
        parsed = parse_data(label if sure else UNSURE, scores.confidence, scores.ranking[:5])
        for key, value in parsed.items():
            message.set(key, value, add_to_output=True)


def parse_data(label: str, confidence: float, ranking: List[tuple[str, float]]) -> Dict[str, Any]:
    """Rasa's parse result for a full intent id ("faq/cost"): intent, ranking and response_selector."""
    base = label.split("/")[0]
    found: Dict[str, Any] = {
        INTENT: {"name": base, "confidence": confidence},
        INTENT_RANKING_KEY: [{"name": name, "confidence": p} for name, p in ranking],
    }
    if "/" in label:
        found["response_selector"] = {
            "all_retrieval_intents": [base],
            base: {
                "response": {
                    "intent_response_key": label,
                    "utter_action": f"utter_{label}",
                    "confidence": confidence,
                }
            },
        }
    return found


def label_of(parsed: Dict[str, Any]) -> str:
    """The reverse: the full intent id of a parse result."""
    base = parsed[INTENT]["name"]
    response = parsed.get("response_selector", {}).get(base, {}).get("response", {})
    return str(response.get(INTENT_RESPONSE_KEY) or base)


def _sentence_vector(message: Message) -> np.ndarray:
    _, sentence = message.get_dense_features(TEXT)
    if sentence is None:
        raise RuntimeError("A training example has no sentence vector; check the pipeline in config.yml.")
    vector: np.ndarray = sentence.features[0]
    return vector
