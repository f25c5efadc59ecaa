import { expect, type Page, test } from "@playwright/test";
import { firstLoads } from "../scripts/testing/first-load.mjs";
import { axeFaults } from "./support/axe-faults";
import { centerUrl, merchant, ops } from "./support/center";
import { sidewaysScroll, signedInContext } from "./support/pages";

test.describe.configure({ mode: "default" });

const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 700 };
const palette = (page: Page) => page.getByRole("combobox", { name: "Pages, actions, incidents, merchants, versions, ids, traces" });
/** The option that a screen reader is told of. */
const announced = (page: Page) => page.getByRole("option", { selected: true });

test("no page loads more script than it may before it works", () => {
  const loads = firstLoads(".next");
  expect(loads.length).toBeGreaterThan(30);
  expect(loads.filter(({ kb, mostKb }) => kb > mostKb)).toEqual([]);
});

test("without any script a page's verdict is seen, and every other page is reached", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en", { javaScriptEnabled: false, viewport: PHONE });
  const page = await context.newPage();
  await page.goto(`${centerUrl()}/`);
  await expect(page.getByText(/plugins? (is|are) (well|in trouble)|needs? a person|are well/).first()).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("link", { name: "Rollouts" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rollouts" })).toBeVisible();
  await context.close();
});

test("the palette finds pages, things and actions, and opens an action's dialog without doing it", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en", { reducedMotion: "reduce" });
  const page = await context.newPage();
  const shop = merchant("atlas");
  await page.goto(`${centerUrl()}/`);
  await expect(page.getByRole("banner").getByRole("status")).toHaveText("Live");
  await test.step("Ctrl K opens it; what is announced is what Enter takes", async () => {
    await page.keyboard.press("Control+k");
    await palette(page).fill("obj");
    await expect(announced(page)).toHaveText("Objectives");
    expect(await axeFaults(page, "dark")).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/slos");
  });
  await test.step("the server is asked for a merchant's plugin by the beginning of its id", async () => {
    await page.keyboard.press("Control+k");
    await palette(page).fill(shop.plugin.id.slice(0, 23));
    await page.getByRole("option", { name: new RegExp(shop.tenant.name) }).click();
    await page.waitForURL(`**/fleet/${shop.plugin.id}`);
  });
  await test.step("an action leads to its page and opens its dialog; nothing has been thrown", async () => {
    await page.keyboard.press("Control+k");
    await palette(page).fill("stop every");
    await expect(announced(page)).toHaveText("Stop everything…");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Turn on: Kill switch" });
    await expect(dialog.getByRole("button", { name: "Turn on Kill switch" })).toBeDisabled();
    const { effective } = await ops<{ effective: { kill_switch: boolean } }>(page, "/api/ops/switches");
    expect(effective.kill_switch).toBe(false);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
  await context.close();
});

test("a scope goes along from list to list and stands in the address, and the keys follow it", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en", { reducedMotion: "reduce" });
  const page = await context.newPage();
  const shop = merchant("atlas");
  const everything = page.getByRole("button", { name: /^Shown: Everything/ });
  const narrow = async (path: string) => {
    await everything.click();
    await page.getByRole("combobox", { name: "Merchant or module" }).fill("atlas");
    await page.getByRole("option", { name: new RegExp(shop.tenant.name) }).click();
    await page.waitForURL(`**${path}?tenant_id=${shop.tenant.id}`);
  };
  const goTo = async (key: string, end: RegExp | string) => {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await page.waitForURL(end);
  };
  await page.goto(`${centerUrl()}/fleet`);
  await narrow("/fleet");
  await test.step("the way back leads to before it was chosen, and on from there", async () => {
    await page.goBack();
    await expect(everything).toBeVisible();
    await goTo("i", /\/incidents$/);
  });
  await narrow("/incidents");
  await test.step("a filter leaves the list narrowed; to clear it takes everything off, here and on the next page", async () => {
    await page.getByRole("combobox", { name: "Severity" }).selectOption("high");
    await page.waitForURL(/[?&]severity=high/);
    await expect(page).toHaveURL(new RegExp(`tenant_id=${shop.tenant.id}`));
    await page.getByRole("search").getByRole("link", { name: "Clear filters" }).click();
    await page.waitForURL(/\/incidents$/);
    await expect(everything).toBeVisible();
    await goTo("f", /\/fleet$/);
  });
  await narrow("/fleet");
  await goTo("i", `**/incidents?tenant_id=${shop.tenant.id}`);
  await page.reload();
  await expect(page.getByRole("button", { name: `Shown: ${shop.tenant.name}. Change what is shown` })).toBeVisible();
  await test.step("single keys do nothing while somebody writes, nor once they were turned off", async () => {
    const search = page.getByRole("searchbox");
    await page.keyboard.press("/");
    await expect(search).toBeFocused();
    await page.keyboard.type("g f ?");
    await expect(search).toHaveValue("g f ?");
    await page.goto(`${centerUrl()}/account`);
    await page.getByRole("checkbox", { name: "Single-key shortcuts are on" }).uncheck();
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("dialog")).toHaveCount(1);
    await expect(palette(page)).toBeFocused();
  });
  await context.close();
});

test("on a phone every page is two taps away, in both languages and without scrolling sideways", async ({ browser, request }) => {
  for (const [locale, more, all] of [
    ["en", "More", "All pages"],
    ["fr", "Plus", "Toutes les pages"],
  ] as const) {
    const context = await signedInContext(browser, request, locale, { viewport: PHONE, hasTouch: true, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(`${centerUrl()}/incidents`);
    for (const size of [PHONE, NARROW]) {
      await page.setViewportSize(size);
      await page.getByRole("button", { name: more, exact: true }).tap();
      const sheet = page.getByRole("navigation", { name: all });
      await expect(sheet).toBeVisible();
      expect(await sidewaysScroll(page)).toBe(0);
      expect(await sheet.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
      expect(await axeFaults(page, size === PHONE ? "light" : "dark")).toEqual([]);
      await page.keyboard.press("Escape");
    }
    const places = page.getByRole("navigation").getByRole("link");
    await page.getByRole("button", { name: more, exact: true }).tap();
    expect(await places.count()).toBeGreaterThanOrEqual(21);
    await page.locator("nav a[href='/calendar']:visible").tap();
    await page.waitForURL("**/calendar");
    await expect(page.getByRole("banner").getByRole("status")).toBeVisible();
    await context.close();
  }
});
