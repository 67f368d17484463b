// What the console's browser tests share: the console over invented conversations, and a log-in.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ROOT } from "./harness.mjs";

/** {base, passwords, stop()}; passwords by account. */
export async function startConsole() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "console-test-"));
  const script = join(ROOT, "tests/browser/console_server.py");
  const server = spawn(join(ROOT, ".venv/bin/python"), ["-W", "ignore", script, String(port), folder], {
    cwd: ROOT,
    env: { ...process.env, PYTHONPATH: ROOT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  server.stderr.on("data", (data) => (told += data));
  const passwords = await new Promise((resolve, reject) => {
    server.stdout.on("data", (data) => String(data).startsWith("{") && resolve(JSON.parse(data)));
    server.once("exit", () => reject(new Error("the console did not start: " + told.slice(-2000))));
  });
  const stop = () => {
    server.removeAllListeners("exit");
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  return { base: `http://127.0.0.1:${port}/console`, passwords, stop };
}

export async function logIn(page, { base, passwords }) {
  await page.goto(base + "/login");
  await page.getByLabel("Name").fill("demo");
  await page.getByLabel("Password").fill(passwords.demo);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Today" }).waitFor();
}
