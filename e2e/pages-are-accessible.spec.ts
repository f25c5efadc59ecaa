import { expect, test } from "@playwright/test";
import { axeFaults } from "./support/axe-faults";
import { centerUrl } from "./support/center";
import { untranslated } from "./support/page-texts";
import { allPages, complaintsOf, PAGE_COUNT, sidewaysScroll, signedInContext } from "./support/pages";
import { SIZES, viewsOf } from "./support/views";

const NARROW = { width: 320, height: 700 };

// One after the other in one process: they share a session, and a second browser would only slow both down.
test.describe.configure({ mode: "default" });

test("the views chosen show each page in every language, theme and size, and every two of these together", () => {
  const seen = new Set<string>();
  for (const index of Array.from({ length: PAGE_COUNT }).keys()) {
    for (const { locale, theme, size } of viewsOf(index, false)) {
      for (const one of [locale, theme, size]) seen.add(`${index} ${one}`);
      for (const two of [`${locale} ${theme}`, `${locale} ${size}`, `${theme} ${size}`]) seen.add(two);
    }
  }
  expect(seen.size).toBe(PAGE_COUNT * 6 + 12);
});

for (const index of Array.from({ length: PAGE_COUNT }).keys()) {
  for (const { locale, theme, size } of viewsOf(index)) {
    test(`page ${index + 1} of ${PAGE_COUNT}, ${locale}, ${theme}, ${size}: axe finds nothing, nothing scrolls sideways, the browser does not complain`, async ({
      browser,
      request,
    }, { annotations }) => {
      const context = await signedInContext(browser, request, locale, { reducedMotion: "reduce", viewport: SIZES[size] });
      const pages = allPages(context.request);
      expect(pages).toHaveLength(PAGE_COUNT);
      const checked = pages[index];
      if (!checked) throw new Error(`there is no page ${index + 1}`);
      annotations.push({ type: "page", description: checked.name });
      const path = await checked.path();
      if (checked.isPublic) await context.clearCookies({ name: /session-token/ });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await page.goto(`${centerUrl()}${path}`);
      await expect(page.locator("h1")).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale);
      expect(await axeFaults(page, theme), checked.name).toEqual([]);
      for (const width of [SIZES[size], NARROW]) {
        await page.setViewportSize(width);
        expect(await sidewaysScroll(page), `${checked.name} at ${width.width} px`).toBe(0);
      }
      expect(await untranslated(page, locale), checked.name).toEqual([]);
      expect(complaints, checked.name).toEqual([]);
      await context.close();
    });
  }
}

test("every page's verdict is in the server's own HTML", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en");
  for (const checked of allPages(context.request)) {
    const answer = await context.request.get(`${centerUrl()}${await checked.path()}`);
    expect(answer.status(), checked.name).toBe(200);
    const shown = (await answer.text()).replaceAll(/<script[\s\S]*?<\/script>/g, "").replaceAll(/<[^>]*>/g, "");
    expect(shown, checked.name).toMatch(checked.verdict);
  }
  await context.close();
});
