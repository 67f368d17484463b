// The page works without scripts; with them, a button in the text opens the chat.
"use strict";
for (const button of document.querySelectorAll("[data-open-chat]")) {
  button.hidden = false;
  button.addEventListener("click", () => document.querySelector("practice-chat")?.open());
}
