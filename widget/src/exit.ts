/**
 * Leaving at once. The page goes blank before anything else, then another site takes its place in the history, so that
 * Back skips this page, and without a Referer. The history itself stays: the visitor is told so.
 */
const BETWEEN_MS = 5000;

export function leave(url: string): void {
  document.documentElement.style.setProperty("display", "none", "important");
  document.title = "\u200e"; // an empty title would show the address
  const meta = document.createElement("meta");
  meta.name = "referrer";
  meta.content = "no-referrer";
  document.head.append(meta);
  location.replace(url);
}

/**
 * Calls `left` after three taps of Shift; `near` after the second. Either Shift key counts and they may mix
 * (govuk-frontend #5393); another key or a click in between was ordinary typing. On-screen keyboards send no `code`
 * and do not count.
 */
export function watchShift(left: () => void, near: () => void, signal: AbortSignal): void {
  let taps = 0;
  let alone = false; // nothing else was pressed while Shift is held
  let last = 0;
  const other = () => {
    taps = 0;
    alone = false;
  };
  const options = { capture: true, signal };
  document.addEventListener("pointerdown", other, options);
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Shift") other();
      else if (!event.repeat) alone = true;
    },
    options,
  );
  document.addEventListener(
    "keyup",
    (event) => {
      if (event.key !== "Shift" || !event.code || !alone) return;
      taps = event.timeStamp - last < BETWEEN_MS ? taps + 1 : 1;
      last = event.timeStamp;
      if (taps === 2) near();
      if (taps === 3) left();
    },
    options,
  );
}
