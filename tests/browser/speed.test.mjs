// The page is not slower for the chat: times as a visitor feels them, p50 of 20.
import assert from "node:assert/strict";
import { cpus, loadavg } from "node:os";
import { after, before, test } from "node:test";
import { App, button, input, launch, launcher, log, newPage, start } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Notes in the page itself, where no test's own delay counts. */
function watch() {
  window.seen = { launcher: 0, shift: 0, long: [] };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.long.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    const element = document.querySelector("practice-chat")?.shadowRoot?.querySelector(".launcher");
    if (element && element.getBoundingClientRect().width > 0) window.seen.launcher = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** 100 ms on a machine that has nothing else to do; more work waiting for each core makes everything as much slower. */
const limit = () => 100 * Math.max(1, loadavg()[0] / cpus().length);

/** The best of three rounds: one may fall into somebody else's work. */
async function bestOfThree(round) {
  let best = Infinity;
  for (let n = 0; n < 3 && best > 100; n++) best = Math.min(best, median(await round()));
  return best;
}

test("the button is there within 100 ms of the page, shifts nothing and blocks nothing", async (t) => {
  const page = await newPage(browser);
  await page.addInitScript(watch);
  const [shifts, long] = [[], []];
  const best = await bestOfThree(async () => {
    const times = [];
    for (let n = 0; n < 20; n++) {
      await page.goto(app.url + "/");
      await launcher(page).waitFor();
      await page.waitForTimeout(100);
      const seen = await page.evaluate(() => window.seen);
      times.push(seen.launcher);
      shifts.push(seen.shift);
      long.push(seen.long.length);
    }
    return times;
  });
  t.diagnostic(`launcher visible after ${best.toFixed(0)} ms (p50 of 20; ${(loadavg()[0] / cpus().length).toFixed(1)} tasks a core)`);
  assert.equal(Math.max(...shifts), 0, "layout shift");
  assert.equal(median(long), 0, "long tasks");
  assert.ok(best <= limit(), `${best} ms`);
  await page.context().close();
});

test("the script itself takes less than 50 ms, the length of a long task", async (t) => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/plain");
  const client = await page.context().newCDPSession(page);
  await client.send("Profiler.enable");
  await client.send("Profiler.start");
  await page.reload();
  await launcher(page).waitFor();
  const { profile } = await client.send("Profiler.stop");
  const own = new Set(profile.nodes.filter((node) => node.callFrame.url.includes("widget.js")).map((node) => node.id));
  const spent = profile.samples.reduce((sum, id, at) => sum + (own.has(id) ? profile.timeDeltas[at] / 1000 : 0), 0);
  t.diagnostic(`${spent.toFixed(1)} ms in the widget's script`);
  assert.ok(spent < 50, `${spent} ms`);
  await page.context().close();
});

test("opening puts the focus into the input within 100 ms", async (t) => {
  const page = await newPage(browser);
  await start(page, app.url + "/");
  await log(page).waitFor();
  const times = [];
  for (let n = 0; n < 20; n++) {
    await button(page, "Close the chat").click();
    times.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const root = document.querySelector("practice-chat").shadowRoot;
            const before = performance.now();
            root.querySelector("textarea").addEventListener("focus", () => requestAnimationFrame(() => resolve(performance.now() - before)), { once: true });
            root.querySelector(".launcher").click();
          }),
      ),
    );
    await input(page).waitFor();
  }
  t.diagnostic(`focus after ${median(times).toFixed(0)} ms (p50 of 20; ${(loadavg()[0] / cpus().length).toFixed(1)} tasks a core)`);
  assert.ok(median(times) <= limit(), `${median(times)} ms`);
  await page.context().close();
});
