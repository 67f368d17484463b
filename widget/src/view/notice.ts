/** What stands before the first message: what this is, what is kept, and people to reach. Consent is given here. */
import { button, h } from "../dom";
import type { Notice } from "../types";
import { type Context, ENGLISH } from "./context";
import { builtIn, crisisList } from "./crisis";

export interface NoticeActions {
  load: () => Promise<Notice>;
  accept: (version: string | undefined) => Promise<void>;
  later: () => void;
}

export class NoticeView {
  readonly element: HTMLElement;
  private readonly words = h("div", { class: "words" });
  private readonly contacts = h("div");
  private readonly row = h("p", { class: "row" });
  private version: string | undefined;

  constructor(
    private readonly context: Context,
    private readonly actions: NoticeActions,
  ) {
    const { t } = context.locale;
    this.element = h(
      "div",
      { class: "notice" },
      context.config.greeting && h("p", { class: "greeting" }, context.config.greeting),
      h("h3", {}, t.before),
      this.words,
      this.row,
      h("p", { class: "small" }, t.exitNote),
      h("h3", {}, t.crisis),
      h("p", {}, t.crisisIntro),
      this.contacts,
    );
    this.contacts.append(crisisList(context, builtIn(context)));
    this.offer(t.begin, () => this.load());
  }

  /** Asks the server for the practice's own wording; nothing is sent before a click brought us here. */
  async load(): Promise<void> {
    const { t } = this.context.locale;
    this.row.replaceChildren(h("span", { class: "dots", "aria-hidden": "true" }));
    try {
      const { notice, crisis } = await this.actions.load();
      this.show(notice?.text);
      this.version = notice?.version;
      if (crisis?.resources?.length) this.contacts.replaceChildren(crisisList(this.context, crisis.resources));
    } catch {
      this.show(); // the words built in hold too
    }
    this.offer(t.accept, async () => {
      this.row.firstElementChild?.setAttribute("aria-disabled", "true");
      await this.actions.accept(this.version);
      this.row.firstElementChild?.removeAttribute("aria-disabled");
    });
    if (!this.context.config.inline) this.row.append(button(t.later, this.actions.later));
  }

  private show(text?: string): void {
    const { t, tag } = this.context.locale;
    const own = tag !== "en" || !text ? [t.notice, t.language] : [];
    this.words.replaceChildren(
      ...own.filter(Boolean).map((part) => h("p", {}, part)),
      ...(text?.split("\n") ?? []).map((part) => h("p", ENGLISH, part)),
    );
  }

  private offer(label: string, act: () => Promise<void>): void {
    let busy = false;
    const once = async () => {
      if (busy) return;
      busy = true;
      await act();
      busy = false;
    };
    this.row.replaceChildren(button(label, () => void once(), { class: "main" }));
  }
}
