/** What the embedder set, read from the attributes; docs/widget.md lists them. */
import { safeUrl } from "./dom";

export const ATTRIBUTES = [
  "server",
  "locale",
  "position",
  "launcher",
  "heading",
  "greeting",
  "exit-url",
  "page-title",
  "scheme",
  "inline",
  "test",
] as const;

export interface Config {
  server: string;
  locale: string;
  atStart: boolean;
  launcher: string | null;
  heading: string | null;
  greeting: string | null;
  exitUrl: string;
  pageTitle: string | null;
  scheme: string | null;
  inline: boolean;
  /** The practice's own tries: told to the server, kept apart from visitors there, and said on the panel. */
  test: boolean;
}

const EXIT = "https://www.weather.gov/"; // shows nobody's past searches, and asks for nothing

export function readConfig(element: HTMLElement, home: string): Config {
  const told = (name: (typeof ATTRIBUTES)[number]) => element.getAttribute(name)?.trim() || null;
  const exit = safeUrl(told("exit-url"), home);
  return {
    server: (safeUrl(told("server"), home) ?? home).replace(/\/+$/, ""),
    locale: told("locale") ?? document.documentElement.lang ?? "",
    atStart: told("position") === "start",
    launcher: told("launcher"),
    heading: told("heading"),
    greeting: told("greeting"),
    exitUrl: exit?.startsWith("http") ? exit : EXIT,
    pageTitle: told("page-title"),
    scheme: told("scheme"),
    inline: element.hasAttribute("inline"),
    test: element.hasAttribute("test"),
  };
}
