/**
 * What can be done after the latest answer: choices, times, a form, feedback. It stands below the log and not in it,
 * so that a screen reader hears the answer alone, and it is emptied as soon as something was said.
 */
import { button, h } from "../dom";
import type { Card, Choice, FormValues, Message, TimesCard } from "../types";
import { type Context, ENGLISH } from "./context";
import { feedbackView } from "./feedback";
import { type FormActions, formView } from "./form";

export interface ActionHandlers extends FormActions {
  feedback: (messageId: string, helpful: boolean, note?: string) => void;
}

const JUDGED = /^(faq|booking)\//; // answers to a question; nobody is asked to rate a crisis reply

/** Whether a choice stands in the card already, for clients that show no cards. */
function inCard(card: Card | undefined, id: string): boolean {
  if (card?.type === "times") return card.days.some((day) => day.times.some((time) => time.id === id));
  return card?.type === "form" && card.cancel?.id === id;
}

export class ActionsView {
  readonly element = h("div", { class: "actions" });
  private shown = "";

  constructor(
    private readonly context: Context,
    private readonly handlers: ActionHandlers,
  ) {}

  get hasFocus(): boolean {
    return this.element.contains((this.element.getRootNode() as ShadowRoot).activeElement);
  }

  clear(): void {
    this.shown = "";
    this.element.replaceChildren();
  }

  /** answer: the bot's messages since the visitor last spoke. typed: values of a form sent before. */
  show(answer: Message[], typed: FormValues): void {
    const last = answer[answer.length - 1];
    if (!last) return this.clear();
    if (last.id === this.shown) return;
    this.clear();
    this.shown = last.id;
    const card = answer.map((message) => message.card).filter((found) => !!found).pop();
    const offered = answer.flatMap((message) => message.choices ?? []);
    const choices = offered.filter(({ id }) => !inCard(card, id));
    if (card?.type === "times") this.element.append(this.times(card, offered));
    if (card?.type === "form") this.element.append(formView(this.context, card, typed, this.handlers));
    if (choices.length) this.element.append(this.group(this.context.locale.t.replies, choices));
    if (JUDGED.test(last.outcome ?? "") && !card) {
      this.element.append(feedbackView(this.context, (helpful, note) => this.handlers.feedback(last.id, helpful, note)));
    }
    const wrong = this.element.querySelector<HTMLElement>("[aria-invalid]");
    if (wrong) wrong.focus();
  }

  /** A time in the card says the hour only; the choice of the same id says the day too. */
  private times({ days, zone }: TimesCard, offered: Choice[]): HTMLElement {
    const { t } = this.context.locale;
    const whole = (time: Choice) => offered.find(({ id }) => id === time.id) ?? time;
    return h(
      "div",
      { class: "card times" },
      h("h3", {}, t.times),
      zone && h("p", { class: "small", ...ENGLISH }, zone),
      ...(days ?? []).flatMap((day) => [h("h4", ENGLISH, day.label), this.group(day.label, day.times, whole)]),
    );
  }

  private group(label: string, choices: Choice[], meant = (choice: Choice) => choice): HTMLElement {
    const buttons = choices.map((choice) => button(choice.title, () => this.handlers.choose(meant(choice)), ENGLISH));
    return h(
      "div",
      {
        role: "group",
        "aria-label": label,
        class: "row",
        onkeydown: (event: KeyboardEvent) => {
          const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
          const at = buttons.indexOf(event.target as HTMLButtonElement);
          if (!step || at < 0) return;
          event.preventDefault();
          const turn = this.context.locale.dir === "rtl" && event.key.match(/Left|Right/) ? -step : step;
          buttons[(at + turn + buttons.length) % buttons.length]?.focus();
        },
      },
      ...buttons,
    );
  }
}
