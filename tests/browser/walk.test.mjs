// From the load of the page to a booked appointment, by keyboard alone, knowing only what the accessibility tree tells.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { App, launch, newPage } from "./harness.mjs";

let app, browser;
before(async () => {
  app = await App.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await app.stop();
});

const focusedNode = (nodes) => nodes.filter((node) => node.properties?.some(({ name, value }) => name === "focused" && value.value)).at(-1);

class Listener {
  constructor(page, client) {
    Object.assign(this, { page, client });
  }

  async tree() {
    const { nodes } = await this.client.send("Accessibility.getFullAXTree");
    return nodes.filter((node) => !node.ignored);
  }

  /** role and name of what has the focus, as a screen reader would speak it. */
  async here() {
    const node = focusedNode(await this.tree());
    return `${node?.role.value} ${node?.name?.value ?? ""}`.trim();
  }

  /** Tabs, forwards or back, until the wanted stop is spoken. */
  async go(wanted, key = "Tab") {
    for (let n = 0; n < 40; n++) {
      if ((await this.here()) === wanted) return;
      await this.page.keyboard.press(key);
    }
    assert.fail(`no stop "${wanted}" within 40`);
  }

  /** Waits until a text can be heard in the conversation. */
  async hear(text) {
    for (let n = 0; n < 50; n++) {
      if ((await this.tree()).some((node) => node.role.value === "StaticText" && node.name.value.includes(text))) return;
      await this.page.waitForTimeout(100);
    }
    assert.fail(`"${text}" was never said`);
  }
}

test("a person with keyboard and screen reader gets from the page to a booked call", async () => {
  const page = await newPage(browser);
  await page.goto(app.url + "/");
  const person = new Listener(page, await page.context().newCDPSession(page));
  const { keyboard } = page;

  await person.go("button Ask a question");
  await keyboard.press("Enter");
  assert.equal(await person.here(), "heading Ask a question");
  await person.hear("automated assistant");
  await person.go("button Accept and start");
  await keyboard.press("Enter");
  await person.hear("Hello. I am an automated assistant");
  assert.equal(await person.here(), "textbox Your message");

  await keyboard.type("is it really only talking?");
  await keyboard.press("Enter");
  await person.hear("You asked: is it really only talking?");
  await person.hear("2 suggested replies below.");
  await keyboard.type("times");
  await keyboard.press("Enter");
  await person.hear("These times are free.");
  await person.go("button 4:00 PM", "Shift+Tab");
  await keyboard.press("Enter");
  await person.hear("Almost done.");
  await person.go("textbox First name", "Shift+Tab");
  await keyboard.type("Ada");
  await keyboard.press("Tab");
  assert.equal(await person.here(), "textbox Phone");
  await keyboard.type("none");
  await person.go("button Book this time");
  await keyboard.press("Enter");
  await person.hear("One thing is missing.");
  await person.go("textbox Phone"); // the focus is already there
  const wrong = focusedNode(await person.tree());
  assert.equal(wrong.properties.find(({ name }) => name === "invalid").value.value, "true");
  assert.match(wrong.description.value, /Please write a phone number/);
  await keyboard.press("Control+A");
  await keyboard.type("(650) 555-0100");
  await person.go("radio call me");
  await keyboard.press("ArrowDown");
  assert.equal(await person.here(), "radio text me");
  await person.go("button Book this time");
  await keyboard.press("Enter");
  await person.hear("You are booked.");
  await person.hear("Thursday, December 3, 4:00 PM, Pacific Time");
  await person.go("link Change or cancel (opens in a new tab)", "Shift+Tab");
  await keyboard.press("Escape");
  assert.equal(await person.here(), "button Ask a question");
  await page.context().close();
});
