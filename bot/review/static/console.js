// What the console does beyond plain pages: keys, a question before what cannot be undone, a live search.
// Everything works without this file; nothing here shows words that came from elsewhere.
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset && event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-back]") && document.referrer.startsWith(location.origin + "/console")) {
    event.preventDefault();
    history.back();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (marked) { marked.click(); return; }
  const step = { j: 1, k: -1 }[event.key];
  const rows = [...document.querySelectorAll("a.row")];
  if (!step || !rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + step))].focus();
});

// The live search sends only what is filled in, so that addresses stay short.
document.addEventListener("htmx:configRequest", (event) => {
  for (const [name, value] of [...event.detail.formData.entries()]) {
    if (value === "") event.detail.formData.delete(name);
  }
});
