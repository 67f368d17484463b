// Requirements 7 to 14 as people meet them who use a keyboard, a screen reader, large text, or another language.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, button, focused, input, launch, launcher, log, newPage, PHONE, say, start } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});
const plain = () => app.url + "/test/pages/plain";

/** What a screen reader gets: the accessibility tree as a flat list in order. */
async function axTree(page) {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  await client.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const under = (node) => (node.childIds ?? []).flatMap((id) => [byId.get(id), ...under(byId.get(id))]);
  const role = (node) => node.role?.value;
  return { nodes, under, role, find: (wanted) => nodes.find((node) => !node.ignored && role(node) === wanted) };
}

test("7: a person without a mouse can find and open the chat, and a closed chat holds no hidden stops", async () => {
  const page = await newPage(browser);
  await page.goto(plain());
  await launcher(page).waitFor();
  const stops = [];
  for (let n = 0; n < 4; n++) {
    await page.keyboard.press("Tab");
    stops.push(await focused(page));
  }
  assert.deepEqual(stops, ["button#own", "button", "body", "button#own"]);
  await launcher(page).focus();
  assert.equal(await launcher(page).getAttribute("aria-expanded"), "false");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Ask a question" }).waitFor();
  assert.equal(await page.locator("#panel").isVisible(), true);
  await page.context().close();
});

test("8: opening brings the focus along, Escape gives it back, and Tab leads out again", async () => {
  const page = await newPage(browser);
  await page.goto(plain());
  await launcher(page).click();
  assert.equal(await focused(page), "h2#heading"); // the notice has no input yet
  await button(page, "Accept and start").click();
  await log(page).waitFor();
  assert.equal(await focused(page), "textarea#input");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#panel").isVisible(), false);
  assert.equal(await launcher(page).evaluate((element) => element.getRootNode().activeElement === element), true);
  await page.keyboard.press("Enter");
  await input(page).waitFor();
  assert.equal(await focused(page), "textarea#input");
  const stops = new Set();
  for (let n = 0; n < 12; n++) {
    await page.keyboard.press("Tab");
    stops.add(await focused(page));
  }
  assert.ok(stops.has("body") || stops.has("button#own"), "the focus is trapped");
  await page.context().close();
});

test("8: on a phone, opening does not throw a keyboard over the text", async () => {
  const page = await newPage(browser, PHONE);
  await page.goto(plain());
  await launcher(page).tap();
  await button(page, "Accept and start").tap();
  await log(page).waitFor();
  assert.equal(await focused(page), "h2#heading");
  await button(page, "What does it cost?").tap();
  await log(page).getByText("You asked: faq/cost.").waitFor();
  assert.notEqual(await focused(page), "textarea#input");
  assert.notEqual(await focused(page), "body");
  await page.context().close();
});

test("8: focus that moves on is never hidden behind a full-screen chat", async () => {
  const page = await newPage(browser, { viewport: { width: 400, height: 600 } });
  await start(page, plain());
  for (let n = 0; n < 12 && (await page.locator("#panel").isVisible()); n++) await page.keyboard.press("Shift+Tab");
  assert.equal(await page.locator("#panel").isVisible(), false);
  await page.context().close();
});

test("9: a screen reader hears each answer once, and nothing again after a reload", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  const watch = () =>
    page.evaluate(() => {
      window.added = [];
      const log = document.querySelector("practice-chat").shadowRoot.querySelector("[role=log]");
      const note = (records) => {
        if (log.getAttribute("aria-live") === "off") return;
        for (const { addedNodes } of records) for (const node of addedNodes) window.added.push(node.textContent);
      };
      new MutationObserver(note).observe(log, { childList: true, subtree: true, characterData: true });
    });
  await watch();
  await say(page, "is it real");
  const told = await page.evaluate(() => window.added);
  assert.equal(told.filter((text) => text.includes("You asked: is it real.")).length, 1, JSON.stringify(told));
  const tree = await axTree(page);
  const list = tree.find("log");
  assert.equal(list.properties.find(({ name }) => name === "live")?.value.value, "polite");
  const texts = tree.under(list).filter((node) => tree.role(node) === "StaticText").map((node) => node.name.value);
  assert.equal(texts.filter((text) => text.includes("You asked: is it real.")).length, 1);

  await page.reload();
  await page.waitForFunction(() => document.querySelector("practice-chat").shadowRoot.querySelector(".message"));
  assert.equal(await log(page).getAttribute("aria-live"), "off"); // while the old messages come back
  await page.waitForTimeout(800);
  assert.equal(await log(page).getAttribute("aria-live"), null);
  await page.context().close();
});

test("9: errors and waiting are told in a status, apart from the conversation", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await page.context().setOffline(true);
  await input(page).fill("are you there");
  await input(page).press("Enter");
  const status = page.locator("practice-chat").locator(".status [role=status]");
  await status.getByText("You are offline").waitFor();
  assert.ok(!(await log(page).textContent()).includes("You are offline"));
  await page.context().setOffline(false);
  await log(page).getByText("You asked: are you there.").waitFor();
  assert.equal(await status.textContent(), "");
  await page.context().close();
});

test("11: the input has a name and every message says who speaks", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await say(page, "hello");
  const lines = await log(page).locator(".message").evaluateAll((all) => all.map((one) => one.textContent));
  assert.ok(lines.every((line) => /^(You|Assistant): /.test(line)), JSON.stringify(lines));
  const tree = await axTree(page);
  assert.equal(tree.find("textbox").name.value, "Your message");
  await page.context().close();
});

