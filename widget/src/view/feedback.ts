/** "Was this helpful?" below an answer, and after a No a note that may be left out. */
import { button, h } from "../dom";
import type { Context } from "./context";

let made = 0;

export function feedbackView({ locale: { t } }: Context, give: (helpful: boolean, note?: string) => void): HTMLElement {
  const view = h("div", { class: "feedback row" });
  const done = () => {
    const thanks = h("span", { tabindex: "-1" }, t.thanks);
    view.replaceChildren(thanks);
    thanks.focus();
  };
  const yes = () => {
    give(true);
    done();
  };
  const no = () => {
    give(false);
    const id = `note${++made}`;
    const note = h("input", { id, maxlength: "1000", autocomplete: "off", dir: "auto" });
    const send = (event: Event) => {
      event.preventDefault();
      if (note.value.trim()) give(false, note.value.trim());
      done();
    };
    view.replaceChildren(
      h("form", { onsubmit: send }, h("label", { for: id }, t.note), note, h("button", { type: "submit" }, t.sendNote)),
    );
    note.focus();
    view.scrollIntoView({ block: "nearest" });
  };
  view.append(h("span", {}, t.helpful), button(t.yes, yes), button(t.no, no));
  return view;
}
