// The clinician's whole way: a question nobody answered becomes an FAQ, is compared, goes live, is answered in the
// widget, and is taken back; and a transcript becomes a conversation test. BOT_TEST_SHOTS names a folder for pictures.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { axe, freePort, input, launch, launcher, log, newPage, button, ROOT } from "./harness.mjs";

const ASKED = ["can i bring my dog", "is my dog allowed in the office", "do you allow dogs", "dogs ok?", "can my dog come along"];
const VARIANTS = ["is my dog allowed", "do you allow dogs in the office", "can the dog come along", "i have a service dog", "are pets ok"];
const ANSWER = "Yes, your dog may come along. Please keep it on a leash.";

async function startBot() {
  const folder = mkdtempSync(join(tmpdir(), "clinician-"));
  const port = await freePort();
  const script = join(ROOT, "tests/browser/clinician_server.py");
  const child = spawn(join(ROOT, ".venv/bin/python"), ["-W", "ignore", script, String(port), folder], {
    cwd: ROOT,
    env: { ...process.env, PYTHONPATH: ROOT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  child.stdout.on("data", (data) => (told += data));
  child.stderr.on("data", (data) => (told += data));
  const stop = async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  for (let n = 0; n < 600; n++) {
    const password = told.match(/password: (\S+)/)?.[1];
    if (password && (await fetch(url + "/readyz").catch(() => null))?.ok) return { url, password, stop };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await stop();
  throw new Error("the bot did not start: " + told.slice(-2000));
}

async function call(url, path, token, body) {
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  return (await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** A visitor of their own asks one question; gives the outcome. */
async function askOnce(url, text) {
  const { token } = await call(url, "/chat/sessions", null, { consent: true });
  const answer = await call(url, "/chat/messages", token, { id: crypto.randomUUID(), text });
  return answer.messages[0];
}

test("from unanswered questions to a live answer, and back", { timeout: 900_000 }, async () => {
  const bot = await startBot();
  const browser = await launch();
  const page = await newPage(browser, { viewport: { width: 1280, height: 900 } });
  const visitor = await newPage(browser, { bypassCSP: true });
  page.on("dialog", (dialog) => dialog.accept());
  let pictures = 0;
  const look = async (name, who = page) => {
    if (process.env.BOT_TEST_SHOTS) await who.screenshot({ path: join(process.env.BOT_TEST_SHOTS, `${++pictures}-${name}.png`), fullPage: who === page });
  };
  const ask = async (text, expected) => {
    await visitor.goto(bot.url);
    await launcher(visitor).click();
    const begin = button(visitor, "Accept and start");
    await begin.or(input(visitor)).first().waitFor();
    if (await begin.isVisible()) await begin.click();
    await input(visitor).fill(text);
    await input(visitor).press("Enter");
    await log(visitor).locator(".message.bot").filter({ hasText: expected }).last().waitFor();
  };
  try {
    for (const text of ASKED) await askOnce(bot.url, text);
    await page.goto(bot.url + "/console/login");
    await page.getByLabel("Name").fill("demo");
    await page.getByLabel("Password").fill(bot.password);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Today" }).waitFor();

    // The group of questions nobody answered becomes a draft.
    await page.goto(bot.url + "/console/unanswered");
    const group = page.locator("a.row").filter({ hasText: /dog/i }).first();
    await group.waitFor({ timeout: 60_000 });
    await look("unanswered");
    await group.click();
    await look("group");
    await page.getByLabel("The question in your words").fill("Can I bring my dog?");
    await page.getByRole("button", { name: "Start a draft" }).click();

    // The draft becomes an FAQ.
    await page.goto(bot.url + "/console/faqs");
    await page.getByRole("link", { name: "Write an FAQ from these" }).first().click();
    await page.locator("textarea[name=variants]").fill(VARIANTS.join("\n"));
    await page.locator("textarea[name=answer]").fill(ANSWER);
    await page.getByLabel("Who answers for it").fill("Dr. A");
    await page.locator("aside .bubble").getByText("on a leash").waitFor({ timeout: 60_000 });
    assert.deepEqual(await axe(page), []);
    await look("editor");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("is kept").first().waitFor();

    // Trained and compared.
    await page.goto(bot.url + "/console/versions");
    await page.getByLabel("What is new").fill("dogs");
    await page.getByRole("button", { name: "Train a new version" }).click();
    await page.locator("progress").waitFor();
    await look("training");
    await page.getByRole("link", { name: "See what would change" }).click({ timeout: 600_000 });
    await page.getByRole("heading", { name: "The gate lets it pass" }).waitFor();
    assert.ok((await page.locator("main").textContent()).includes("can i bring my dog"), "the real questions are replayed");
    assert.deepEqual(await axe(page), []);
    await look("comparison");

    // Live: the widget answers it.
    await page.getByRole("button", { name: /Make v\d+ live/ }).click();
    await page.getByText(/v\d+ is live/).first().waitFor();
    for (let n = 0; (await askOnce(bot.url, "may i bring my dog with me")).outcome !== "faq/can_i_bring_my_dog"; n++) {
      assert.ok(n < 20, "the promoted version answers");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await ask("may i bring my dog with me", "on a leash");
    await look("widget", visitor);

    // Back again.
    await page.goto(bot.url + "/console/versions");
    await look("versions");
    await page.getByRole("button", { name: "Go back to v1" }).click();
    await page.getByText("v1 is live again").waitFor();
    for (let n = 0; (await askOnce(bot.url, "may i bring my dog with me")).outcome === "faq/can_i_bring_my_dog"; n++) {
      assert.ok(n < 20, "the old version answers again");
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await page.goto(bot.url + "/console/faqs");
    assert.ok((await page.locator("main").textContent()).includes("new, not live"), "the draft is kept");

    // A transcript becomes a conversation test.
    await page.goto(bot.url + "/console/conversations?text=bring+my+dog");
    await page.locator("a.row").first().click();
    await page.getByRole("link", { name: "Make a test of it" }).click();
    await page.getByLabel("Name of the test").fill("Asks about the dog");
    await page.getByLabel("Said in the test").fill("is a dog allowed inside");
    await page.getByLabel("Must be answered with").selectOption({ label: "Can I bring my dog?" });
    assert.deepEqual(await axe(page), []);
    await look("make-a-test");
    await page.getByRole("button", { name: "Keep the test" }).click();
    await page.getByRole("heading", { name: "Asks about the dog" }).waitFor();
    assert.deepEqual(await axe(page), []);
    await look("tests");
    assert.deepEqual([...page.errors, ...visitor.errors], []);
  } catch (error) {
    await look("failed");
    throw error;
  } finally {
    await browser.close();
    await bot.stop();
  }
});
