// The plain page's chat. Texts are set with textContent only; the token lives as long as the tab.
"use strict";
const by = (id) => document.getElementById(id);
const KEY = "chat-token";

async function call(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const token = sessionStorage.getItem(KEY);
  if (token) headers.Authorization = "Bearer " + token;
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(data.error.message), { status: answer.status });
  return data;
}

function say(who, text) {
  const line = document.createElement("p");
  line.className = who;
  line.textContent = (who === "bot" ? "Assistant: " : "You: ") + text;
  by("log").append(line);
  return line;
}

function show(message) {
  if (message.from === "visitor") return say("visitor", message.text);
  const line = say("bot", message.text);
  if (message.source) {
    const link = document.createElement("a");
    link.textContent = message.source.title;
    link.href = message.source.url;
    line.append("\n", link);
  }
  for (const choice of message.choices || []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = choice.title;
    button.addEventListener("click", () => send({ choice: choice.id }, choice.title));
    by("log").append(button);
  }
  by("log").scrollTop = by("log").scrollHeight;
}

let waiting = false;
async function send(content, shown) {
  if (waiting) return;
  waiting = true;
  say("visitor", shown);
  const body = { id: crypto.randomUUID ? crypto.randomUUID() : uuid(), ...content };
  by("status").textContent = "…";
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        (await call("POST", "/chat/messages", body)).messages.forEach(show);
        break;
      } catch (error) {
        // the same id again: the server answers a message once
        if (error.status || attempt === 2) throw error;
        await new Promise((done) => setTimeout(done, 500));
      }
    }
    by("status").textContent = "";
  } catch (error) {
    by("status").textContent = told(error);
    if (error.status === 401) over();
  } finally {
    waiting = false;
    by("text").focus();
  }
}

function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const h = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
}

function over() {
  sessionStorage.removeItem(KEY);
  by("log").replaceChildren();
  by("talk").hidden = true;
  by("notice").hidden = false;
  by("accept").focus();
}

function open(messages) {
  by("notice").hidden = true;
  by("talk").hidden = false;
  messages.forEach(show);
  by("text").focus();
}

const told = (error) => (error.status ? error.message : "The server cannot be reached; please try again.");

by("accept").addEventListener("click", async () => {
  try {
    const started = await call("POST", "/chat/sessions", { consent: true, locale: navigator.language });
    by("problem").textContent = "";
    sessionStorage.setItem(KEY, started.token);
    open(started.messages);
  } catch (error) {
    by("problem").textContent = told(error);
  }
});
by("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = by("text").value.trim();
  if (text) send({ text }, text);
  by("text").value = "";
});
by("erase").addEventListener("click", async () => {
  try {
    await call("DELETE", "/chat/session");
  } catch (error) {
    if (error.status !== 401) {
      // not deleted: say so and keep the token, so that it can be tried again
      by("status").textContent = "Your chat is not deleted yet. " + told(error);
      return;
    }
  }
  over();
});
if (sessionStorage.getItem(KEY)) call("GET", "/chat/messages").then((d) => open(d.messages)).catch((error) => {
  if (error.status === 401) return over();
  by("problem").textContent = told(error) + " Then reload this page to go on with your chat.";
});
