import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { View } from "./views";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds on what is shown now, in one of the themes; one line a rule. */
export async function axeFaults(page: Page, theme: View["theme"]): Promise<string[]> {
  await page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, theme);
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(true).analyze();
  return violations.map(
    ({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`,
  );
}
