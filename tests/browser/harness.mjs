// What the browser tests share: the app on a free port, one Chromium, pages that watch themselves, axe.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const tools = createRequire(join(ROOT, "widget/package.json"));
const { chromium } = tools("playwright-core");
const AXE = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");
const vendor = (file) => readFileSync(join(ROOT, "widget/node_modules", file), "utf8");
const VENDOR = { "jquery.js": "jquery/dist/jquery.min.js", "preact.js": "preact/dist/preact.umd.js" };
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
]; // prettier-ignore

export function freePort() {
  return new Promise((resolve) => {
    const probe = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** The app with its scripted dialogue. restart() kills it as a crash would and starts it on the same log. */
export class App {
  static async start() {
    const app = new App();
    app.port = await freePort();
    app.folder = mkdtempSync(join(tmpdir(), "widget-test-"));
    app.url = `http://127.0.0.1:${app.port}`;
    await app.up();
    return app;
  }

  up() {
    const python = join(ROOT, ".venv/bin/python");
    const script = join(ROOT, "tests/browser/server.py");
    this.child = spawn(python, ["-W", "ignore", script, String(this.port), this.folder], {
      cwd: ROOT,
      env: { ...process.env, PYTHONPATH: ROOT },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    this.child.stderr.on("data", (data) => (told += data));
    return new Promise((resolve, reject) => {
      this.child.stdout.on("data", (data) => String(data).includes("ready") && resolve());
      this.child.once("exit", () => reject(new Error("the app did not start: " + told.slice(-2000))));
    });
  }

  down() {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    return gone;
  }

  async restart() {
    await this.down();
    await this.up();
  }

  async stop() {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks the API as an integrator would. */
  async call(method, path, token, body) {
    const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, text: await answer.text() };
  }
}

export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });

/** A page that keeps its console errors, policy violations, requests. options: Playwright's context options. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  for (const [name, file] of Object.entries(VENDOR)) {
    await context.route("**/test/vendor/" + name, (route) => route.fulfill({ body: vendor(file), contentType: "text/javascript" }));
  }
  await context.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective + " " + event.blockedURI));
  });
  const page = await context.newPage();
  page.errors = [];
  page.requests = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  context.on("request", (request) => page.requests.push(request));
  return page;
}

export const PHONE = { viewport: { width: 375, height: 720 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

export const launcher = (page) => page.locator("practice-chat").getByRole("button", { name: "Ask a question" });
export const input = (page) => page.getByRole("textbox", { name: "Your message" });
export const log = (page) => page.getByRole("log");
export const button = (page, name) => page.locator("practice-chat").getByRole("button", { name, exact: true });

/** Opens the chat and accepts the notice. */
export async function start(page, address) {
  if (address) await page.goto(address);
  await launcher(page).click();
  await button(page, "Accept and start").click();
  await input(page).waitFor();
  await log(page).getByText("Hello. I am an automated assistant").waitFor();
}

export async function say(page, text, expected = `You asked: ${text}.`) {
  await input(page).fill(text);
  await input(page).press("Enter");
  await log(page).getByText(expected).waitFor();
}

/** The visitor's and the bot's messages on screen, in order. */
export const spoken = (page) => log(page).locator(".message").evaluateAll((all) => all.map((one) => one.querySelector("p").textContent));

/** What the tab has stored, as one text. */
export const stored = (page) => page.evaluate(() => JSON.stringify([document.cookie, { ...sessionStorage }, { ...localStorage }]));

export const token = async (page) => (await page.evaluate(() => JSON.parse(sessionStorage.getItem("practice-chat"))?.token));

/** The violations axe finds in the whole page, as short texts. */
export async function axe(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.flat().join(" ") + " " + node.failureSummary).join(" | ")}`);
  });
}

/** The focused element, through shadow roots: "tag.class: name". */
export const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element === document.body ? "body" : `${element.tagName.toLowerCase()}${element.id && "#" + element.id}`;
  });

/** A site elsewhere, for quick exit; keeps the headers of what it is asked for. */
export async function elsewhere() {
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(request.headers);
    response.setHeader("Content-Type", "text/html");
    response.end("<title>Weather</title><p>Mild.</p>");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://localhost:${server.address().port}/`, asked, stop: () => server.close() };
}

/** Between browser and app: can cut connections. answer(path) -> "pass" | "cut-before" | "cut-mid-reply" */
export async function badLine(port, fate) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const { cut, delay = 0 } = fate(request) ?? {};
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (cut === "before") return response.destroy();
      const forward = http.request({ port, host: "127.0.0.1", method: request.method, path: request.url, headers: request.headers });
      forward.on("error", () => response.destroy());
      forward.on("response", (answer) => {
        const parts = [];
        answer.on("error", () => response.destroy());
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const body = Buffer.concat(parts);
          response.writeHead(answer.statusCode, answer.headers);
          if (cut !== "mid-reply") return response.end(body);
          response.write(body.subarray(0, body.length / 2));
          setTimeout(() => response.destroy(), 5);
        });
      });
      forward.end(Buffer.concat(chunks));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
