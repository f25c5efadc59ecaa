import { expect, test } from "@playwright/test";
import { launchCenter, type RunningCenter } from "./support/start-center";

const PASSWORD = "correct horse battery staple";
let center: RunningCenter;

test.beforeAll(async () => {
  test.setTimeout(3 * 60_000);
  center = await launchCenter({ DEMO: "0" });
});
test.afterAll(() => center.stop());

test("an installation without people prints a link; whoever holds it becomes the first administrator, once", async ({ page }) => {
  const [, link = ""] = /the first administrator signs up at (\S+)/.exec(center.printed()) ?? [];
  expect(link).toContain("/signin/link#");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "First administrator" })).toBeVisible();
  await page.getByLabel("Your e-mail address").fill("first@center.test");
  await page.getByLabel("Your name").fill("Fiona First");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same once more").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("link", { name: "To the sign-in page" }).click();
  await page.getByLabel("E-mail address").fill("first@center.test");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${center.url}/`);
  await page.goto(`${center.url}/people`);
  await expect(page.getByText("Fiona First")).toBeVisible();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
});
