// The whole way with the real bot: the trained model, the safety screen, redaction, booking. Needs a model, as `make test` has.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { axe, button, freePort, input, launch, launcher, log, newPage, ROOT } from "./harness.mjs";

const BOOKING = `
booking:
  kinds:
    consultation: {title: "Free 20-minute consultation", minutes: 20, place: "phone"}
  hours: {monday: ["09:00-17:00"], tuesday: ["09:00-17:00"], thursday: ["09:00-17:00"]}
`;

async function startBot() {
  const folder = mkdtempSync(join(tmpdir(), "widget-real-"));
  const practice = readFileSync(join(ROOT, "practice.yml"), "utf8").replace(/\nbooking:[^]*$/, BOOKING);
  writeFileSync(join(folder, "practice.yml"), practice);
  const port = await freePort();
  const child = spawn(join(ROOT, ".venv/bin/python"), ["-m", "bot.cli", "run"], {
    cwd: ROOT,
    stdio: "ignore",
    env: {
      ...process.env,
      BOT_PORT: String(port),
      BOT_DATABASE_URL: `sqlite:///${folder}/chat.db`,
      BOT_PRACTICE_FILE: join(folder, "practice.yml"),
      BOT_KEYS_FILE: join(folder, "keys"),
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  for (let n = 0; n < 240; n++) {
    const answer = await fetch(url + "/readyz").catch(() => null);
    if (answer?.ok) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await stop();
  throw new Error("the bot did not start");
}

test("with the real bot: a question, a booking, a cry for help, and everything deleted", { skip: !existsSync(join(ROOT, "models")) && "no model yet: make train" }, async () => {
  const bot = await startBot();
  const browser = await launch();
  const page = await newPage(browser, { bypassCSP: true });
  const ask = async (text, expected) => {
    await input(page).fill(text);
    await input(page).press("Enter");
    await log(page).locator(".message.bot").filter({ hasText: expected }).first().waitFor();
  };
  try {
    await page.goto(bot.url);
    await launcher(page).click();
    await page.getByText("kept for 30 days").waitFor();
    await button(page, "Accept and start").click();
    await log(page).getByText("not a person").waitFor();
    await ask("Will we have to do anything sexual in the session?", "Nothing sexual");
    await ask("I'd like to book a free call", "times are free");
    await page.locator("practice-chat .times button").first().click();
    await page.getByLabel("First name").fill("Ada");
    await page.getByLabel("Phone").fill("(650) 555-0123");
    await page.locator("practice-chat form.card button.main").click();
    await page.getByRole("link", { name: "Add to calendar" }).waitFor();
    assert.deepEqual(await axe(page), []);
    const [calendar] = await Promise.all([page.waitForEvent("download"), page.evaluate(() => {
      const link = document.querySelector("practice-chat").shadowRoot.querySelector(".card a");
      link.removeAttribute("target");
      link.click();
    })]);
    assert.match(calendar.suggestedFilename(), /\.ics$/);
    await ask("my husband hits me", "not your fault");
    await page.locator(".help").getByRole("link", { name: /Call 1-800-799/ }).waitFor();
    await button(page, "More options").click();
    await button(page, "Delete my chat").click();
    await page.getByText("Your erasure code:").waitFor();
    await button(page, "Delete now").click();
    await page.getByText("Your chat is deleted.").waitFor();
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(page.errors, []);
  } finally {
    await browser.close();
    await bot.stop();
  }
});
