// Requirements 19 and 20: leaving at once without a trace, consent first, erasure that reaches the server, and people
// to call when nothing answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, button, elsewhere, input, launch, launcher, log, newPage, PHONE, say, start, stored, token } from "./harness.mjs";

let app, browser, other;
before(async () => {
  app = await App.start();
  browser = await launch();
  other = await elsewhere();
});
after(async () => {
  await browser.close();
  await app.stop();
  other.stop();
});

/** A chat on a second page of a site, with quick exit leading elsewhere. */
async function chatting(options) {
  const page = await newPage(browser, options);
  await page.goto(app.url + "/embed");
  await page.goto(app.url + "/test/pages/plain");
  await page.evaluate((url) => document.querySelector("practice-chat").setAttribute("exit-url", url), other.url);
  await start(page);
  await say(page, "something private");
  return page;
}

async function assertGone(page, key) {
  await page.waitForURL(other.url);
  assert.equal((await app.call("GET", "/chat/messages", key)).status, 401, "the server still has the chat");
  assert.equal(other.asked.at(-1).referer, undefined);
  await page.goBack();
  assert.equal(new URL(page.url()).pathname, "/embed", "Back led to the chat's page");
  await page.goto(app.url + "/test/pages/plain");
  assert.equal(await stored(page), '["",{},{}]');
}

test("19: someone looking over the shoulder: quick exit shows another page and leaves no chat behind", async () => {
  const page = await chatting();
  const key = await token(page);
  const blank = await page.evaluate(async () => {
    const root = document.querySelector("practice-chat").shadowRoot;
    const before = performance.now();
    root.querySelector(".exit").click();
    const hidden = getComputedStyle(document.documentElement).display === "none";
    return { hidden, ms: performance.now() - before };
  });
  assert.ok(blank.hidden && blank.ms <= 100, JSON.stringify(blank));
  await assertGone(page, key);
  await page.context().close();
});

test("19: three taps of Shift do the same, also while writing, and with both Shift keys", async () => {
  const page = await chatting();
  const key = await token(page);
  await input(page).focus();
  for (const side of ["ShiftLeft", "ShiftRight", "ShiftLeft"]) await page.keyboard.press(side);
  await assertGone(page, key);
  await page.context().close();
});

test("19: capital letters, Escape and a forgotten tap do not throw anyone out", async () => {
  const page = await chatting();
  await input(page).focus();
  for (const letter of ["A", "B", "C", "D"]) await page.keyboard.press("Shift+" + letter);
  for (let n = 0; n < 2; n++) await page.keyboard.press("Shift");
  await page.keyboard.type("a");
  await page.keyboard.press("Shift");
  await page.mouse.click(5, 5, { modifiers: ["Shift"] });
  await page.keyboard.press("Shift");
  for (let n = 0; n < 3; n++) await page.keyboard.press("Escape");
  await page.waitForTimeout(200);
  assert.equal(new URL(page.url()).pathname, "/test/pages/plain");
  await page.context().close();
});

test("19: on a page where nobody chats, Shift does nothing", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/plain");
  for (let n = 0; n < 4; n++) await page.keyboard.press("Shift");
  await page.waitForTimeout(200);
  assert.equal(new URL(page.url()).pathname, "/test/pages/plain");
  await page.context().close();
});

for (const [name, options] of Object.entries({ desktop: {}, phone: PHONE, "320 px": { viewport: { width: 320, height: 568 } } })) {
  test(`19: quick exit is in sight in every part of the chat (${name})`, async () => {
    const page = await newPage(browser, options);
    const inSight = async (where) => {
      const box = await button(page, "Quick exit").first().boundingBox();
      const view = page.viewportSize();
      assert.ok(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= view.width && box.y + box.height <= view.height, where);
    };
    await page.goto(app.url + "/test/pages/plain");
    await launcher(page).click();
    await inSight("notice");
    assert.ok(await page.getByText("history may still show this site").first().isVisible());
    await button(page, "Accept and start").click();
    await say(page, "long", "It is psychotherapy by talking.");
    await inSight("long answer");
    await input(page).fill("crisis");
    await input(page).press("Enter");
    await log(page).getByText("not watched live").waitFor();
    await inSight("crisis");
    await button(page, "More options").click();
    await inSight("menu");
    await page.context().close();
  });
}

test("20: before the first message a visitor reads what this is, and nothing typed can leave", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/plain");
  await launcher(page).click();
  const panel = page.getByRole("dialog");
  await panel.getByText("automated assistant").first().waitFor();
  for (const words of ["not a person", "therapy", "not for emergencies", "kept"]) assert.ok(await panel.getByText(words).first().isVisible(), words);
  assert.equal(await input(page).isVisible(), false);
  assert.equal(await stored(page), '["",{},{}]');
  assert.deepEqual([...new Set(page.requests.map((r) => r.method()))], ["GET"]);
  await button(page, "Not now").click();
  assert.equal(await stored(page), '["",{},{}]');
  await page.context().close();
});

test("20: Delete my chat empties the tab and the server, and says so", async () => {
  const page = await newPage(browser);
  await start(page, app.url + "/test/pages/plain");
  await say(page, "something to forget");
  const key = await token(page);
  assert.match((await app.call("GET", "/chat/messages", key)).text, /something to forget/);
  await button(page, "More options").click();
  await button(page, "Delete my chat").click();
  await button(page, "Delete now").click();
  await page.getByText("Your chat is deleted.").waitFor();
  assert.equal((await app.call("GET", "/chat/messages", key)).status, 401);
  assert.equal(await stored(page), '["",{},{}]');
  assert.equal(await page.getByText("something to forget").count(), 0);
  await page.context().close();
});

test("20: when the server cannot delete, the chat does not pretend", async () => {
  const page = await newPage(browser);
  await start(page, app.url + "/test/pages/plain");
  await page.context().route("**/chat/session", (route) => route.abort());
  await button(page, "More options").click();
  await button(page, "Delete my chat").click();
  await button(page, "Delete now").click();
  await page.getByText("not deleted yet").waitFor();
  assert.ok(await token(page));
  await page.context().close();
});

test("20: with the server down, whoever is in danger still finds numbers to call and to text", async () => {
  const page = await newPage(browser, PHONE);
  await page.goto(app.url + "/test/pages/plain");
  await page.context().route("**/chat/**", (route) => route.abort());
  await launcher(page).click();
  await page.getByRole("link", { name: "Call 988" }).waitFor();
  const links = await page.getByRole("dialog").getByRole("link").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  for (const href of ["tel:911", "tel:988", "sms:988", "sms:741741?&body=HOME", "tel:+18007997233"]) assert.ok(links.includes(href), href);
  await button(page, "Accept and start").click();
  await page.getByText("cannot be reached just now").waitFor();
  await page.context().close();
});

test("20: crisis contacts stay one tap away after a crisis reply, with the connection gone", async () => {
  const page = await newPage(browser, PHONE);
  await start(page, app.url + "/test/pages/plain");
  await input(page).fill("crisis");
  await input(page).press("Enter");
  await log(page).getByRole("link", { name: "Call 988" }).waitFor();
  for (const text of ["one", "two", "three"]) await say(page, text);
  assert.equal(await page.locator(".help").getByRole("link", { name: "Call 988" }).getAttribute("href"), "tel:988");
  await page.context().setOffline(true);
  await button(page, "Crisis contacts").click();
  assert.ok(await page.locator("#sheet").getByRole("link", { name: "Call 988" }).isVisible());
  await page.context().close();
});
