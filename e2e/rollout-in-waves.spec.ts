import { expect, type Page, test } from "@playwright/test";
import { axeFaults } from "./support/axe-faults";
import { sidewaysScroll } from "./support/pages";
import { ADMIN, type Lines, NEW, OLD, openLines } from "./support/rollouts";
import { SIZES } from "./support/views";

const PATIENT = { timeout: 3 * 60_000, intervals: [500] };

let lines: Lines;
test.beforeAll(async () => {
  test.setTimeout(3 * 60_000);
  lines = await openLines([
    { key: "good-pay", plugins: 8, isBroken: false },
    { key: "bad-pay", plugins: 6, isBroken: true },
  ]);
});
test.afterAll(() => lines.stop());

const versionsOf = (key: string) => (lines.shops.get(key) ?? []).map(({ version }) => version);

async function signIn(page: Page): Promise<void> {
  await page.goto(`${lines.center.url}/signin`);
  await page.getByLabel(/e-mail/i).fill(ADMIN.email);
  await page.getByLabel(/password/i).fill(ADMIN.password);
  await page.getByRole("button", { name: /^sign in$/i }).click();
  await page.waitForURL(`${lines.center.url}/`);
}

/** What axe finds on the page as it stands, on a desk and on a phone; and that nothing pushes it sideways. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  for (const [size, theme] of [
    ["phone", "dark"],
    ["desk", "light"],
  ] as const) {
    await page.setViewportSize(SIZES[size]);
    expect(await axeFaults(page, theme), `${name}, ${size}`).toEqual([]);
    expect(await sidewaysScroll(page), `${name}, ${size}`).toBe(0);
  }
}

test("a good release reaches everybody unattended and is recalled by a person, a bad one is halted and recalled by itself", async ({
  page,
}) => {
  await signIn(page);
  const [good, bad] = [await lines.start("good-pay"), await lines.start("bad-pay")];
  const open = (id: string) => page.goto(`${lines.center.url}/rollouts/${id}`);
  await open(good);
  await expect(page.getByRole("listitem").filter({ hasText: "Rehearsal" })).toBeVisible();

  await test.step("the bad one is halted after a shop or two, and nobody keeps it", async () => {
    await open(bad);
    await expect(page.getByText("It was pulled from everybody and is never installed again.")).toBeVisible(PATIENT);
    await expect(page.getByText(/^harm is shown/).first()).toBeVisible();
    await expect(page.getByText("No shop runs it any more")).toBeVisible(PATIENT);
    expect(versionsOf("bad-pay")).toEqual(Array(6).fill(OLD));
    const hit = (lines.shops.get("bad-pay") ?? []).filter(({ suffered }) => suffered.has(NEW)).length;
    expect(hit).toBeLessThanOrEqual(2);
    await expect(page.getByRole("button", { name: "Recall everywhere" })).toBeHidden();
    await expectAccessible(page, "recalled");
  });

  await test.step("the good one reaches everybody, and the page says what its waves proved and what stays unproven", async () => {
    await open(good);
    await expect(page.getByText("Everybody who can be reached has it: 8 of 8.")).toBeVisible(PATIENT);
    expect(versionsOf("good-pay")).toEqual(Array(8).fill(NEW));
    await expect(page.getByRole("listitem").filter({ hasText: "5 merchants" }).first()).toContainText("proven by evidence");
    const evidence = page.getByRole("region", { name: /5 merchants/ });
    await expect(evidence.locator("[data-unproven]")).toContainText(/Proven: an excess of .* Unproven: /);
    await expect(evidence.getByRole("table")).toContainText("without it");
    await expectAccessible(page, "complete");
  });

  await test.step("a person recalls it after 100 %, and it leaves every shop", async () => {
    await page.getByRole("button", { name: "Recall everywhere" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "It does harm at merchants" }).click();
    await dialog.getByRole("button", { name: "Recall everywhere" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByText("No shop runs it any more")).toBeVisible(PATIENT);
    await expect.poll(() => versionsOf("good-pay"), PATIENT).toEqual(Array(8).fill(OLD));
  });
});
