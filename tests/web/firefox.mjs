/** Drives Firefox ESR through WebDriver BiDi: commands come as JSON lines, answers go back the same way. */

import { createInterface } from "node:readline";

import puppeteer from "puppeteer-core";

const PATIENCE_MS = 45_000;
const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: "/usr/bin/firefox-esr",
  headless: true,
  extraPrefsFirefox: {
    "media.navigator.streams.fake": true,
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    "permissions.default.desktop-notification": 1,
    "intl.accept_languages": "fr",
  },
});
const page = await browser.newPage();
await page.setViewport({ width: 1366, height: 768 });
page.setDefaultTimeout(PATIENCE_MS);
const problems = [];
page.on("console", (message) => {
  if (["error", "warn"].includes(message.type())) problems.push(message.text());
});
page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));

const seen = (words) =>
  page.waitForFunction((text) => document.body.innerText.replaceAll("\u00a0", " ").includes(text), {}, words);

const commands = {
  open: ({ url }) => page.goto(url).then(() => true),
  type: ({ selector, text }) => page.type(selector, text),
  click: async ({ selector }) => {
    await page.waitForSelector(selector, { visible: true });
    await page.click(selector);
  },
  press: ({ key }) => page.keyboard.press(key),
  sees: ({ words }) => seen(words).then(() => true),
  picture: () =>
    page
      .waitForFunction(() => {
        const video = document.getElementById("usager-picture");
        return video?.videoWidth > 0 && !video.paused && video.currentTime > 0;
      })
      .then(() => true),
  text: () => page.evaluate(() => document.body.innerText),
  problems: () => problems,
  screenshot: ({ path }) => page.screenshot({ path }).then(() => true),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...fields } = JSON.parse(line);
  if (command === "end") break;
  let answer;
  try {
    answer = { ok: (await commands[command](fields)) ?? true };
  } catch (error) {
    answer = { error: String(error.message) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`, "utf8");
}
await browser.close();
process.exit(0);
