/** One file per locale; an unknown one falls back to its language, then to English. */
import { en, type Strings } from "./en";
import { es } from "./es";
import { fa } from "./fa";

const LOCALES: Record<string, Strings> = { en, es, fa };
const RIGHT_TO_LEFT = ["fa"];

export interface Locale {
  tag: string;
  dir: "ltr" | "rtl";
  t: Strings;
}

/** wanted: what the embedder or the page says, such as "es-MX"; the browser's languages come after it. */
export function findLocale(wanted: string): Locale {
  const tags = [wanted, ...(navigator.languages ?? [])].map((tag) => tag.toLowerCase().split(/[-_]/)[0] ?? "");
  const tag = tags.find((candidate) => Object.hasOwn(LOCALES, candidate)) ?? "en";
  return { tag, dir: RIGHT_TO_LEFT.includes(tag) ? "rtl" : "ltr", t: LOCALES[tag] ?? en };
}
