/** The panel's inside: joins the conversation with the pieces that show it. */
import { Failure } from "./api";
import type { Conversation, Delivery, Listener } from "./conversation";
import { button, h } from "./dom";
import type { Choice, Content, FormCard, FormValues, Message, Said } from "./types";
import type { Store } from "./store";
import { isTouch } from "./viewport";
import { ActionsView } from "./view/actions";
import { Composer } from "./view/composer";
import type { Context } from "./view/context";
import { CrisisBar } from "./view/crisis";
import { LogView } from "./view/log";
import { Menu } from "./view/menu";
import { NoticeView } from "./view/notice";

const WORKING_AFTER_MS = 2500;

export interface ChatHooks {
  close: () => void;
  menuChanged: (open: boolean) => void;
  erased: () => void;
  focusHeading: () => void;
}

export class Chat implements Listener {
  readonly element: HTMLElement;
  readonly menu: Menu;
  private readonly log: LogView;
  private readonly actions: ActionsView;
  private readonly notice: NoticeView;
  private readonly composer: Composer;
  private readonly scroller: HTMLElement;
  private readonly talk: HTMLElement;
  private readonly typing = h("div", { class: "dots", "aria-hidden": "true", hidden: true });
  private readonly status = h("span", { role: "status" });
  private readonly retry: HTMLButtonElement;
  private readonly help: CrisisBar;
  private conversation!: Conversation;
  private typed: FormValues = {};
  private pending = new Set<string>();
  private slow: ReturnType<typeof setTimeout> | undefined;
  private restored = false;

  constructor(
    private readonly context: Context,
    store: Store,
    private readonly hooks: ChatHooks,
  ) {
    const { t } = context.locale;
    this.log = new LogView(context);
    this.actions = new ActionsView(context, {
      choose: (choice) => this.choose(choice),
      submit: (card, values) => this.submit(card, values),
      feedback: (id, helpful, note) => void this.conversation.feedback(id, helpful, note).catch(() => {}),
    });
    this.notice = new NoticeView(context, {
      load: () => this.conversation.notice(),
      accept: (version) => this.accept(version),
      later: hooks.close,
    });
    this.composer = new Composer(context, (text) => this.say({ text }, text));
    this.menu = new Menu(context, {
      started: () => this.conversation.started,
      code: () => store.code,
      save: () => this.save(),
      erase: () => this.erase(),
      changed: hooks.menuChanged,
    });
    this.retry = button(t.retry, () => this.tryAgain(), { hidden: true });
    this.help = new CrisisBar(context, () => this.menu.crisis());
    this.scroller = h("div", { class: "scroller" }, this.notice.element, this.log.element, this.typing, this.actions.element);
    this.talk = this.composer.element;
    this.element = h(
      "div",
      { class: "chat" },
      this.help.element,
      this.scroller,
      this.menu.element,
      h("p", { class: "status row" }, this.status, this.retry),
      this.talk,
    );
    this.showTalk(store.token !== null);
  }

  use(conversation: Conversation): void {
    this.conversation = conversation;
  }

  /** The panel was opened, by the visitor (focus) or because it was open before a reload. */
  async opened(focus: boolean): Promise<void> {
    if (focus) this.focus();
    if (this.conversation.started) await this.restore();
    else await this.notice.load();
  }

  focus(): void {
    if (this.conversation.started && !isTouch()) this.composer.focus();
    else this.hooks.focusHeading();
  }

  /** What was said elsewhere, once this tab is looked at again. */
  async refresh(): Promise<void> {
    if (!this.restored) return;
    this.conversation.retry();
    await this.conversation.sync().catch(() => {});
  }

  said(said: Said, delivery: Delivery, why?: string): void {
    const { t } = this.context.locale;
    const isNew = !this.pending.has(said.id);
    const node = this.log.said(said, delivery);
    if (delivery === "sending" || delivery === "waiting") this.pending.add(said.id);
    else this.pending.delete(said.id);
    this.setTyping(this.pending.size > 0 && delivery !== "waiting");
    if (isNew) this.scrollTo(node);
    if (delivery === "waiting") {
      this.tell(navigator.onLine === false ? t.offline : why || t.waiting, true);
      this.help.show();
    } else if (delivery === "refused") {
      this.tell(`${t.refused}. ${why ?? ""}`);
      if ("text" in said.content) this.composer.giveBack(said.content.text);
    } else this.tell("");
  }

