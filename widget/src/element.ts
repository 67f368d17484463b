/** <practice-chat>: the launcher, the panel around the chat, opening and closing, and the attributes. */
import { Api } from "./api";
import { Chat } from "./chat";
import { ATTRIBUTES, type Config, readConfig } from "./config";
import { Conversation } from "./conversation";
import { button, h, icon } from "./dom";
import { leave, watchShift } from "./exit";
import { findLocale } from "./i18n/index";
import { Store } from "./store";
import css from "./styles.css";
import { followViewport, isFullScreen } from "./viewport";

const script = document.currentScript as HTMLScriptElement | null;
/** Where the widget came from is where the bot answers. */
const HOME = script?.src ? new URL(script.src).origin : location.origin;

/** Not inherited from the page, and stronger than a page's `* {...!important}`. */
const OWN_BOX = { all: "initial", display: "contents" };

export class PracticeChat extends HTMLElement {
  static readonly observedAttributes = [...ATTRIBUTES];

  private life: AbortController | null = null;
  private config!: Config;
  private chat!: Chat;
  private conversation!: Conversation;
  private store!: Store;
  private launcher!: HTMLButtonElement;
  private panel!: HTMLElement;
  private heading!: HTMLElement;
  private titleBefore: string | null = null;

  /** Whether the panel is open. */
  get isOpen(): boolean {
    return this.life !== null && !this.panel.hidden;
  }

  connectedCallback(): void {
    this.build();
  }

  disconnectedCallback(): void {
    this.life?.abort();
    this.life = null;
    this.setTitle(null);
  }

  attributeChangedCallback(): void {
    if (this.life) this.build();
  }

  /** Opens the panel and moves the focus there. */
  open(): void {
    if (!this.life || this.isOpen) return;
    this.show(true);
  }

  /** Closes the panel; the focus returns to the launcher. */
  close(): void {
    if (!this.isOpen || this.config.inline) return;
    this.hide();
    this.launcher.focus();
  }

  private build(): void {
    const wasOpen = this.isOpen;
    this.life?.abort();
    this.life = new AbortController();
    const { signal } = this.life;
    this.config = readConfig(this, HOME);
    const locale = findLocale(this.config.locale);
    const { t } = locale;
    const exit = () => this.exit();
    this.store = new Store(this.config.test);
    this.chat = new Chat({ config: this.config, locale, exit }, this.store, {
      close: () => this.close(),
      menuChanged: (open) => more.setAttribute("aria-expanded", String(open)),
      erased: () => this.dispatchEvent(new CustomEvent("chat-erase")),
      focusHeading: () => this.heading.focus(),
    });
    this.conversation = new Conversation(new Api(this.config.server, this.config.test), this.store, this.chat);
    this.chat.use(this.conversation);
    this.heading = h("h2", { id: "heading", tabindex: "-1" }, (this.config.heading ?? t.heading) + (this.config.test ? t.test : ""));
    const more = button(icon("more"), () => this.chat.menu.toggle(), {
      class: "bare",
      "aria-label": t.more,
      "aria-expanded": "false",
      "aria-controls": "sheet",
    });
    const shut = button(icon("close"), () => this.close(), { class: "bare", "aria-label": t.close });
    this.panel = h(
      "section",
      { id: "panel", class: "panel", role: this.config.inline ? "region" : "dialog", "aria-labelledby": "heading", hidden: true },
      h(
        "header",
        {},
        h("div", { class: "title" }, this.heading, h("p", {}, t.what)),
        h("div", { class: "tools" }, button(t.exit, exit, { class: "exit" }), more, !this.config.inline && shut),
      ),
      this.chat.element,
    );
    this.launcher = button(
      icon("chat"),
      () => this.open(),
      { class: "launcher", "aria-expanded": "false", "aria-controls": "panel" },
      this.config.launcher ?? t.launcher,
    );
    const corner = { role: "region", "aria-label": this.config.launcher ?? t.launcher }; // inline the panel is the region
    const root = h(
      "div",
      { class: "root", lang: locale.tag, dir: locale.dir, ...(this.config.inline ? {} : corner) },
      !this.config.inline && this.launcher,
      this.panel,
    );
    if (this.config.inline) root.classList.add("inline");
    if (this.config.atStart) root.classList.add("at-start");
    this.mount(root);
    this.listen(root, signal);
    if (this.config.inline) this.showInline();
    else if (wasOpen || (this.store.open && !isFullScreen())) this.show(false);
    else if (this.conversation.hasUnsent) void this.chat.opened(false);
  }

