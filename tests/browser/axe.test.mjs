// Requirement 10: axe finds nothing, in any state of the chat and on both pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, axe, button, input, launch, launcher, log, newPage, PHONE } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});

const ask = async (page, text) => {
  await input(page).fill(text);
  await input(page).press("Enter");
  await page.waitForTimeout(500);
};

/** State -> how to get there from the state before it. */
const STATES = {
  closed: (page) => page.goto(app.url + "/"),
  notice: async (page) => {
    await launcher(page).click();
    await button(page, "Accept and start").waitFor();
  },
  open: async (page) => {
    await button(page, "Accept and start").click();
    await log(page).getByText("Hello. I am").waitFor();
  },
  replies: (page) => ask(page, "hello"),
  feedback: (page) => button(page, "No").click(),
  "long answer with source": (page) => ask(page, "long"),
  times: (page) => ask(page, "times"),
  form: (page) => ask(page, "form"),
  "form with errors": async (page) => {
    await page.getByLabel("First name").fill("Ada");
    await page.getByLabel("Phone").fill("none");
    await button(page, "Book this time").click();
    await page.getByText("One thing is missing.").waitFor();
  },
  "booked appointment": async (page) => {
    await page.getByLabel("Phone").fill("(650) 555-0100");
    await button(page, "Book this time").click();
    await page.getByText("You are booked.").waitFor();
  },
  crisis: (page) => ask(page, "crisis"),
  typing: (page) => ask(page, "slow"),
  error: async (page) => {
    await log(page).getByText("You asked: slow.").waitFor();
    const refusal = { status: 422, contentType: "application/json", body: '{"error":{"message":"Please write less."}}' };
    await page.context().route("**/chat/messages", (route) => route.fulfill(refusal));
    await ask(page, "too much");
    await page.context().unroute("**/chat/messages");
  },
  offline: async (page) => {
    await page.context().setOffline(true);
    await ask(page, "anybody");
  },
  menu: (page) => button(page, "More options").click(),
  "crisis contacts": (page) => button(page, "Crisis contacts").last().click(),
  "erasure question": async (page) => {
    await button(page, "More options").click();
    await button(page, "More options").click();
    await button(page, "Delete my chat").click();
  },
};

for (const [look, options] of Object.entries({ light: {}, dark: { colorScheme: "dark" }, phone: PHONE })) {
  test(`10: every state (${look})`, async (t) => {
    const page = await newPage(browser, { bypassCSP: true, ...options }); // axe itself needs what the page forbids
    for (const [state, reach] of Object.entries(STATES)) {
      await t.test(state, async () => {
        await reach(page);
        assert.deepEqual(await axe(page), []);
      });
    }
    await page.context().close();
  });
}

async function check(options, reach) {
  const page = await newPage(browser, { bypassCSP: true, ...options });
  await reach(page);
  const found = await axe(page);
  await page.context().close();
  assert.deepEqual(found, []);
}

for (const [locale, words] of Object.entries({
  es: ["Haga una pregunta", "Aceptar y empezar"],
  fa: ["سؤال بپرسید", "می‌پذیرم و شروع می‌کنم"],
})) {
  test(`10: in ${locale}, from the notice to an answer`, () =>
    check({}, async (page) => {
      await page.goto(app.url + "/");
      await page.evaluate((value) => document.querySelector("practice-chat").setAttribute("locale", value), locale);
      await button(page, words[0]).click();
      await button(page, words[1]).waitFor();
      assert.deepEqual(await axe(page), []);
      await button(page, words[1]).click();
      await log(page).getByText("Hello. I am").waitFor();
      await page.getByRole("textbox").fill("crisis");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(500);
    }));
}

test("10: inline, before and after the start", () =>
  check({}, async (page) => {
    await page.goto(app.url + "/test/pages/inline");
    await button(page, "Start").waitFor();
    assert.deepEqual(await axe(page), []);
    await button(page, "Start").click();
    await button(page, "Accept and start").click();
    await log(page).getByText("Hello. I am").waitFor();
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`10: the page about embedding (${colorScheme})`, () => check({ colorScheme }, (page) => page.goto(app.url + "/embed")));
}
