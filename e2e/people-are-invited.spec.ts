import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { LOCALE_COOKIE } from "../i18n/locale";
import { centerUrl, merchant } from "./support/center";
import { choosePassword, enrol, newPerson, signInAs } from "./support/people";

const LEAST = "They join the team today";

/** Fills in the dialog that invites somebody, and shows the second factor when it is asked for. */
async function invite(page: Page, email: string, shop: string, code: () => Promise<string>): Promise<string> {
  await page.getByRole("button", { name: "Invite somebody" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("E-mail address").fill(email);
  await dialog.getByLabel("Name").fill("Nadia Newcomer");
  await dialog.getByLabel("operator", { exact: true }).check();
  await dialog.getByLabel("Where").selectOption({ label: shop });
  await dialog.getByLabel("Reason").fill(LEAST);
  await dialog.getByRole("button", { name: "Invite somebody" }).click();
  await dialog.getByLabel("Code of your second factor").fill(await code());
  await dialog.getByRole("button", { name: "Invite somebody" }).click();
  await expect(dialog.getByText("Hand this link to", { exact: false })).toBeVisible();
  return (await dialog.locator("code").textContent()) ?? "";
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds on what is shown now, in both themes. */
async function faultsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(true).analyze();
    found.push(...violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ target }) => String(target)).join(" | ")}`));
  }
  return found;
}

const isSideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);

test("the pages about people and one's own account: nothing for axe in both languages and themes, no sideways scrolling on a phone", async ({
  browser,
}) => {
  const { page } = await newPerson(browser, "Axel", ["security_admin"]);
  for (const locale of ["en", "fr"]) {
    await page.context().addCookies([{ name: LOCALE_COOKIE, value: locale, url: centerUrl() }]);
    for (const path of ["/people", "/people?q=nobody-of-that-name", "/account", "/signin/link#made-up"]) {
      for (const width of [1_440, 390]) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(`${centerUrl()}${path}`);
        await expect(page.locator("h1")).toBeVisible();
        expect(await faultsOf(page), `${path} ${locale} ${width}`).toEqual([]);
        expect(await isSideways(page), `${path} ${locale} ${width}`).toBe(false);
      }
    }
  }
  await page.goto(`${centerUrl()}/people`);
  await page.getByRole("button", { name: "Inviter quelqu’un" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await faultsOf(page), "the dialog").toEqual([]);
  await page.context().close();
});

test("people are invited by a link, choose their own password, and lose a session within seconds when it is ended", async ({ browser }) => {
  const shop = merchant("boreal");
  const { page: admin } = await newPerson(browser, "Ida", ["security_admin"]);
  const phone = await enrol(admin);
  const email = `nadia-${Date.now()}@center.test`;
  await admin.goto(`${centerUrl()}/people`);
  const link = await invite(admin, email, shop.tenant.name, () => phone.code());

  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await test.step("the link works once", async () => {
    await choosePassword(page, link);
    await signInAs(page, email);
    const late = await context.newPage();
    await late.goto(link);
    await expect(late.getByRole("heading", { name: "This link does not work" })).toBeVisible();
    await late.close();
  });

  await test.step("the newcomer sees their shop, their account, and no page about people", async () => {
    await expect(page.getByText(shop.tenant.name).first()).toBeVisible();
    await page.goto(`${centerUrl()}/people`);
    await expect(page.getByText("You may not see this page")).toBeVisible();
    await page.goto(`${centerUrl()}/account`);
    await expect(page.getByText("this browser")).toBeVisible();
    expect(await isSideways(page)).toBe(false);
  });

  await test.step("their session is ended by whoever looks after them", async () => {
    await admin.goto(`${centerUrl()}/people?q=nadia`);
    await admin.getByRole("button", { name: "Sessions: Nadia Newcomer" }).first().click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByRole("button", { name: /^End/ }).first().click();
    await expect(dialog.getByText("No session is open")).toBeVisible();
    const status = async () => (await page.request.get(`${centerUrl()}/api/ops/sessions`)).status();
    await expect.poll(status, { timeout: 5_000, intervals: [250] }).toBe(401);
    await page.goto(`${centerUrl()}/account`);
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  });
  await context.close();
  await admin.context().close();
});
