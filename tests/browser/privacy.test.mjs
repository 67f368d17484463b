// Requirements 1 to 6: one small file, nothing before a click, nobody else is told, nothing of the page breaks or leaks.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, button, input, launch, launcher, log, newPage, say, start, stored } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});

test("1: a visitor on a slow line waits for one file of at most 20 KB, and for no font", async () => {
  const page = await newPage(browser);
  const sizes = {};
  page.on("response", async (response) => {
    const { responseBodySize } = await response.request().sizes();
    sizes[new URL(response.url()).pathname] = responseBodySize;
  });
  await start(page, app.url + "/test/pages/plain");
  await say(page, "hello");
  const files = Object.keys(sizes).filter((path) => !path.startsWith("/chat") && !path.startsWith("/test"));
  assert.deepEqual(files, ["/widget.js"]);
  assert.ok(sizes["/widget.js"] <= 20 * 1024, `${sizes["/widget.js"]} bytes over the wire`);
  assert.ok(sizes["/widget.js"] > 5000);
  await page.context().close();
});

test("2: a visitor who only reads the page leaves no trace of a chat", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/test/pages/plain");
  await launcher(page).waitFor();
  await page.mouse.move(640, 400);
  await page.keyboard.press("Tab");
  await page.waitForTimeout(300);
  const asked = page.requests.map((request) => new URL(request.url()).pathname);
  assert.deepEqual(asked.sort(), ["/test/pages/plain", "/widget.js"]);
  assert.equal(await stored(page), '["",{},{}]');
  assert.equal((await page.context().cookies()).length, 0);
  await page.context().close();
});

test("3: no other company learns that somebody talked with a sex therapist's bot", async () => {
  const page = await newPage(browser);
  await start(page, app.url + "/");
  for (const text of ["hello", "times", "form", "crisis", "long"]) {
    await input(page).fill(text);
    await input(page).press("Enter");
    await page.waitForTimeout(400);
  }
  await button(page, "More options").click();
  await button(page, "Save a copy").click();
  await page.waitForTimeout(200);
  const foreign = page.requests.map((request) => request.url()).filter((url) => !url.startsWith(app.url) && !url.startsWith("blob:"));
  assert.deepEqual(foreign, []);
  await page.context().close();
});

test("4: a site with a strict security policy need not loosen it", async () => {
  const page = await newPage(browser);
  await start(page, app.url + "/test/pages/strict");
  for (const text of ["times", "form", "crisis", "markup", "long"]) {
    await input(page).fill(text);
    await input(page).press("Enter");
    await page.waitForTimeout(300);
  }
  await button(page, "More options").click();
  await button(page, "Crisis contacts").last().click();
  const found = await page.evaluate(() => ({
    violations: window.violations,
    background: getComputedStyle(document.querySelector("practice-chat").shadowRoot.querySelector(".panel")).backgroundColor,
  }));
  assert.deepEqual(found.violations, []);
  assert.equal(found.background, "rgb(255, 253, 250)"); // and it is styled
  assert.deepEqual(page.errors, []);
  await page.context().close();
});

test("5: markup that somebody sends, or a damaged answer holds, is shown and never run", async () => {
  const page = await newPage(browser);
  await start(page, app.url + "/test/pages/plain");
  await input(page).fill("markup");
  await input(page).press("Enter");
  await log(page).getByText("<img src=x onerror").first().waitFor();
  await say(page, "<img src=x onerror='window.hacked=2'>");
  const found = await page.evaluate(() => {
    const root = document.querySelector("practice-chat").shadowRoot;
    return {
      hacked: window.hacked,
      made: root.querySelectorAll("img, script, iframe").length,
      links: [...root.querySelectorAll("a")].map((a) => a.protocol).filter((p) => p === "javascript:"),
    };
  });
  assert.deepEqual(found, { hacked: undefined, made: 0, links: [] });
  await page.context().close();
});

test("6: a page with loud styles cannot break the chat, and the chat changes nothing on the page", async () => {
  const look = (page) =>
    page.evaluate(() => {
      const root = document.querySelector("practice-chat").shadowRoot;
      const style = (element, names) => names.map((name) => getComputedStyle(element)[name]).join();
      const names = ["fontSize", "fontFamily", "letterSpacing", "textTransform", "color", "display", "visibility", "opacity", "position"];
      const rect = (selector) => {
        const { width, height } = root.querySelector(selector).getBoundingClientRect();
        return [width, height].map(Math.round).join("x");
      };
      return [".panel", "header button", "h2", "textarea", ".message p"].map((s) => `${s} ${style(root.querySelector(s), names)} ${rect(s)}`);
    });
  const page = await newPage(browser);
  await start(page, app.url + "/test/pages/plain");
  const usual = await look(page);
  await page.evaluate(() => sessionStorage.clear());
  await start(page, app.url + "/test/pages/hostile");
  assert.deepEqual(await look(page), usual);
  await page.context().close();
});

test("6: the page's own elements look the same with and without the chat", async () => {
  const page = await newPage(browser);
  const styles = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("html, body, body *:not(practice-chat)")].map((element) => {
        const style = getComputedStyle(element);
        return element.tagName + Array.from(style, (name) => style.getPropertyValue(name)).join("|");
      }),
    );
  await page.context().route("**/widget.js", (route) => route.fulfill({ body: "", contentType: "text/javascript" }));
  await page.goto(app.url + "/test/pages/plain");
  const without = await styles();
  await page.context().unroute("**/widget.js");
  await start(page, app.url + "/test/pages/plain");
  assert.deepEqual(await styles(), without);
  await page.context().close();
});
