import { AxeBuilder } from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { centerUrl } from "./support/center";
import { untranslated } from "./support/page-texts";
import { allPages, complaintsOf, PAGE_COUNT, sidewaysScroll, signedInContext } from "./support/pages";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 700 };
const LOCALES = ["en", "fr"] as const;
const THEMES = ["light", "dark"] as const;

// One after the other in one process: they share a session, and a second browser would only slow both down.
test.describe.configure({ mode: "default" });

for (const locale of LOCALES) {
  for (const index of Array.from({ length: PAGE_COUNT }).keys()) {
    test(`page ${index + 1} of ${PAGE_COUNT}, ${locale}: axe finds nothing in both themes at 1440 and 390 px, nothing scrolls sideways, the browser does not complain`, async ({
      browser,
      request,
    }, { annotations }) => {
      const context = await signedInContext(browser, request, locale, { reducedMotion: "reduce" });
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
      for (const size of [DESK, PHONE]) {
        await page.setViewportSize(size);
        for (const theme of THEMES) {
          await page.evaluate((name) => {
            document.documentElement.dataset.theme = name;
          }, theme);
          const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(true).analyze();
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`,
          );
          expect(found, `${checked.name}, ${theme}, ${size.width} px`).toEqual([]);
        }
      }
      expect(await sidewaysScroll(page), `${checked.name} at ${PHONE.width} px`).toBe(0);
      await page.setViewportSize(NARROW);
      expect(await sidewaysScroll(page), `${checked.name} at ${NARROW.width} px`).toBe(0);
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