test("12: suggested replies are buttons, reached by Tab and arrows, and using one never loses the focus", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await button(page, "What does it cost?").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await button(page, "Can I come alone?").evaluate((b) => b === b.getRootNode().activeElement), true);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft"); // round to the last
  assert.equal(await button(page, "Book a free call").evaluate((b) => b === b.getRootNode().activeElement), true);
  await page.keyboard.press("Enter");
  await page.getByText("These times are free.").waitFor();
  assert.equal(await focused(page), "textarea#input");
  await page.keyboard.press("Shift+Tab");
  assert.equal(await button(page, "Other days").evaluate((b) => b === b.getRootNode().activeElement), true);
  await button(page, "4:00 PM").focus();
  await page.keyboard.press("Enter");
  await page.getByText("Almost done.").waitFor();
  assert.notEqual(await focused(page), "body");
  await page.context().close();
});

test("13: every control is at least 44 px and shows its focus, also in forced colours", async () => {
  for (const options of [PHONE, { forcedColors: "active" }]) {
    const page = await newPage(browser, options);
    await start(page, plain());
    for (const text of ["crisis", "form", "times"]) {
      await input(page).fill(text);
      await input(page).press("Enter");
      await page.waitForTimeout(400);
      const small = await page.evaluate(() => {
        const root = document.querySelector("practice-chat").shadowRoot;
        return [...root.querySelectorAll("button, textarea, a.button, .option, input:not([type=radio],[type=checkbox])")]
          .filter((element) => element.checkVisibility())
          .map((element) => [element.textContent || element.className, element.getBoundingClientRect()])
          .filter(([, { width, height }]) => width < 44 || height < 43.9)
          .map(([name, { width, height }]) => `${name} ${width}x${height}`);
      });
      assert.deepEqual(small, []);
    }
    await input(page).focus();
    for (let n = 0; n < 8; n++) {
      await page.keyboard.press("Shift+Tab");
      const seen = await page.evaluate(() => {
        const element = document.querySelector("practice-chat").shadowRoot.activeElement;
        if (!element) return true;
        const box = element.getBoundingClientRect();
        const top = element.getRootNode().elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && !!top && (element.contains(top) || top.contains(element));
      });
      assert.ok(seen, `stop ${n} back from the input is hidden or shows no focus`);
    }
    await page.context().close();
  }
});

test("14: at 320 px, at 400 % and with wide text nothing is cut off sideways", async () => {
  for (const viewport of [{ width: 320, height: 640 }, { width: 320, height: 256 }]) {
    const page = await newPage(browser, { viewport });
    await start(page, plain());
    const wide = () =>
      page.evaluate(() => {
        const root = document.querySelector("practice-chat").shadowRoot;
        const over = [...root.querySelectorAll("*")]
          .filter((e) => e.checkVisibility() && !e.closest(".sr, svg") && e.getBoundingClientRect().right > innerWidth + 1)
          .map((e) => e.className || e.tagName);
        return [...over, ...(document.documentElement.scrollWidth > innerWidth ? ["page"] : [])];
      });
    for (const text of ["times", "form", "crisis", "long"]) {
      await input(page).fill(text);
      await input(page).press("Enter");
      await page.waitForTimeout(300);
      assert.deepEqual(await wide(), [], text);
    }
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }");
      document.querySelector("practice-chat").shadowRoot.adoptedStyleSheets.push(sheet);
    });
    assert.deepEqual(await wide(), [], "text spacing");
    await page.context().close();
  }
});

test("14: right-to-left readers find everything mirrored, and English answers stay English", async () => {
  const page = await newPage(browser);
  await page.goto(plain());
  await page.evaluate(() => document.querySelector("practice-chat").setAttribute("locale", "fa"));
  const open = button(page, "سؤال بپرسید");
  const box = await open.boundingBox();
  assert.ok(box.x < 100, "the launcher did not move to the left");
  await open.click();
  await page.getByText("دستیار فقط به انگلیسی می‌فهمد").waitFor();
  assert.ok((await page.getByRole("dialog").boundingBox()).x < 100);
  await button(page, "می‌پذیرم و شروع می‌کنم").click();
  await log(page).getByText("Hello. I am").waitFor();
  const { lang, dir, exit, title } = await page.evaluate(() => {
    const root = document.querySelector("practice-chat").shadowRoot;
    const left = (selector) => root.querySelector(selector).getBoundingClientRect().left;
    const { lang, dir } = root.querySelector(".message p");
    return { lang, dir, exit: left(".tools .exit"), title: left("h2") };
  });
  assert.deepEqual([lang, dir], ["en", "ltr"]);
  assert.ok(exit < title, "the header is not mirrored");
  await page.context().close();
});

test("14: a language the chat does not have falls back kindly", async () => {
  const page = await newPage(browser, { locale: "es-MX" });
  await page.goto(plain());
  const show = (locale) => page.evaluate((value) => document.querySelector("practice-chat").setAttribute("locale", value), locale);
  await show("es-419");
  await button(page, "Haga una pregunta").click();
  await page.getByText("responde en inglés").waitFor();
  await page.keyboard.press("Escape");
  await show("de-AT"); // not ours: the browser's own language comes next
  await button(page, "Haga una pregunta").waitFor();
  await page.context().close();
  const english = await newPage(browser, { locale: "ja-JP" });
  await english.goto(plain());
  await english.evaluate(() => document.querySelector("practice-chat").setAttribute("locale", "ja"));
  await launcher(english).waitFor();
  await english.context().close();
});
