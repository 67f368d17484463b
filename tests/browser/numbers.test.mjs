// The pictures of the page Numbers: drawn from their tables under the strict policy, in both schemes, on a phone too.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { logIn, startConsole } from "./console_help.mjs";
import { axe, launch } from "./harness.mjs";

const TITLES = ["Visitors a day", "What became of questions, by day", "Booked, and given crisis help, by day",
  "Time to answer, in seconds", "From question to appointment", "Asked most", "What visitors thought of answers"]; // prettier-ignore
let app, browser;

before(async () => {
  app = await startConsole();
  browser = await launch();
});

after(async () => {
  await browser.close();
  app.stop();
});

async function open(options, period = "28") {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.addInitScript(() => {
    window.broken = [];
    document.addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
  });
  await logIn(page, app);
  await page.goto(`${app.base}/numbers?days=${period}`);
  return { context, page, faults };
}

/** Of each picture: its table's cells, the chart's numbers, and how many pixels of the canvas are painted. */
const look = (page) =>
  page.$$eval("table[data-shape]", (tables) =>
    tables.map((table) => {
      const canvas = table.closest(".picture").querySelector("canvas");
      const columns = [...table.tHead.rows[0].cells].filter((head) => "series" in head.dataset).map((head) => head.cellIndex);
      const cells = columns.map((at) => [...table.tBodies[0].rows].map((row) => row.cells[at].textContent.trim()));
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      return {
        title: table.dataset.title,
        cells,
        drawn: window.Chart.getChart(canvas).data.datasets.map((one) => [...one.data]),
        painted: pixels.filter((value, at) => at % 4 === 3 && value > 0).length,
        label: canvas.getAttribute("aria-label"),
        shown: [canvas.clientWidth, canvas.clientHeight],
      };
    }));

/** The contrast of the inks with the card they are drawn on. */
const contrasts = (page) =>
  page.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const hex = style.getPropertyValue(name).trim().slice(1).replace(/^(.)(.)(.)$/, "$1$1$2$2$3$3");
      const [r, g, b] = hex.match(/../g).map((part) => parseInt(part, 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const card = light("--card");
    return ["--accent", "--warn", "--alert", "--quiet"].map((name) => (Math.max(light(name), card) + 0.05) / (Math.min(light(name), card) + 0.05));
  });

for (const [name, options] of Object.entries({
  "a desktop in light": { viewport: { width: 1280, height: 860 }, colorScheme: "light" },
  "a desktop in dark": { viewport: { width: 1280, height: 860 }, colorScheme: "dark" },
  "a phone in light": { viewport: { width: 390, height: 844 }, colorScheme: "light" },
  "a phone in dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark", reducedMotion: "reduce" },
})) {
  test(`every picture is drawn on ${name}`, async () => {
    const { context, page, faults } = await open(options);
    const pictures = await look(page);
    assert.deepEqual(pictures.map((one) => one.title), TITLES);
    for (const one of pictures) {
      assert.ok(one.painted > 2000, `${one.title} is blank`);
      assert.deepEqual(one.drawn, one.cells.map((column) => column.map((text) => (text ? Number(text) : null))), one.title);
      assert.match(one.label, /table below/);
      assert.ok(one.shown[0] > 250 && one.shown[1] > 100, `${one.title}: ${one.shown}`);
    }
    assert.ok(Math.min(...(await contrasts(page))) >= 3);
    for (const summary of await page.locator(".picture summary").all()) await summary.click();
    assert.deepEqual(await axe(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it overflows");
    assert.deepEqual(await page.evaluate(() => window.broken), []);
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test("the pictures follow the scheme while the page is open, and the window's width", async () => {
  const { context, page, faults } = await open({ viewport: { width: 1280, height: 860 }, colorScheme: "light" });
  const ink = () => page.evaluate(() => window.Chart.getChart(document.querySelector("canvas")).data.datasets[0].borderColor);
  const light = await ink();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction((old) => window.Chart.getChart(document.querySelector("canvas")).data.datasets[0].borderColor !== old, light);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => [...document.querySelectorAll("canvas")].every((one) => one.clientWidth < 390));
  assert.equal(await page.locator("canvas").count(), TITLES.length);
  assert.deepEqual(faults, []);
  await context.close();
});

test("series differ by pattern or dash, not by colour alone", async () => {
  const { context, page } = await open({});
  const looks = await page.$$eval("canvas", (all) =>
    all.map((canvas) => window.Chart.getChart(canvas)).filter((chart) => chart.data.datasets.length > 1).map((chart) =>
      chart.data.datasets.map((one) => (chart.config.type === "line" ? one.borderDash.join() : typeof one.backgroundColor))));
  assert.equal(looks.length, 4);
  for (const [first, ...rest] of looks) assert.ok(rest.every((one) => one !== first), String([first, ...rest]));
  await context.close();
});

test("without JavaScript the tables tell everything and no empty frame stays", async () => {
  const { context, page } = await open({ javaScriptEnabled: false });
  assert.deepEqual(await page.locator("table[data-shape] td.n").first().textContent().then(Number).then(Number.isInteger), true);
  assert.equal(await page.locator("table[data-shape]").count(), TITLES.length);
  for (const table of await page.locator("table[data-shape]").all()) assert.ok(await table.isVisible());
  for (const frame of await page.locator(".canvas").all()) assert.equal(await frame.evaluate((one) => one.clientHeight), 0);
  await context.close();
});

test("the page with all it loads stays under 400 KB", async () => {
  const { context, page } = await open({}, "91");
  const sizes = await page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((one) => one.decodedBodySize));
  const kilobytes = sizes.reduce((sum, one) => sum + one, 0) / 1024;
  console.log(`# Numbers over 13 weeks with all it loads: ${kilobytes.toFixed(0)} KB`);
  assert.ok(kilobytes < 400, `${kilobytes} KB`);
  await context.close();
});
