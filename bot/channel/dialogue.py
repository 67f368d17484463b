"""One visitor turn through Rasa: text or choice in, reviewed messages and the new events out."""

from __future__ import annotations

import copy
import re
import unicodedata
import uuid
from pathlib import Path
from typing import Any, Mapping, Sequence

from bot.dialogue_rules import asks_for_reference, without_correction
from bot.errors import ModelUnusable
from bot.nlu.without_tensorflow import leave_out_tensorflow

leave_out_tensorflow()  # before the first import of rasa.core

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage  # noqa: E402
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER  # noqa: E402
from rasa.model import get_latest_model  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402

from bot.channel.processor import TurnProcessor  # noqa: E402
from bot.channel.runtime import InProcessActions, PlainGraph, RememberedPredictions, TurnTrackers, events_of  # noqa: E402
from bot.channel.turn import CONTACT_FORM, Reply  # noqa: E402
from bot.channel.wording import ReviewedWording, responses_of  # noqa: E402
from bot.nlu.components import UNSURE, label_of, parse_data  # noqa: E402
from bot.nlu.one_pipeline import share_pipeline  # noqa: E402

OF_AN_APPOINTMENT = "booking/reschedule"  # the topic of who has one
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
# a placeholder of redaction or a vault token is no tag
_TAGS = re.compile(r"</?(?![A-Z]{3,10}(?::v[0-9a-f]{16})?>)[a-zA-Z][^<>]{0,200}>")


def plain_text(text: str) -> str:
    """The words of a message: no control or invisible characters, no tags, no leading slash.

    Rasa reads a text that starts with "/" as a command with entities (`/restart`, `/greet{"a":"b"}`);
    what visitors write must never reach that parser.
    """
    text = _TAGS.sub(" ", _INVISIBLE.sub("", unicodedata.normalize("NFC", text)))
    text = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
    return re.sub(r"^[\s/]+", "", text).strip()


class RasaDialogue:
    """The loaded Rasa model. Turns of one conversation must come one after another.

    models: a model file, or a folder whose newest is taken.
    """

    ready = True

    def __init__(self, models: Path, wording: ReviewedWording) -> None:
        model = get_latest_model(str(models)) if models.exists() else None
        if model is None:
            raise ModelUnusable(f"There is no trained model in {models}; run `make train`.")
        self._wording = wording
        share_pipeline()
        self._agent = Agent.load(model, generator=self._wording, action_endpoint=InProcessActions())
        processor = self._agent.processor
        if processor is None or processor.domain is None:
            raise ModelUnusable(f"The model {Path(model).name} cannot be loaded; run `make train`.")
        self._processor = processor = TurnProcessor.of(processor)
        runner: Any = processor.graph_runner
        plain = PlainGraph(runner._graph_schema, runner._instantiated_nodes)
        processor.graph_runner = RememberedPredictions(plain, processor.domain, processor.model_metadata.core_target)
        self._no_tracker = DialogueStateTracker.from_events("", [])  # understanding needs none
        self._trackers = TurnTrackers(processor.domain)
        processor.tracker_store = self._trackers
        self._wording.use(processor.domain.responses)
        self.model_version = Path(model).name.removesuffix(".tar.gz")

    def reworded(self, domain: Path, wording: ReviewedWording, version: str) -> RasaDialogue:
        """The same model with the responses of a domain folder, and a wording of its own: no training, no loading.
        Raises BrokenFile.

        It shares what never changes; turns of both may run at once.
        """
        other = copy.copy(self)
        other._wording = wording
        other._wording.use(responses_of(domain))
        other._processor = copy.copy(self._processor)
        other._processor.nlg = other._wording
        other._trackers = TurnTrackers(self._processor.domain)
        other._processor.tracker_store = other._trackers
        other.model_version = version
        return other

    def opening(self) -> list[dict[str, Any]]:
        """What the bot says first: what it is and what it is not."""
        return [_sent(self._wording.message("utter_opening") or {})]

    def knows_choice(self, choice: str) -> bool:
        """Whether this id is one the bot can answer."""
        return self._wording.knows(choice)

    async def reply(
        self,
        conversation_id: str,
        history: list[dict[str, Any]],
        text: str | None,
        choice: str | None,
        form: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answers one message. history: the Rasa events of the conversation's earlier turns."""
        parsed = await self._understand(text, choice, form)
        domain = self._processor.domain
        tracker = DialogueStateTracker.from_events(conversation_id, events_of(history), domain.slots)
        known = len(tracker.events)
        self._trackers.current[conversation_id] = tracker
        channel = CollectingOutputChannel()
        try:
            await self._processor.handle_message(
                UserMessage(parsed["text"], channel, conversation_id, parse_data=parsed)
            )
            tracker = self._trackers.current[conversation_id]
        finally:
            self._trackers.current.pop(conversation_id, None)
        events = [event.as_dict() for event in list(tracker.events)[known:]]
        said = [event for event in events if event["event"] == "bot"]
        messages = [_sent({"text": event["text"], **event["metadata"]}) for event in said]
        if not messages:
            messages = [_sent(self._wording.message("utter_unsure") or {})]
        answer_id = said[0]["metadata"].get("answer_id", "") if said else "utter_unsure"
        return Reply(
            messages,
            messages[0]["outcome"],  # a question answered in the middle of a booking is that question's outcome
            float(parsed["intent"]["confidence"]),
            [[item["name"], round(item["confidence"], 4)] for item in parsed.get("intent_ranking", [])],
            answer_id,
            events,
            in_booking=tracker.get_slot("booking_active") is True,
        )

    def labels(self, texts: Sequence[str]) -> list[str]:
        """The intent that each of many texts has in a fresh conversation; several times as fast as turns."""
        words = [without_correction(plain_text(text)) for text in texts]
        asked = [UserMessage(said) for said in dict.fromkeys(words) if any(c.isalnum() for c in said)]
        target = self._processor.model_metadata.nlu_target
        ran = self._processor.graph_runner.run({PLACEHOLDER_MESSAGE: asked, PLACEHOLDER_TRACKER: None}, [target])
        found = {str(message.get("text")): label_of(message.as_dict()) for message in ran[target]}
        return [OF_AN_APPOINTMENT if asks_for_reference(said) else found.get(said, UNSURE) for said in words]

    async def _understand(
        self, text: str | None, choice: str | None, form: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if form is not None:
            filled = parse_data(CONTACT_FORM, 1.0, [(CONTACT_FORM, 1.0)])
            return {"text": CONTACT_FORM, "entities": [], "form": dict(form), **filled}
        if choice is not None:
            return {"text": choice, "entities": [], "choice": choice, **parse_data(choice, 1.0, [(choice, 1.0)])}
        words = without_correction(plain_text(text or ""))
        if not any(c.isalnum() for c in words):  # only emoji or punctuation: nothing to understand
            return {"text": words, "entities": [], **parse_data(UNSURE, 0.0, [])}
        if asks_for_reference(words):
            return {"text": words, "entities": [], **parse_data(OF_AN_APPOINTMENT, 1.0, [(OF_AN_APPOINTMENT, 1.0)])}
        # what processor.parse_message does but for looking, for a millisecond, whether the domain knows the intent
        parsed: dict[str, Any] = self._processor._parse_message_with_graph(UserMessage(words), self._no_tracker)
        self._processor._update_full_retrieval_intent(parsed)
        return parsed


def _sent(message: dict[str, Any]) -> dict[str, Any]:
    shown = {key: message[key] for key in ("text", "outcome", "source", "choices", "card") if message.get(key)}
    return {"id": uuid.uuid4().hex, **shown}
