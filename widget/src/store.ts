/**
 * What the tab remembers: the session's token, and messages the server has not confirmed yet, so that a reload
 * loses none. Never the transcript: that stays on the server. Nothing is written before consent.
 */
import { encode } from "./json";
import type { Said } from "./types";


interface Kept {
  token: string;
  expires: string;
  code?: string | undefined;
  open?: boolean;
  unsent?: Said[];
}

export class Store {
  private kept: Kept | null = null;
  private readonly key: string;

  /** test: its conversation is another one than a visitor's in the same tab. */
  constructor(test: boolean) {
    this.key = test ? "practice-chat-test" : "practice-chat";
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? "null") as Kept | null;
      if (kept && typeof kept.token === "string" && Date.parse(kept.expires) > Date.now()) this.kept = kept;
      else this.clear();
    } catch {
      // storage is blocked or damaged: the chat then lives as long as the page
    }
  }

  get token(): string | null {
    return this.kept?.token ?? null;
  }

  get code(): string | undefined {
    return this.kept?.code;
  }

  get open(): boolean {
    return this.kept?.open ?? false;
  }

  get unsent(): Said[] {
    return this.kept?.unsent ?? [];
  }

  begin(token: string, expires: string, code?: string): void {
    this.kept = { token, expires, open: true, code };
    this.write();
  }

  setOpen(open: boolean): void {
    if (!this.kept) return;
    this.kept.open = open;
    this.write();
  }

  /** A form's values (a name, a phone number) are never written down. */
  setUnsent(unsent: Said[]): void {
    if (!this.kept) return;
    this.kept.unsent = unsent.filter((said) => !("form" in said.content));
    this.write();
  }

  clear(): void {
    this.kept = null;
    try {
      sessionStorage.removeItem(this.key);
    } catch {
      // blocked: there is nothing to remove
    }
  }

  private write(): void {
    try {
      sessionStorage.setItem(this.key, encode(this.kept));
    } catch {
      // blocked or full
    }
  }
}
