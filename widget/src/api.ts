/** The visitor API over fetch. One call, one attempt: trying again is the conversation's decision. */
import { encode } from "./json";
import type { Message, Notice, Said, Session } from "./types";

const TIMEOUT_MS = 15_000; // the server itself gives up after 10 s

/** A call that brought no answer. status 0: nobody answered. `message` is the server's own, made for people. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    message = "",
    readonly waitSeconds = 0,
  ) {
    super(message);
  }

  /** The same call may go through later. */
  get passing(): boolean {
    return this.status === 0 || this.status >= 500 || [408, 409, 425, 429].includes(this.status);
  }
}

export class Api {
  token: string | null = null;

  /** test: sessions started here are tries of the practice, not of a visitor. */
  constructor(
    private readonly server: string,
    private readonly test = false,
  ) {}

  async notice(): Promise<Notice> {
    return parsed(await this.call("GET", "/chat/notice"));
  }

  async start(locale: string, noticeVersion: string | undefined): Promise<Session> {
    const test = this.test || undefined;
    const asked = { consent: true, locale, notice_version: noticeVersion, test };
    return parsed(await this.call("POST", "/chat/sessions", asked));
  }

  async send({ id, content }: Said): Promise<Message[]> {
    const body = { id, ...content, zone: zone() };
    return parsed<{ messages: Message[] }>(await this.call("POST", "/chat/messages", body)).messages;
  }

  async history(): Promise<Message[]> {
    return parsed<{ messages: Message[] }>(await this.call("GET", "/chat/messages")).messages;
  }

  async feedback(messageId: string, helpful: boolean, note?: string): Promise<void> {
    await this.call("POST", "/chat/feedback", { message_id: messageId, helpful, note });
  }

  transcript(): Promise<string> {
    return this.call("GET", "/chat/transcript");
  }

  /** keepalive: the request outlives the page, so that quick exit need not wait for it. */
  async erase(): Promise<void> {
    await this.call("DELETE", "/chat/session", undefined, true);
  }

  private async call(method: string, path: string, body?: object, keepalive = false): Promise<string> {
    const headers: Record<string, string> = {};
    if (body) headers["Content-Type"] = "application/json";
    if (this.token) headers["Authorization"] = "Bearer " + this.token;
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), TIMEOUT_MS);
    try {
      const response = await fetch(this.server + path, {
        method,
        headers,
        body: body ? encode(body) : null,
        keepalive,
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: control.signal,
      });
      const text = await response.text(); // within the time limit too: an answer may be cut off in the middle
      if (!response.ok) throw refusal(response, text);
      return text;
    } catch (error) {
      throw error instanceof Failure ? error : new Failure(0);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The visitor's time zone, so that appointment times are told in it too; the server does not store it. */
function zone(): string | undefined {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Failure(0);
  }
}

function refusal(response: Response, text: string): Failure {
  const wait = Number(response.headers.get("Retry-After")) || 0;
  try {
    const body = JSON.parse(text) as { error?: { message?: string } };
    return new Failure(response.status, body.error?.message, wait);
  } catch {
    return new Failure(response.status, "", wait); // a proxy's page, not ours
  }
}
