import { expect, test } from "@playwright/test";
import { askPlugin, centerUrl, endedAttempt, merchant, notifiedOf, ops, signIn } from "./support/center";

test("bad patch rolls back: it passes the rehearsal, degrades in the shop, and is undone with its operator told", async ({ page }) => {
  const shop = merchant("zephyr");
  await signIn(page);

  const attempt = await endedAttempt(page, shop);
  expect(attempt).toMatchObject({ status: "rolled_back", from_version: "1.2.2", to_version: "1.2.5", staging_report: { passed: true } });
  expect((await askPlugin(shop)).version).toBe("1.2.2");
  const incident = await ops<{ status: string }>(page, `/api/ops/plugin-incidents/${attempt.incident_id}`);
  expect(incident.status, "a person decides what comes next").toBe("escalated");
  await expect.poll(() => notifiedOf(shop)).toEqual(expect.arrayContaining(["attempt.rolled_back", "incident.escalated"]));

  await test.step("the incident shows why, on a phone too", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${centerUrl()}/incidents/${attempt.incident_id}`);
    await expect(page.getByText("Rolling back 1.2.5", { exact: false }).first()).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, "no sideways scroll").toBe(0);
  });
});
