import { expect, type Page, test } from "@playwright/test";
import { LOCALE_COOKIE } from "../i18n/locale";
import { axeFaults } from "./support/axe-faults";
import { centerUrl, merchant } from "./support/center";
import { sidewaysScroll } from "./support/pages";
import { choosePassword, enrol, newPerson, order, signInAs } from "./support/people";
import { SIZES, THEMES, viewsOf } from "./support/views";

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
  await dialog.getByLabel("Code", { exact: true }).fill(await code());
  await dialog.getByRole("button", { name: "Invite somebody" }).click();
  await expect(dialog.getByText("Hand this link to", { exact: false })).toBeVisible();
  return (await dialog.locator("code").textContent()) ?? "";
}

test("the pages about people and one's own account: nothing for axe in both languages and themes, no sideways scrolling on a phone", async ({
  browser,
}) => {
  const { page } = await newPerson(browser, "Axel", ["security_admin"]);
  const paths = ["/people", "/people?q=nobody-of-that-name", "/account", "/signin/link#made-up"];
  for (const [index, path] of paths.entries()) {
    for (const { locale, theme, size } of viewsOf(index)) {
      await page.context().addCookies([{ name: LOCALE_COOKIE, value: locale, url: centerUrl() }]);
      await page.setViewportSize(SIZES[size]);
      await page.goto(`${centerUrl()}${path}`);
      await expect(page.locator("h1")).toBeVisible();
      expect(await axeFaults(page, theme), `${path} ${locale} ${size}`).toEqual([]);
      expect(await sidewaysScroll(page), `${path} ${locale} ${size}`).toBe(0);
    }
  }
  await page.context().addCookies([{ name: LOCALE_COOKIE, value: "fr", url: centerUrl() }]);
  await page.goto(`${centerUrl()}/people`);
  await page.getByRole("button", { name: "Inviter quelqu’un" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  for (const theme of THEMES) expect(await axeFaults(page, theme), "the dialog").toEqual([]);
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
    expect(await sidewaysScroll(page)).toBe(0);
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

test("support mode: another's view, with both names above every page, and nothing that can be changed until it is left", async ({
  browser,
}) => {
  const shop = merchant("boreal");
  const { page: admin, email: helper } = await newPerson(browser, "Hedda", ["security_admin"]);
  const { page: boss, email } = await newPerson(browser, "Bruno", ["tenant_admin"], [shop.tenant.id]);
  await admin.goto(`${centerUrl()}/people?q=${encodeURIComponent(email)}`);
  await admin.getByRole("button", { name: "See as they do: Bruno" }).click();
  const dialog = admin.getByRole("dialog", { name: "The view of Bruno" });
  await dialog.getByLabel("Reason").fill("They asked us to look at this with them");
  for (const theme of THEMES) expect(await axeFaults(admin, theme), "the dialog").toEqual([]);
  await dialog.getByRole("button", { name: "Enter support mode" }).click();
  await admin.waitForURL(`${centerUrl()}/`);

  const banner = admin.getByText(`Support mode: ${helper} looks at the view of Bruno`);
  for (const path of ["/", "/incidents", "/people", "/safety", `/fleet/${shop.plugin.id}`]) {
    await admin.goto(`${centerUrl()}${path}`);
    await expect(banner).toBeVisible();
    await expect(admin.getByRole("timer")).toContainText(/(29|30):\d\d left/);
  }
  expect((await admin.request.get(`${centerUrl()}/api/ops/plugins/${merchant("atlas").plugin.id}`)).status()).toBe(404);
  const rename = { language: "fr" };
  const refused = await order(admin, `/api/ops/tenants/${shop.tenant.id}/notices`, rename, "PUT");
  expect([refused.status(), ((await refused.json()) as { code: string }).code]).toEqual([403, "ERR_SUPPORT_READ_ONLY"]);
  await admin.setViewportSize(SIZES.phone);
  await admin.goto(`${centerUrl()}/`);
  expect(await sidewaysScroll(admin)).toBe(0);
  for (const theme of THEMES) expect(await axeFaults(admin, theme), "the banner").toEqual([]);

  await boss.goto(`${centerUrl()}/account`);
  await expect(boss.getByText("Hedda is looking at your view in support mode")).toBeVisible();
  await boss.getByRole("button", { name: "End it" }).click();
  await expect(boss.getByRole("button", { name: "End it" })).toBeHidden();
  await expect.poll(async () => (await order(admin, "/api/ops/support", {})).status(), { timeout: 5_000, intervals: [250] }).toBe(422);
  await admin.goto(`${centerUrl()}/account`);
  await expect(admin.getByText("You looked at the view of", { exact: false })).toBeVisible();
  await expect(banner).toBeHidden();
  await boss.context().close();
  await admin.context().close();
});
