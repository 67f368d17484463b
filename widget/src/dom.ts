/** Making elements. Texts become text nodes only: nothing here, or anywhere else in the widget, parses HTML. */

type Handler = (event: never) => void;
type Props = Record<string, string | boolean | Handler | undefined>;
export type Child = Node | string | null | undefined | false;

/** h("button", {type: "button", onclick: f}, "Send"). True gives an empty attribute, false and undefined none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

export function button(text: Child, onclick: () => void, props: Props = {}, ...more: Child[]): HTMLButtonElement {
  return h("button", { type: "button", onclick, ...props }, text, ...more);
}

const SHAPES = {
  chat: "M4 5.5h16v11H10l-4.5 3.5v-3.5H4z",
  close: "M6 6l12 12M18 6L6 18",
  exit: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M5 12h13M13 6l6 6-6 6",
  phone: "M6 4h3.5l1.5 4.5-2 1.5c1 2 3 4 5 5l1.5-2 4.5 1.5V18c0 1.5-1 2-2 2C11 19.5 4.5 13 4 6c0-1 .5-2 2-2z",
};

/** A drawing beside a text or an aria-label that says the same. */
export function icon(name: keyof typeof SHAPES): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon i-" + name);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

const SAFE = ["https:", "http:", "tel:", "sms:", "mailto:"];

/** The address when a link may lead there, otherwise null: `javascript:` and its kin never become a link. */
export function safeUrl(address: unknown, server: string): string | null {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address, server);
    return SAFE.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
