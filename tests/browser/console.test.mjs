// The console in a real browser: a new clinician's first morning, axe on every page, both schemes, phone and desktop.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { logIn, startConsole } from "./console_help.mjs";
import { axe, launch } from "./harness.mjs";

const PAGES = ["/", "/safety", "/conversations", "/unanswered", "/appointments", "/hours", "/numbers", "/sample", "/export", "/accounts",
  "/audit", "/account", "/faqs", "/faqs/edit", "/versions", "/tests"]; // prettier-ignore
const OWN = "violet kettle under snow";
let app, base, passwords, browser;

before(async () => {
  app = await startConsole();
  ({ base, passwords } = app);
  browser = await launch();
});

after(async () => {
  await browser.close();
  app.stop();
});

/** What an authenticator app shows for a secret. */
function code(secret) {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const mac = createHmac("sha1", key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a new clinician's first morning takes at most 25 clicks", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept());
  let clicks = 0;
  const click = async (target) => {
    clicks += 1;
    await target.click();
  };
  const link = (name) => page.getByRole("link", { name });
  const press = (name) => page.getByRole("button", { name });

  // She logs in with the password she was handed, chooses her own, and adds her phone.
  await page.goto(base + "/login");
  await page.getByLabel("Name").fill("newcomer");
  await page.getByLabel("Password").fill(passwords.newcomer);
  await click(press("Log in"));
  await page.getByLabel("New password").fill(OWN);
  await page.getByLabel("The same again").fill(OWN);
  const secret = await page.locator("details code").textContent();
  await page.getByLabel("Code", { exact: true }).fill(code(secret));
  await click(press("Finish"));
  const recovery = await page.locator(".codes code").first().textContent();
  await click(link("I have kept them; log in"));
  await page.getByLabel("Name").fill("newcomer");
  await page.getByLabel("Password").fill(OWN);
  await click(press("Log in"));
  await page.getByLabel("Code").fill(recovery); // the app's code was used a moment ago
  await click(press("Go on"));

  // Somebody was in danger: she reads it and records what she did.
  const waiting = await page.locator(".card.alert .tag").textContent();
  await click(link("Open the safety queue"));
  await click(link("Read the conversation").first());
  await page.getByRole("region", { name: "Transcript" }).waitFor();
  await click(link("Waits for a decision").first());
  await click(page.getByLabel("Contact made").first());
  await click(press("Record the decision").first());
  await page.getByText("The decision is recorded.").waitFor();
  assert.equal(await press("Record the decision").count(), parseInt(waiting, 10) - 1);

  // The same thing was asked again and again: she starts an FAQ about it, in her own words.
  await click(link("Unanswered"));
  await click(page.locator("#groups a.row").first());
  const draft = page.locator("form", { has: page.getByRole("button", { name: "Start a draft" }) });
  await draft.getByLabel("The question in your words").fill("Is there parking?");
  await click(draft.getByRole("button", { name: "Start a draft" }));
  await page.getByText("The draft waits in the FAQ editor.").waitFor();

  // An appointment has to move.
  await click(link("Appointments").first());
  await click(page.locator(".day a").first());
  const before = await page.locator("h1").textContent();
  await click(press("Move it").first());
  await page.getByText("It is moved.").waitFor();
  assert.notEqual(await page.locator("h1").textContent(), before);

  await click(press("Log out"));
  await page.getByLabel("Password").waitFor();
  console.log(`# the walk took ${clicks} clicks`);
  assert.ok(clicks <= 25, `${clicks} clicks`);
  await context.close();
});

for (const [name, options] of Object.entries({
  "a desktop in light": { viewport: { width: 1280, height: 860 }, colorScheme: "light" },
  "a desktop in dark": { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  "a phone in light": { viewport: { width: 360, height: 740 }, colorScheme: "light" },
  "a phone in dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
})) {
  test(`axe finds nothing and nothing overflows on ${name}`, async () => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const errors = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(base + "/login");
    assert.deepEqual(await axe(page), [], "login");
    await logIn(page, app);
    const found = [];
    for (const [list, row] of [["/conversations", "a.row"], ["/unanswered", "a.row"],
      ["/appointments", ".day a"], ["/appointments", "a[href*=call-backs]"], ["/faqs", "main a[href*=id]"]]) {
      await page.goto(base + list);
      const first = page.locator(row).first();
      if (await first.count()) found.push((await first.getAttribute("href")).replace("/console", ""));
    }
    for (const path of [...PAGES, ...found]) {
      await page.goto(base + path);
      assert.deepEqual(await axe(page), [], path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} overflows`);
    }
    await page.goto(base + "/hours");
    await page.getByLabel("Saturday").fill("10-12");
    await page.getByLabel("Monday").fill("");
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("heading", { name: "What visitors would be offered" }).waitFor();
    assert.deepEqual(await axe(page), [], "preview of the working hours");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the preview overflows");
    assert.deepEqual(errors, []);
    await page.getByLabel("Monday").fill("9-5");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("ends before it begins").waitFor();
    assert.deepEqual(await axe(page), [], "a slip in the working hours");
    await context.close();
  });
}

test("reading works without JavaScript", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await logIn(page, app);
  await page.goto(base + "/conversations");
  await page.getByLabel("Words").fill("therapy");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.locator("a.row").first().click();
  await page.getByRole("region", { name: "Transcript" }).waitFor();
  await context.close();
});

test("the list is walked by keys, searched while typing, and goes on without leaving the page", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await logIn(page, app);
  await page.goto(base + "/conversations");
  const rows = await page.locator("a.row").count();
  await page.getByRole("button", { name: "More", exact: true }).or(page.getByRole("link", { name: "More", exact: true })).click();
  await page.waitForFunction((count) => document.querySelectorAll("a.row").length > count, rows);
  await page.keyboard.press("/");
  await page.keyboard.type("therapy");
  await page.waitForURL(/text=therapy/);
  await page.waitForLoadState("networkidle"); // the rows are changed for good
  await page.getByRole("heading", { name: "Conversations" }).click();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "Transcript" }).waitFor();
  await page.keyboard.press("d");
  await page.locator(".head .tag", { hasText: "done" }).waitFor();
  await context.close();
});
