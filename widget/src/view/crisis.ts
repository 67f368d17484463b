/** Crisis contacts, each one tap away. Those built into the script need no server. */
import { button, h, icon } from "../dom";
import type { Resource } from "../types";
import { type Context, ENGLISH, link } from "./context";

/** From bot/safety/resources.yml, put in by the build. */
declare const CRISIS: { name?: string; call?: string; text?: string; keyword?: string }[];

export function builtIn({ locale: { t } }: Context): Resource[] {
  return CRISIS.map(({ name, call, text, keyword }) => ({
    name: name ?? t.emergency,
    actions: [
      ...(call ? [{ label: t.call(call), href: "tel:" + dialled(call) }] : []),
      ...(text ? [{ label: t.text(text, keyword), href: sms(text, keyword) }] : []),
    ],
  }));
}

/** 1-800-... is a whole number with its country, for phones abroad. */
function dialled(number: string): string {
  const digits = number.replace(/\D/g, "");
  return digits.length === 11 ? "+" + digits : digits;
}

// "?&" is read by both iOS and Android
const sms = (text: string, keyword?: string) =>
  "sms:" + dialled(text) + (keyword ? "?&body=" + encodeURIComponent(keyword) : "");

export function crisisList(context: Context, resources: Resource[], withExit = false): HTMLElement {
  return h(
    "div",
    { class: "crisis" },
    h(
      "ul",
      {},
      ...resources.map((resource) =>
        h(
          "li",
          {},
          h("strong", ENGLISH, resource.name),
          resource.note && h("span", { class: "note", ...ENGLISH }, resource.note),
          h(
            "span",
            { class: "row" },
            ...(resource.actions ?? []).map((action) =>
              link(context, action.label, action.href, { class: "button" }, icon(action.href.startsWith("sms") ? "chat" : "phone")),
            ),
          ),
        ),
      ),
    ),
    withExit && button(context.locale.t.exit, context.exit, { class: "exit" }, icon("exit")),
  );
}

/** What stays in sight after a crisis reply: its first number, and the way to all contacts. */
export class CrisisBar {
  readonly element: HTMLElement;
  private readonly first = h("span", { hidden: true });

  constructor(
    private readonly context: Context,
    showAll: () => void,
  ) {
    this.element = h("div", { class: "help row", hidden: true }, this.first, button(context.locale.t.crisis, showAll));
  }

  show(resources: Resource[] = []): void {
    this.element.hidden = false;
    const call = resources.flatMap(({ actions }) => actions ?? []).find(({ href }) => href.startsWith("tel:"));
    if (call) this.element.firstChild?.replaceWith(link(this.context, call.label, call.href, { class: "button" }, icon("phone")));
  }

  hide(): void {
    this.element.hidden = true;
    this.element.firstChild?.replaceWith(this.first);
  }
}
