/** More options: crisis contacts, a copy of the chat, erasure with the code. One sheet over the log at a time. */
import { button, h } from "../dom";
import type { Context } from "./context";
import { builtIn, crisisList } from "./crisis";

export interface MenuActions {
  /** Asked at every opening: a chat that has not begun has nothing to save or erase. */
  started: () => boolean;
  code: () => string | undefined;
  save: () => Promise<void>;
  erase: () => Promise<void>;
  /** Opened or closed. */
  changed: (open: boolean) => void;
}

export class Menu {
  readonly element = h("div", { class: "sheet", id: "sheet", hidden: true });

  constructor(
    private readonly context: Context,
    private readonly actions: MenuActions,
  ) {}

  get open(): boolean {
    return !this.element.hidden;
  }

  toggle(): void {
    if (this.open) this.close();
    else this.show(...this.first());
  }

  close(): void {
    this.element.hidden = true;
    this.actions.changed(false);
  }

  crisis(): void {
    const { t } = this.context.locale;
    this.show(h("h3", {}, t.crisis), h("p", {}, t.crisisIntro), crisisList(this.context, builtIn(this.context)));
  }

  private first(): Node[] {
    const { t } = this.context.locale;
    const list = [button(t.crisis, () => this.crisis())];
    if (this.actions.started()) {
      list.push(
        button(t.save, () => void this.actions.save()),
        button(t.erase, () => this.ask()),
      );
    }
    return [h("div", { class: "list" }, ...list), h("p", { class: "small" }, t.exitNote)];
  }

  private ask(): void {
    const { t } = this.context.locale;
    const code = this.actions.code();
    const erase = button(t.eraseNow, () => void this.actions.erase(), { class: "main" });
    this.show(
      h("h3", {}, t.erase),
      h("p", {}, t.eraseAsk),
      ...(code
        ? [h("p", {}, `${t.eraseCode} `, h("code", { dir: "ltr" }, code)), h("p", { class: "small" }, t.eraseCodeNote)]
        : []),
      h("p", { class: "row" }, erase, button(t.keep, () => this.close())),
    );
  }

  private show(...parts: Node[]): void {
    this.element.replaceChildren(...parts);
    this.element.hidden = false;
    this.actions.changed(true);
    this.element.querySelector<HTMLElement>("button, a")?.focus();
  }
}