  async heard(messages: Message[], restored: boolean): Promise<void> {
    this.setTyping(this.pending.size > 0);
    const news = await this.log.heard(messages, restored);
    for (const { card } of messages) if (card?.type === "crisis") this.help.show(card.resources);
    if (this.pending.size) this.actions.clear();
    else this.actions.show(this.log.lastAnswer(), this.typed);
    const first = news[0];
    if (restored) this.scroller.scrollTop = this.scroller.scrollHeight;
    else if (first) this.scrollTo((first.previousElementSibling as HTMLElement | null) ?? first);
  }

  ended(unsent: string): void {
    this.reset();
    this.composer.giveBack(unsent);
    this.tell(this.context.locale.t.ended);
    void this.notice.load();
    this.hooks.focusHeading();
  }

  private async restore(): Promise<void> {
    if (this.restored) return this.refresh();
    const { t } = this.context.locale;
    this.tell(t.loading);
    try {
      await this.conversation.restore();
      this.restored = true;
      if (!this.pending.size) this.tell("");
    } catch {
      this.tell(t.unreachable, true);
      this.help.show();
    }
  }

  private async accept(version: string | undefined): Promise<void> {
    try {
      await this.conversation.start(this.context.locale.tag, version);
    } catch (error) {
      const { status, message } = error instanceof Failure ? error : new Failure(0);
      this.tell(message || this.context.locale.t.unreachable);
      if (status === 409) await this.notice.load(); // it was changed since
      return;
    }
    this.restored = true;
    this.tell("");
    this.showTalk(true);
    this.focus();
  }

  private choose({ id, title }: Choice): void {
    this.say({ choice: id }, title);
  }

  private submit(card: FormCard, values: FormValues): void {
    this.typed = values;
    this.say({ form: { id: card.id, values } }, this.context.locale.t.detailsSent);
  }

  private say(content: Content, shown: string): void {
    const hadFocus = this.actions.hasFocus;
    this.actions.clear();
    if (this.menu.open) this.menu.close();
    // a used button is gone: the focus goes where the visitor goes on, and on a phone not where a keyboard pops up
    if (hadFocus && isTouch()) this.log.element.focus({ preventScroll: true });
    else if (hadFocus) this.composer.focus();
    this.conversation.say(content, shown);
  }

  private tryAgain(): void {
    if (this.restored) this.conversation.retry();
    else void this.restore();
    this.focus();
  }

  private async save(): Promise<void> {
    const { t } = this.context.locale;
    try {
      const address = URL.createObjectURL(new Blob([await this.conversation.transcript()], { type: "text/plain" }));
      h("a", { href: address, download: "chat.txt" }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
      this.tell(t.saved);
    } catch {
      this.tell(t.unreachable);
    }
    this.menu.close();
    this.focus();
  }

  private async erase(): Promise<void> {
    const { t } = this.context.locale;
    try {
      await this.conversation.erase();
    } catch {
      return this.tell(t.notErased);
    }
    this.reset();
    this.tell(t.erased);
    this.hooks.erased();
    void this.notice.load();
    this.hooks.focusHeading();
  }

  /** Back to the notice, with nothing of the old chat left on the page. */
  private reset(): void {
    this.pending.clear();
    this.typed = {};
    this.restored = false;
    this.actions.clear();
    this.log.clear();
    this.setTyping(false);
    this.help.hide();
    this.menu.close();
    this.showTalk(false);
  }

  private showTalk(started: boolean): void {
    this.notice.element.hidden = started;
    this.log.element.hidden = this.talk.hidden = !started;
  }

  /** One line above the input, announced. */
  tell(text: string, canRetry = false): void {
    if (this.status.textContent !== text) this.status.textContent = text;
    this.retry.hidden = !canRetry;
  }

  private setTyping(on: boolean): void {
    this.typing.hidden = !on;
    clearTimeout(this.slow);
    if (on) this.slow = setTimeout(() => this.tell(this.context.locale.t.working), WORKING_AFTER_MS);
    if (!on && this.status.textContent === this.context.locale.t.working) this.tell("");
  }

  private scrollTo(node: HTMLElement): void {
    this.scroller.scrollTop = node.offsetTop - 12; // the question above its answer; the browser stops at the end
  }
}
