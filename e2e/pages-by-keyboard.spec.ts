import { type CDPSession, expect, type Page, test } from "@playwright/test";
import { centerUrl } from "./support/center";
import { allPages, signedInContext } from "./support/pages";

test.describe.configure({ mode: "default" });

/** Hours, minutes, half of the day, and the button of the picker. */
const MOST_PARTS = 4;

/** What holds the focus: its place among all that can hold it, and whether an eye would find it. */
interface Held {
  readonly place: number;
  readonly isRinged: boolean;
  readonly isInView: boolean;
  /** A field of several parts, such as hours and minutes, keeps the focus while Tab walks through them. */
  readonly hasParts: boolean;
  readonly what: string;
}

/** Marks all that Tab should reach, in the order of the page. @returns how many */
function markStops(page: Page): Promise<number> {
  return page.evaluate(() => {
    const stops = [...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [tabindex]")].filter(
      (stop) => {
        const isOff = stop.matches(":disabled, [tabindex='-1'], [type=hidden]") || stop.closest("dialog:not([open])");
        const isClosed = stop.closest("details:not([open])") && !stop.matches("summary");
        return !isOff && !isClosed && stop.getClientRects().length > 0;
      },
    );
    for (const [place, stop] of stops.entries()) stop.dataset.stop = String(place);
    return stops.length;
  });
}

declare global {
  interface Window {
    held: Held[];
  }
}

/** Notes what holds the focus each time that Tab is let go: by then the focus has moved, and the page with it. */
function noteFocus(): void {
  window.held = [];
  const note = () => {
    const held = document.activeElement as HTMLElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(held);
    const box = held.getBoundingClientRect();
    window.held.push({
      place: Number(held.dataset.stop ?? -1),
      isRinged: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2,
      isInView: box.bottom > 0 && box.top < window.innerHeight && box.width > 0,
      hasParts: held.matches("[type=time], [type=date], [type=datetime-local]"),
      what: `${held.tagName} ${held.textContent?.trim().slice(0, 40)}`,
    });
  };
  addEventListener("keyup", (event) => event.key === "Tab" && note(), { capture: true });
}

const TAB = { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9, nativeVirtualKeyCode: 9 };

/** Presses Tab so often, as fast as the page takes it: to wait for each press is most of the time. @returns what held the focus after each */
async function pressTab(keys: CDPSession, page: Page, times: number): Promise<Held[]> {
  const press = (type: "rawKeyDown" | "keyUp") => keys.send("Input.dispatchKeyEvent", { type, ...TAB });
  await Promise.all(Array.from({ length: times }, () => [press("rawKeyDown"), press("keyUp")]).flat());
  return page.evaluate(() => window.held.splice(0));
}

/** Walks on until `count` stops were left behind; the parts of one field are one stop. */
async function walk(keys: CDPSession, page: Page, count: number): Promise<Held[]> {
  const stops: Held[] = [];
  let parts = 0;
  while (stops.length < count) {
    const pressed = await pressTab(keys, page, count - stops.length);
    expect(pressed.length, `after ${stops.length} of ${count} stops Tab still reaches the page`).toBeGreaterThan(0);
    for (const held of pressed) {
      const isPart = held.hasParts && held.place === stops.at(-1)?.place && parts < MOST_PARTS;
      parts = isPart ? parts + 1 : 0;
      if (!isPart) stops.push(held);
    }
  }
  return stops;
}

test("Tab reaches everything on every page, in the order of the page and with a ring around it", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en", { reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.addInitScript(noteFocus);
  const keys = await context.newCDPSession(page);
  for (const checked of allPages(context.request).filter(({ isPublic }) => !isPublic)) {
    // A dozen entries of the log show as much as fifty, and stand still.
    const path = checked.name === "audit" ? "/audit?command=tenant.register" : await checked.path();
    await page.goto(`${centerUrl()}${path}`);
    await page.getByRole("button", { name: "Pause live updates" }).click();
    // From the top again, as after loading.
    await page.evaluate(() => {
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
    });
    const count = await markStops(page);
    for (const [place, held] of (await walk(keys, page, count)).entries()) {
      expect(held, `${checked.name}, stop ${place} of ${count}`).toMatchObject({ place, isRinged: true, isInView: true });
    }
  }
  await context.close();
});

test("the skip link, the keys and their sheet, menus and dialogs work without a pointer", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en");
  const page = await context.newPage();
  await page.goto(`${centerUrl()}/`);
  await test.step("the skip link leads past the side bar", async () => {
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.locator("#main")).toBeFocused();
  });
  await test.step("g and a letter go to a page, j and Enter open a row", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await page.waitForURL("**/fleet");
    await expect(page.getByRole("table")).toBeVisible();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/fleet/*");
  });
  await test.step("the sheet opens by ? and closes by Escape", async () => {
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
  await test.step("the account's menu opens by Enter and closes by Escape", async () => {
    const menu = page.getByRole("button", { name: /Account of/ });
    await menu.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menuitem")).toHaveCount(0);
  });
  await test.step("the kill switch's dialog takes the focus, asks for a reason, and gives the focus back", async () => {
    await page.goto(`${centerUrl()}/safety`);
    const stop = page.getByRole("button", { name: "Stop everything" });
    await stop.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await expect(dialog.getByRole("button", { name: "Turn on Kill switch" })).toBeDisabled();
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    await expect(stop).toBeFocused();
  });
  await context.close();
});
