// Requirements 17 and 18, and the chaos run: a message is never lost and never doubled, whatever the line does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, badLine, button, input, launch, launcher, log, newPage, say, spoken, start, token } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});
const plain = () => app.url + "/test/pages/plain";
const count = (texts, text) => texts.filter((one) => one === text).length;

/** The transcript as the server has it. */
async function onServer(page) {
  const { text } = await app.call("GET", "/chat/messages", await token(page));
  return JSON.parse(text).messages;
}

test("17: the connection dies in the middle of a reply: the answer comes, once, and the server has one copy", async () => {
  let cuts = 0;
  const line = await badLine(app.port, ({ method, url }) => {
    if (method !== "POST" || url !== "/chat/messages" || cuts >= 2) return {};
    cuts++;
    return { cut: cuts === 1 ? "mid-reply" : "before" };
  });
  const page = await newPage(browser);
  await start(page, line.url + "/test/pages/plain");
  await say(page, "does it help");
  assert.equal(cuts, 2);
  const texts = await spoken(page);
  assert.equal(count(texts, "does it help"), 1);
  assert.equal(texts.filter((text) => text.startsWith("You asked: does it help.")).length, 1);
  assert.equal((await onServer(page)).filter(({ text }) => text === "does it help").length, 1);
  await page.context().close();
  line.stop();
});

test("17: offline, a visitor sees that a message waits, can try again, and it goes out once", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await page.context().setOffline(true);
  await input(page).fill("from the tunnel");
  await input(page).press("Enter");
  await page.getByText("You are offline.").waitFor();
  await log(page).getByText("Not sent yet").waitFor();
  assert.ok(await button(page, "Try again now").isVisible());
  await button(page, "Try again now").click();
  await page.context().setOffline(false);
  await log(page).getByText("You asked: from the tunnel.").waitFor();
  assert.equal(await log(page).getByText("Not sent yet").count(), 0);
  assert.equal(await button(page, "Try again now").isVisible(), false);
  assert.equal(count(await spoken(page), "from the tunnel"), 1);
  await page.context().close();
});

test("17: several messages written while the server is away are all answered, each below its question", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await app.down();
  for (const text of ["first", "second", "third"]) {
    await input(page).fill(text);
    await input(page).press("Enter");
  }
  await log(page).getByText("Not sent yet").first().waitFor();
  await app.up();
  await button(page, "Try again now").click().catch(() => {});
  await log(page).getByText("You asked: third.").waitFor();
  const texts = (await spoken(page)).slice(1).map((text) => text.split(". ")[0]);
  assert.deepEqual(texts, ["first", "You asked: first", "second", "You asked: second", "third", "You asked: third"]);
  await page.context().close();
});

test("17: an impatient double click asks once", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await button(page, "What does it cost?").dblclick();
  await log(page).getByText("You asked: faq/cost.").waitFor();
  await page.waitForTimeout(400);
  assert.equal(count(await spoken(page), "What does it cost?"), 1);
  await input(page).fill("once");
  await button(page, "Send").dblclick();
  await log(page).getByText("You asked: once.").waitFor();
  assert.equal((await onServer(page)).filter(({ text }) => text === "once").length, 1);
  await page.context().close();
});

test("17: a message that the server refuses comes back into the box with the reason", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  const refusal = { status: 422, contentType: "application/json", body: '{"error":{"code":"x","message":"Please write less."}}' };
  await page.context().route("**/chat/messages", (route) => (route.request().method() === "POST" ? route.fulfill(refusal) : route.continue()));
  await input(page).fill("too much");
  await input(page).press("Enter");
  await page.getByText("Please write less.").waitFor();
  assert.equal(await input(page).inputValue(), "too much");
  await page.context().unroute("**/chat/messages");
  await input(page).press("Enter");
  await log(page).getByText("You asked: too much.").waitFor();
  await page.context().close();
});

test("17: 'that was a lot at once' is waited for, not lost", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  let refused = 0;
  const busy = { status: 429, headers: { "Retry-After": "1" }, contentType: "application/json", body: '{"error":{"code":"too_many","message":"That was a lot at once."}}' };
  await page.context().route("**/chat/messages", (route) => (refused++ ? route.continue() : route.fulfill(busy)));
  await input(page).fill("patience");
  await input(page).press("Enter");
  await page.getByText("That was a lot at once.").waitFor();
  await log(page).getByText("You asked: patience.").waitFor();
  await page.context().close();
});

test("17: words written when the chat had ended are kept for the new one", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await app.call("DELETE", "/chat/session", await token(page));
  await input(page).fill("still here");
  await input(page).press("Enter");
  await page.getByText("That chat has ended.").waitFor();
  await button(page, "Accept and start").click();
  await log(page).getByText("Hello. I am").waitFor();
  assert.equal(await input(page).inputValue(), "still here");
  await input(page).press("Enter");
  await log(page).getByText("You asked: still here.").waitFor();
  await page.context().close();
});