  private mount(root: HTMLElement): void {
    const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      shadow.adoptedStyleSheets = [sheet];
      shadow.replaceChildren(root);
    } catch {
      shadow.replaceChildren(h("style", {}, css), root); // Safari before 16.4
    }
    for (const [name, value] of Object.entries(OWN_BOX)) this.style.setProperty(name, value, "important");
  }

  private listen(root: HTMLElement, signal: AbortSignal): void {
    followViewport(this.panel, signal);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const paint = () => {
      const { scheme } = this.config;
      root.classList.toggle("dark", scheme === "dark" || (scheme !== "light" && dark.matches));
    };
    dark.addEventListener("change", paint, { signal });
    paint();
    const { t } = findLocale(this.config.locale);
    const armed = () => this.isOpen || this.conversation.started;
    watchShift(
      () => armed() && this.exit(),
      () => this.isOpen && this.chat.tell(t.shiftOnce),
      signal,
    );
    addEventListener("online", () => void this.chat.refresh(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || void this.chat.refresh(), { signal });
    this.panel.addEventListener("keydown", (event) => this.escape(event));
    // what is typed here is nobody else's: a page's shortcuts and recorders do not get to see it
    for (const type of ["keydown", "keypress", "keyup", "input", "beforeinput", "change", "paste", "copy", "cut"]) {
      root.addEventListener(type, (event) => event.stopPropagation());
    }
    this.panel.addEventListener("focusout", (event) => {
      // on a small screen the panel covers the page: focus that moves on would be hidden behind it
      const left = event.relatedTarget instanceof Node && !this.contains(event.relatedTarget) && event.relatedTarget !== this;
      const outside = left && !this.panel.contains(event.relatedTarget as Node);
      if (outside && isFullScreen() && !this.config.inline && this.isOpen) this.hide();
    });
  }

  private escape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    if (this.chat.menu.open) {
      this.chat.menu.close();
      this.chat.focus();
    } else this.close();
  }

  private show(focus: boolean): void {
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    this.store.setOpen(true);
    this.setTitle(this.config.pageTitle);
    void this.chat.opened(focus);
    this.dispatchEvent(new CustomEvent("chat-open"));
  }

  private showInline(): void {
    this.panel.hidden = false;
    if (this.conversation.started) void this.chat.opened(false);
  }

  private hide(): void {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.store.setOpen(false);
    this.setTitle(null);
    this.dispatchEvent(new CustomEvent("chat-close"));
  }

  /** A neutral title for the tab and the task switcher while the chat is open; null gives the page's own back. */
  private setTitle(title: string | null): void {
    if (title !== null && this.titleBefore === null) {
      this.titleBefore = document.title;
      document.title = title;
    } else if (title === null && this.titleBefore !== null) {
      document.title = this.titleBefore;
      this.titleBefore = null;
    }
  }

  private exit(): void {
    this.conversation.vanish();
    leave(this.config.exitUrl);
  }
}

/** One script tag is enough: without an element on the page one is made, with the tag's data-... as attributes. */
export function install(): void {
  if (customElements.get("practice-chat")) return;
  customElements.define("practice-chat", PracticeChat);
  const place = () => {
    if (document.querySelector("practice-chat")) return;
    const element = document.createElement("practice-chat");
    for (const name of ATTRIBUTES) {
      const value = script?.getAttribute("data-" + name);
      if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    document.body.append(element);
  };
  if (document.body && document.readyState !== "loading") place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
}
