// Pages that were not made for the chat: nothing breaks on either side.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, button, input, launch, launcher, log, newPage, say, start } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});

test("on a page of 2008 that rewrote the built-in objects, what is written arrives unharmed", async () => {
  const page = await newPage(browser);
  const bodies = [];
  page.on("request", (request) => request.postData() && bodies.push(JSON.parse(request.postData())));
  await start(page, app.url + "/test/pages/polluted");
  await say(page, 'she said "no" \\ twice');
  await button(page, "What does it cost?").click();
  await log(page).getByText("You asked: faq/cost.").waitFor();
  await input(page).fill("form");
  await input(page).press("Enter");
  await page.getByLabel("First name").fill("Ada");
  await page.getByLabel("Phone").fill("(650) 555-0100");
  await button(page, "Book this time").click();
  await page.getByText("You are booked.").waitFor();
  await page.reload();
  await log(page).getByText("You asked: faq/cost.").waitFor();
  assert.equal(bodies.find(({ text }) => text?.startsWith("she"))?.text, 'she said "no" \\ twice');
  assert.equal(bodies.at(-1).form.values.name, "Ada");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("on an old jQuery page the page keeps working and does not overhear what is typed", async () => {
  const page = await newPage(browser);
  await start(page, app.url + "/test/pages/jquery");
  await input(page).pressSequentially("secret");
  assert.equal(await page.evaluate(() => window.heard), "");
  await page.keyboard.press("Enter");
  await log(page).getByText("You asked: secret.").waitFor();
  await page.locator("#show").click();
  await page.getByText("Shown").waitFor();
  assert.equal(await page.evaluate(() => window.clicked), 1);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("on a page whose framework throws the element away and makes another, the chat goes on", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/framework");
  await start(page);
  await say(page, "before the redraw");
  await page.evaluate(() => window.draw(1)); // another key: the element is made anew
  await log(page).getByText("You asked: before the redraw.").waitFor();
  await page.evaluate(() => window.draw(3)); // the same key: the element stays
  await say(page, "after the redraw");
  assert.equal(await page.locator("h1").textContent(), "Count 3");
  assert.equal(await page.locator("practice-chat").count(), 1);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("a script tag that stands twice makes one chat", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/plain");
  await page.evaluate(async () => {
    const script = document.createElement("script");
    script.src = "/widget.js?again";
    const loaded = new Promise((resolve) => (script.onload = resolve));
    document.head.append(script);
    await loaded;
  });
  assert.equal(await page.locator("practice-chat").count(), 1);
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("a browser without storage can still hold a chat", async () => {
  const page = await newPage(browser);
  await page.addInitScript(() => {
    Object.defineProperty(window, "sessionStorage", {
      get() {
        throw new DOMException("blocked", "SecurityError");
      },
    });
  });
  await start(page, app.url + "/test/pages/plain");
  await say(page, "hello");
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("inline, the chat stands in the page, under a strict policy, and sends nothing before Start", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/inline");
  await button(page, "Start").waitFor();
  assert.equal(page.requests.filter((request) => request.url().includes("/chat/")).length, 0);
  await button(page, "Start").click();
  await button(page, "Accept and start").click();
  await say(page, "hello");
  const { position, width } = await page.evaluate(() => {
    const panel = document.querySelector("practice-chat").shadowRoot.querySelector(".panel");
    return { position: getComputedStyle(panel).position, width: panel.getBoundingClientRect().width };
  });
  assert.equal(position, "static");
  assert.ok(width > 600);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});

test("an embedder's attributes, colours, calls and events do what the documentation says", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/plain");
  await page.addStyleTag({ content: "practice-chat { --chat-accent: rgb(90, 40, 90); --chat-inset: 40px; }" });
  await page.evaluate(() => {
    const chat = document.querySelector("practice-chat");
    const set = { launcher: "Questions", heading: "Notes", greeting: "Good day.", position: "start", "page-title": "Notes", scheme: "dark" };
    for (const [name, value] of Object.entries(set)) chat.setAttribute(name, value);
    window.events = [];
    for (const name of ["chat-open", "chat-close", "chat-erase"]) chat.addEventListener(name, (event) => window.events.push([name, event.detail]));
  });
  const open = page.getByRole("button", { name: "Questions" });
  assert.equal((await open.boundingBox()).x, 40);
  await page.evaluate(() => document.querySelector("practice-chat").setAttribute("scheme", "light"));
  assert.equal(await open.evaluate((element) => getComputedStyle(element).backgroundColor), "rgb(90, 40, 90)");
  await page.evaluate(() => document.querySelector("practice-chat").open());
  await page.getByRole("dialog", { name: "Notes" }).getByText("Good day.").waitFor();
  assert.equal(await page.title(), "Notes");
  await page.evaluate(() => document.querySelector("practice-chat").close());
  assert.equal(await page.title(), "Plain");
  assert.deepEqual(await page.evaluate(() => window.events), [["chat-open", null], ["chat-close", null]]);
  await page.context().close();
});

test("the page about embedding shows each choice live, and a snippet that works when pasted", async () => {
  const page = await newPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(app.url + "/embed");
  await page.getByLabel("Words on the button").fill('Ask "us"');
  await page.getByLabel("Corner").selectOption("start");
  await page.getByLabel("Colour").fill("#ffd0d0");
  await page.getByRole("button", { name: 'Ask "us"' }).waitFor();
  await page.getByText("Too faint").waitFor();
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByText("Copied.").waitFor();
  const pasted = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(pasted, /--chat-accent: #ffd0d0; --chat-on-accent: #10231f/);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  const host = await newPage(browser);
  await host.context().route("**/pasted", (route) => route.fulfill({ contentType: "text/html", body: `<!doctype html><title>Host</title>${pasted.split("\n\n")[0]}` }));
  await host.goto(app.url + "/pasted");
  await host.getByRole("button", { name: 'Ask "us"' }).waitFor();
  assert.ok((await host.getByRole("button", { name: 'Ask "us"' }).boundingBox()).x < 100);
  await page.context().close();
  await host.context().close();
});
