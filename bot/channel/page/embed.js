// The configurator: the form's choices, as code to copy and on the live chat.
"use strict";
const by = (id) => document.getElementById(id);
const chat = () => document.querySelector("practice-chat");
const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
const USUAL = by("accent").value;

function chosen() {
  return [...new FormData(by("choices"))].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value);
}

function snippet() {
  const attributes = chosen().map(([name, value]) => `\n        data-${name}="${quoted(value)}"`);
  const script = `<script src="${location.origin}/widget.js" defer${attributes.join("")}></script>`;
  if (by("accent").value === USUAL) return script;
  const colours = `--chat-accent: ${by("accent").value}; --chat-on-accent: ${readable(by("accent").value)};`;
  return `${script}\n\n/* in your style sheet */\npractice-chat { ${colours} }`;
}

// relative luminance and contrast as WCAG 2 defines them
function luminance(colour) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const readable = (colour) => (contrast(colour, "#ffffff") >= 4.5 ? "#ffffff" : "#10231f");

function show() {
  by("snippet").textContent = snippet();
  const told = new Map(chosen());
  for (const field of by("choices").elements) {
    if (!field.name || (told.get(field.name) ?? null) === chat().getAttribute(field.name)) continue;
    if (told.has(field.name)) chat().setAttribute(field.name, told.get(field.name));
    else chat().removeAttribute(field.name);
  }
  const accent = by("accent").value;
  const own = accent !== USUAL;
  chat().style.setProperty("--chat-accent", own ? accent : "");
  chat().style.setProperty("--chat-on-accent", own ? readable(accent) : "");
  const faint = own && contrast(accent, "#fffdfa") < 4.5;
  by("contrast").textContent = faint ? "Too faint on a light panel: links would be hard to read." : "";
}

by("choices").addEventListener("input", show);
by("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(by("snippet").textContent);
    by("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(by("snippet"));
    by("copied").textContent = "Marked: copy it with Ctrl+C.";
  }
});
show();
