/** The log of the conversation (role=log): every message once, in the server's order, each with its speaker. */
import { h } from "../dom";
import type { Delivery } from "../conversation";
import type { Message, Said } from "../types";
import { isCalm } from "../viewport";
import { readCard } from "./cards";
import { type Context, ENGLISH, hidden, link } from "./context";

const PACE_MS = 250;
const LONGEST_PACE_MS = 600; // of a whole answer, however many its parts

export class LogView {
  readonly element: HTMLElement;
  private readonly shown = new Map<string, { node: HTMLElement; message: Message }>();
  private placing: Promise<void> = Promise.resolve();

  constructor(private readonly context: Context) {
    this.element = h("div", { role: "log", "aria-label": context.locale.t.log, tabindex: "0", class: "log" });
  }

  clear(): void {
    this.shown.clear();
    this.element.replaceChildren();
  }

  /** The visitor's message, and how far it got. */
  said({ id, shown }: Said, delivery: Delivery): HTMLElement {
    const { t } = this.context.locale;
    let entry = this.shown.get(id);
    if (!entry) {
      entry = this.entry({ id, text: shown, from: "visitor" });
      this.element.append(entry.node);
    }
    const state = delivery === "waiting" ? t.notSent : delivery === "refused" ? t.refused : "";
    const told = entry.node.querySelector(".delivery");
    if (told?.textContent !== state) {
      told?.remove();
      if (state) entry.node.append(h("span", { class: "delivery" }, state));
    }
    return entry.node;
  }

  /** Puts in what is missing, in order. restored: without announcing it. Returns what is new. */
  heard(messages: Message[], restored: boolean): Promise<HTMLElement[]> {
    const placed = this.placing.then(() => this.place(messages, restored));
    this.placing = placed.then(
      () => {},
      () => {},
    );
    return placed;
  }

  /** The bot's messages since the visitor last spoke. */
  lastAnswer(): Message[] {
    const answer: Message[] = [];
    for (let node = this.element.lastElementChild; node; node = node.previousElementSibling) {
      const message = this.shown.get((node as HTMLElement).dataset["id"] ?? "")?.message;
      if (!message || message.from === "visitor") break;
      answer.unshift(message);
    }
    return answer;
  }

  private async place(messages: Message[], restored: boolean): Promise<HTMLElement[]> {
    const news: HTMLElement[] = [];
    const unknown = messages.filter((message) => !this.shown.has(message.id)).length;
    const pace = restored || isCalm() ? 0 : Math.min(PACE_MS, LONGEST_PACE_MS / Math.max(1, unknown - 1));
    if (restored) this.element.setAttribute("aria-live", "off");
    let before: HTMLElement | null = null;
    for (const message of messages) {
      const known = this.shown.get(message.id);
      if (!known && news.length && pace) await new Promise((resolve) => setTimeout(resolve, pace));
      const { node } = known ?? this.entry(message);
      if (!known) {
        if (before) before.after(node);
        else this.element.prepend(node);
        news.push(node);
      }
      before = node;
    }
    if (restored) setTimeout(() => this.element.removeAttribute("aria-live"), 500);
    return news;
  }

  private entry(message: Message): { node: HTMLElement; message: Message } {
    const entry = { node: this.draw(message), message };
    this.shown.set(message.id, entry);
    return entry;
  }

  private draw(message: Message): HTMLElement {
    const { t } = this.context.locale;
    const byVisitor = message.from === "visitor";
    const { source, card } = message;
    const replies = byVisitor ? 0 : (message.choices?.length ?? 0);
    return h(
      "div",
      { class: byVisitor ? "message visitor" : "message bot", "data-id": message.id },
      hidden(`${byVisitor ? t.you : t.bot} `),
      h("p", byVisitor ? { dir: "auto" } : ENGLISH, message.text),
      source && h("p", { class: "source" }, `${t.source} `, link(this.context, source.title, source.url, ENGLISH)),
      card && readCard(this.context, card),
      replies > 0 && hidden(t.repliesBelow(replies)),
    );
  }
}
