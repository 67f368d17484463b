/**
 * What is sent, as JSON. Not JSON.stringify: old page libraries give String.prototype and Array.prototype a toJSON
 * of their own, which quietly turns every message into quoted quotes.
 */
export function encode(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return "[" + value.map(encode).join(",") + "]";
  if (value === null || typeof value !== "object") return String(value ?? null);
  const told = Object.entries(value).filter((entry) => entry[1] !== undefined);
  return "{" + told.map(([key, part]) => quoted(key) + ":" + encode(part)).join(",") + "}";
}

function quoted(text: string): string {
  const escape = (c: string) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0");
  return '"' + text.replace(/["\\\u0000-\u001f\u2028\u2029\ud800-\udfff]/g, escape) + '"';
}

/** A random UUID; crypto.randomUUID is missing on plain http, where the chat is tried out. */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 15) | 64;
  bytes[8] = (bytes[8]! & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""); // old pages replace Array.from
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
