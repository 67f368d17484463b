/** Where the visitor writes. Enter sends, Shift+Enter makes a line; nothing leaves before that. */
import { h, icon } from "../dom";
import { type Context, hidden } from "./context";

const MOST = 1000; // characters; the server's limit
const TELL_FROM = 900;

export class Composer {
  readonly element: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly left = h("span", { class: "left", role: "status" });

  constructor({ locale: { t } }: Context, private readonly send: (text: string) => void) {
    this.input = h("textarea", {
      id: "input",
      rows: "1",
      maxlength: String(MOST),
      placeholder: t.input,
      enterkeyhint: "send",
      autocomplete: "off",
      spellcheck: "false", // some browsers send what is typed to a spelling service
      dir: "auto",
      oninput: () => this.count(t.left),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.submit();
      },
    });
    const onsubmit = (event: Event) => {
      event.preventDefault();
      this.submit();
    };
    this.element = h(
      "form",
      { class: "composer", onsubmit },
      h("label", { for: "input" }, hidden(t.input)),
      this.input,
      h("button", { type: "submit", class: "main", "aria-label": t.send }, icon("send")),
      this.left,
    );
  }

  focus(): void {
    this.input.focus({ preventScroll: true });
  }

  /** Gives unsent words back, before what is typed meanwhile. */
  giveBack(text: string): void {
    if (text) this.input.value = [text, this.input.value].filter(Boolean).join("\n").slice(0, MOST);
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.left.textContent = "";
    this.send(text);
  }

  private count(tell: (n: number) => string): void {
    const length = this.input.value.length;
    this.left.textContent = length > TELL_FROM ? tell(MOST - length) : "";
  }
}
