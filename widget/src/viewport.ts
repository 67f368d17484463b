/**
 * Follows the part of the window that an on-screen keyboard leaves free, so that the input and the last message stay
 * above it: fixed positions alone do not move with the keyboard.
 */
export function followViewport(panel: HTMLElement, signal: AbortSignal): void {
  const view = window.visualViewport;
  if (!view) return;
  const place = () => {
    panel.style.setProperty("--view-top", view.offsetTop + "px");
    panel.style.setProperty("--view-height", view.height + "px");
  };
  view.addEventListener("resize", place, { signal });
  view.addEventListener("scroll", place, { signal });
  place();
}

/** Whether opening a text field brings up an on-screen keyboard. */
export const isTouch = () => matchMedia("(pointer: coarse)").matches;
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
/** Whether the panel covers the whole page; the same limits as in styles.css. */
export const isFullScreen = () => matchMedia("(max-width: 30rem), (max-height: 30rem)").matches;
