/** <practice-chat>: the chat element that widget.js defines. */
export interface PracticeChatElement extends HTMLElement {
  /** Whether the panel is open. */
  readonly isOpen: boolean;
  /** Opens the panel and moves the focus there. */
  open(): void;
  /** Closes the panel; the focus returns to the launcher. */
  close(): void;
  addEventListener<K extends keyof PracticeChatEvents>(
    type: K,
    listener: (this: PracticeChatElement, event: PracticeChatEvents[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** None carries what was said. */
export interface PracticeChatEvents extends HTMLElementEventMap {
  "chat-open": CustomEvent<null>;
  "chat-close": CustomEvent<null>;
  /** The visitor deleted the chat. */
  "chat-erase": CustomEvent<null>;
}

declare global {
  interface HTMLElementTagNameMap {
    "practice-chat": PracticeChatElement;
  }
}