test("17: a message not yet sent survives a reload, and the tab keeps nothing once it is answered", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await page.context().route("**/chat/messages", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
  await input(page).fill("across the reload");
  await input(page).press("Enter");
  await log(page).getByText("Not sent yet").waitFor();
  await page.context().unroute("**/chat/messages");
  await page.reload();
  await log(page).getByText("You asked: across the reload.").waitFor();
  assert.equal(count(await spoken(page), "across the reload"), 1);
  assert.ok(!(await page.evaluate(() => sessionStorage.getItem("practice-chat"))).includes("across"));
  await page.context().close();
});

test("18: reload, another page of the site and the same chat again", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await button(page, "Can I come alone?").click();
  await log(page).getByText("You asked: faq/alone.").waitFor();
  await say(page, "remember this");
  const [before, key] = [await spoken(page), await token(page)];
  await page.reload();
  await log(page).getByText("You asked: remember this.").waitFor();
  assert.deepEqual(await spoken(page), before);
  await page.goto(app.url + "/");
  await log(page).getByText("You asked: remember this.").waitFor();
  assert.deepEqual(await spoken(page), before);
  assert.equal(await token(page), key);
  assert.ok(key.length >= 22, "128 bits take 22 characters");
  await page.context().close();
});

test("18: another tab is another chat, and an ended session is forgotten", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  const second = await page.context().newPage();
  await second.goto(plain());
  assert.equal(await token(second), undefined);
  await page.evaluate(() => {
    const kept = JSON.parse(sessionStorage.getItem("practice-chat"));
    sessionStorage.setItem("practice-chat", JSON.stringify({ ...kept, expires: "2020-01-01T00:00:00Z" }));
  });
  await page.reload();
  await launcher(page).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
  await page.context().close();
});

test("18: a duplicated tab shows what was said in the other one, without doubling", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  const kept = await page.evaluate(() => sessionStorage.getItem("practice-chat"));
  const twin = await page.context().newPage();
  await twin.addInitScript((value) => sessionStorage.setItem("practice-chat", value), kept);
  await twin.goto(plain());
  await log(twin).getByText("Hello. I am").waitFor();
  await say(page, "said in one");
  await twin.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await log(twin).getByText("You asked: said in one.").waitFor();
  await say(twin, "said in two");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await log(page).getByText("You asked: said in two.").waitFor();
  assert.deepEqual(await spoken(page), await spoken(twin));
  await page.context().close();
});

test("17: an answer that a look at the transcript brings first settles its message too", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  let held;
  await page.context().route("**/chat/messages", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    await route.fetch(); // it arrives, and the answer is kept from the visitor
    await new Promise((resolve) => (held = resolve));
    await route.abort();
  });
  await input(page).fill("held up");
  await input(page).press("Enter");
  await page.waitForTimeout(500);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await log(page).getByText("You asked: held up.").waitFor();
  held();
  await button(page, "What does it cost?").waitFor();
  await page.waitForTimeout(300);
  assert.equal(await log(page).getByText("Not sent yet").count(), 0);
  assert.equal(count(await spoken(page), "held up"), 1);
  await page.context().close();
});

test("18: nobody can read another's chat by guessing", async () => {
  for (const key of [undefined, "default", "a".repeat(43)]) assert.equal((await app.call("GET", "/chat/messages", key)).status, 401);
});

test("chaos: 200 messages through cut lines, delays, reloads and three crashes of the server: none lost, none doubled", async () => {
  let seed = 20261123;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const cuts = { before: 0, "mid-reply": 0 };
  const line = await badLine(app.port, ({ url }) => {
    if (!url.startsWith("/chat/messages")) return {};
    const cut = random() < 0.1 ? "before" : random() < 0.1 ? "mid-reply" : undefined;
    if (cut) cuts[cut]++;
    return { cut, delay: random() * 30 };
  });
  const page = await newPage(browser);
  await start(page, line.url + "/test/pages/plain");
  const asked = [];
  for (let n = 0; n < 200; n++) {
    asked.push(`message ${n} end`);
    await input(page).fill(asked[n]);
    await input(page).press("Enter");
    if (n % 67 === 40) await app.restart();
    if (n % 50 === 25) {
      await page.reload();
      await input(page).waitFor();
    }
    if (random() < 0.3) await log(page).getByText(`You asked: ${asked[n]}.`).waitFor();
  }
  await log(page).getByText(`You asked: ${asked[199]}.`).waitFor({ timeout: 120_000 });
  const texts = (await spoken(page)).slice(1).map((text) => text.split(". ")[0]);
  assert.deepEqual(texts, asked.flatMap((text) => [text, `You asked: ${text}`]));
  const kept = (await onServer(page)).slice(1).map(({ text }) => text.split(". ")[0]);
  assert.deepEqual(kept, texts);
  assert.ok(cuts.before > 10 && cuts["mid-reply"] > 10, JSON.stringify(cuts));
  await page.context().close();
  line.stop();
});

test("a message tells the visitor's time zone, the start of the chat does not", async () => {
  const page = await newPage(browser);
  const sent = [];
  page.on("request", (request) => request.method() === "POST" && sent.push([new URL(request.url()).pathname, request.postDataJSON()]));
  await start(page, plain());
  await say(page, "does it help");
  const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  const of = (path) => sent.filter(([to]) => to === path).map(([, body]) => body.zone);
  assert.deepEqual(of("/chat/messages"), [zone]);
  assert.deepEqual(of("/chat/sessions"), [undefined]);
  await page.context().close();
});
