/** What every piece of the view needs to know. */
import type { Config } from "../config";
import type { Locale } from "../i18n/index";
import { type Child, h, safeUrl } from "../dom";

export interface Context {
  config: Config;
  locale: Locale;
  /** Quick exit. */
  exit: () => void;
}

/** What the practice wrote is English, whatever the language around it. */
export const ENGLISH = { lang: "en", dir: "ltr" };

/** A link, or only its text when the address is not safe. Another page opens apart, so that the chat stays. */
export function link({ config, locale }: Context, text: string, address: unknown, props = {}, ...more: Child[]): Node {
  const href = safeUrl(address, config.server);
  if (!href) return h("span", {}, text);
  const web = href.startsWith("http");
  const here = web && href.split("#")[0] === location.href.split("#")[0];
  const apart = web && !here ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return h("a", { href, ...apart, ...props }, ...more, text, "target" in apart && hidden(` ${locale.t.newTab}`));
}

/** For screen readers only. */
export const hidden = (text: string) => h("span", { class: "sr" }, text);
