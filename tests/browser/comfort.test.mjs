// Requirements 15 and 16, and the pace of answers: small screens, on-screen keyboards, calm.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, button, input, launch, launcher, log, newPage, PHONE, say, start } from "./harness.mjs";

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

async function assertInSight(page, locator, what) {
  const box = await locator.boundingBox();
  const view = page.viewportSize();
  assert.ok(box && box.y >= -1 && box.y + Math.min(box.height, 20) <= view.height + 1 && box.x >= -1 && box.x + box.width <= view.width + 1, `${what}: ${JSON.stringify(box)}`);
}

for (const [name, viewport] of Object.entries({
  "a keyboard up on a small phone": { width: 320, height: 280 },
  "a phone on its side": { width: 667, height: 375 },
  "a small phone": { width: 320, height: 568 },
})) {
  test(`15: with ${name}, input, quick exit and the last message stay in sight`, async () => {
    const page = await newPage(browser, { ...PHONE, viewport });
    await start(page, plain());
    await say(page, "hello");
    await assertInSight(page, input(page), "input");
    await assertInSight(page, button(page, "Quick exit").first(), "quick exit");
    await assertInSight(page, log(page).locator(".message").last(), "last message");
    assert.ok(parseFloat(await input(page).evaluate((element) => getComputedStyle(element).fontSize)) >= 16, "iOS zooms in below 16 px");
    await page.context().close();
  });
}

test("15: when the on-screen keyboard comes up, the panel shrinks to what is left and follows it", async () => {
  const page = await newPage(browser, PHONE);
  await page.addInitScript(() => {
    const view = new EventTarget();
    Object.assign(view, { height: innerHeight, offsetTop: 0 });
    Object.defineProperty(window, "visualViewport", { value: view });
    window.keyboard = (height, offsetTop) => {
      Object.assign(view, { height, offsetTop });
      view.dispatchEvent(new Event("resize"));
    };
  });
  await start(page, plain());
  await page.evaluate(() => window.keyboard(340, 60));
  const { y, height } = await page.locator("#panel").boundingBox();
  assert.deepEqual([y, height], [60, 340]);
  await page.context().close();
});

test("15: on a phone with a notch nothing of the panel lies under it", async () => {
  const page = await newPage(browser, PHONE);
  await page.goto(plain());
  const css = await page.evaluate(() => [...document.querySelector("practice-chat").shadowRoot.adoptedStyleSheets[0].cssRules].map((rule) => rule.cssText).join());
  for (const side of ["top", "right", "bottom", "left"]) assert.ok(css.includes(`safe-area-inset-${side}`), side);
  await page.context().close();
});

test("16: for those whom motion makes ill, nothing moves", async () => {
  const page = await newPage(browser, { reducedMotion: "reduce" });
  await start(page, plain());
  await input(page).fill("slow");
  await input(page).press("Enter");
  await page.waitForTimeout(300);
  const moving = () => page.evaluate(() => document.querySelector("practice-chat").shadowRoot.getAnimations().length + document.getAnimations().length);
  assert.equal(await moving(), 0);
  await log(page).getByText("You asked: slow.").waitFor();
  assert.equal(await moving(), 0);
  await page.context().close();
});

test("16: the chat never opens by itself, makes no sound, shows no badge", async () => {
  const page = await newPage(browser);
  await page.addInitScript(() => {
    window.loud = 0;
    for (const name of ["Audio", "AudioContext", "Notification"]) window[name] = new Proxy(window[name], { construct: () => ((window.loud += 1), {}) });
    navigator.setAppBadge = () => (window.loud += 1);
  });
  await page.goto(plain());
  await launcher(page).waitFor();
  await page.waitForTimeout(1500);
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await page.title(), "Plain");
  assert.equal(await page.evaluate(() => window.loud), 0);
  await page.context().close();
});

test("an answer in four parts comes in a calm pace and is whole within 600 ms", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await page.evaluate(() => {
    const list = document.querySelector("practice-chat").shadowRoot.querySelector("[role=log]");
    window.times = [];
    new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) if (node.textContent.includes("Part")) window.times.push(performance.now());
    }).observe(list, { childList: true });
  });
  await input(page).fill("parts");
  await input(page).press("Enter");
  await log(page).getByText("Part 4 of 4.").waitFor();
  const times = await page.evaluate(() => window.times);
  const whole = times[3] - times[0];
  assert.equal(times.length, 4);
  assert.ok(whole > 300 && whole < 700, `${whole} ms`); // 600 of waiting, and the browser's own delay
  await button(page, "What does it cost?").waitFor();
  await page.context().close();
});

test("while an answer takes long, the visitor is told that it is coming", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await input(page).fill("slow");
  await input(page).press("Enter");
  await page.getByText("Still working on the answer").waitFor();
  await log(page).getByText("You asked: slow.").waitFor();
  assert.equal(await page.getByText("Still working on the answer").count(), 0);
  await page.context().close();
});

test("a visitor can say whether an answer helped and what was missing, and take a copy along", async () => {
  const page = await newPage(browser);
  await start(page, plain());
  await say(page, "hello");
  const sent = [];
  page.on("request", (request) => request.url().endsWith("/chat/feedback") && sent.push(JSON.parse(request.postData())));
  await button(page, "No").click();
  await page.getByLabel("What was missing?").fill("the price");
  await button(page, "Send note").click();
  await page.getByText("Thank you.").waitFor();
  assert.deepEqual(sent.map(({ helpful, note }) => [helpful, note]), [[false, undefined], [false, "the price"]]);
  await button(page, "More options").click();
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Save a copy").click()]);
  assert.equal(download.suggestedFilename(), "chat.txt");
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.match(Buffer.concat(chunks).toString(), /You: hello/);
  await page.context().close();
});

test("the erasure code is shown before erasing", async () => {
  const page = await newPage(browser);
  await page.context().route("**/chat/sessions", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), erasure_code: "K7M2-QX4P" } });
  });
  await start(page, plain());
  await button(page, "More options").click();
  await button(page, "Delete my chat").click();
  await page.getByText("K7M2-QX4P").waitFor();
  await page.context().close();
});

test("the notice in the practice's own words and its contacts are shown when the server gives them", async () => {
  const page = await newPage(browser);
  const given = {
    notice: { version: "7", text: "The practice's own notice." },
    crisis: { resources: [{ name: "Own line", actions: [{ label: "Call 555", href: "tel:555" }] }] },
  };
  await page.context().route("**/chat/notice", (route) => route.fulfill({ json: given }));
  await page.goto(plain());
  await launcher(page).click();
  await page.getByText("The practice's own notice.").waitFor();
  await page.getByRole("link", { name: "Call 555" }).waitFor();
  const [request] = await Promise.all([page.waitForRequest("**/chat/sessions"), button(page, "Accept and start").click()]);
  assert.equal(JSON.parse(request.postData()).notice_version, "7");
  await page.context().close();
});

test("a try of the practice is marked on the panel and told to the server, apart from a visitor's conversation", async () => {
  const page = await newPage(browser);
  for (const [path, heading, told] of [["/?test", "Ask a question (test)", true], ["/", "Ask a question", undefined]]) {
    await page.goto(app.url + path);
    await launcher(page).click();
    await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    const [request] = await Promise.all([page.waitForRequest("**/chat/sessions"), button(page, "Accept and start").click()]);
    assert.equal(request.postDataJSON().test, told);
    await input(page).waitFor();
  }
  await page.context().close();
});
