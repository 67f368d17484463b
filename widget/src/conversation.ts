/**
 * One conversation: what was said and is not confirmed stands in a queue, is sent one at a time under its own id, and
 * is tried again until the server has answered or refused it. The server answers an id once, so nothing doubles.
 */
import { Api, Failure } from "./api";
import { uuid } from "./json";
import type { Store } from "./store";
import type { Content, Message, Notice, Said } from "./types";

export type Delivery = "sending" | "waiting" | "sent" | "refused";

/** What the conversation tells its view. */
export interface Listener {
  said(said: Said, delivery: Delivery, why?: string): void;
  /** Messages in their true order; some may be on screen already. restored: they are not news. */
  heard(messages: Message[], restored: boolean): Promise<void> | void;
  /** The session is gone (expired, or erased elsewhere). unsent: words that would be lost. */
  ended(unsent: string): void;
}

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;

export class Conversation {
  private queue: Said[];
  private running = false;
  private wake: () => void = () => {};

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly listener: Listener,
  ) {
    api.token = store.token;
    this.queue = store.unsent;
  }

  get started(): boolean {
    return this.api.token !== null;
  }

  get hasUnsent(): boolean {
    return this.queue.length > 0;
  }

  notice(): Promise<Notice> {
    return this.api.notice();
  }

  /** After consent, and only then. Raises Failure. */
  async start(locale: string, noticeVersion?: string): Promise<void> {
    const session = await this.api.start(locale, noticeVersion);
    this.api.token = session.token;
    this.store.begin(session.token, session.expires_at, session.erasure_code);
    await this.listener.heard(session.messages, false);
  }

  /** Shows what the server has, and goes on with what it has not. Raises Failure when nobody answers. */
  async restore(): Promise<void> {
    for (const said of this.queue) this.listener.said(said, "sending");
    try {
      await this.sync(true);
    } finally {
      void this.run();
    }
  }

  /** Fetches what may have been said in another tab, or while this one slept. */
  async sync(restored = false): Promise<void> {
    const token = this.api.token;
    if (!token) return;
    try {
      const messages = await this.api.history();
      if (token !== this.api.token) return; // erased meanwhile
      const known = new Set(messages.map((message) => message.id));
      const arrived = this.queue.filter((said) => known.has(said.id));
      this.setQueue(this.queue.filter((said) => !known.has(said.id)));
      for (const said of arrived) this.listener.said(said, "sent");
      await this.listener.heard(messages, restored);
    } catch (error) {
      if (error instanceof Failure && error.status === 401) this.end();
      else throw error;
    }
  }

  say(content: Content, shown: string): void {
    const said = { id: uuid(), content, shown };
    this.setQueue([...this.queue, said]);
    this.listener.said(said, "sending");
    void this.run();
  }

  /** Tries at once instead of at the end of a wait. */
  retry(): void {
    this.wake();
  }

  feedback(messageId: string, helpful: boolean, note?: string): Promise<void> {
    return this.api.feedback(messageId, helpful, note);
  }

  transcript(): Promise<string> {
    return this.api.transcript();
  }

  /** Erases everywhere. Raises Failure, and keeps everything, when the server did not confirm. */
  async erase(): Promise<void> {
    try {
      await this.api.erase();
    } catch (error) {
      if (!(error instanceof Failure && error.status === 401)) throw error;
    }
    this.forget();
  }

  /** For quick exit: asks for erasure without waiting, and leaves nothing in this tab. */
  vanish(): void {
    if (this.started) this.api.erase().catch(() => {});
    this.forget();
  }

  private forget(): void {
    this.api.token = null;
    this.queue = [];
    this.store.clear();
    this.wake();
  }

  private end(): void {
    const unsent = this.queue.flatMap(({ content }) => ("text" in content ? [content.text] : []));
    this.forget();
    this.listener.ended(unsent.join("\n"));
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let wait = FIRST_WAIT_MS;
    for (let said = this.queue[0]; said; said = this.queue[0]) {
      try {
        const messages = await this.api.send(said);
        if (this.queue[0] !== said) continue; // erased, or confirmed by a sync, meanwhile
        this.setQueue(this.queue.slice(1));
        wait = FIRST_WAIT_MS;
        this.listener.said(said, "sent");
        await this.listener.heard([{ id: said.id, text: said.shown, from: "visitor" }, ...messages], false);
      } catch (error) {
        const failure = error instanceof Failure ? error : new Failure(0);
        if (this.queue[0] !== said) continue;
        if (failure.status === 401) this.end();
        else if (failure.passing) {
          this.listener.said(said, "waiting", failure.message);
          await this.pause(Math.max(wait, failure.waitSeconds * 1000));
          wait = Math.min(wait * 2, LONGEST_WAIT_MS);
        } else {
          this.setQueue(this.queue.slice(1));
          this.listener.said(said, "refused", failure.message);
        }
      }
    }
    this.running = false;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2)); // apart from everybody else's
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private setQueue(queue: Said[]): void {
    this.queue = queue;
    this.store.setUnsent(queue);
  }
}
