import { expect, test } from "@playwright/test";
import { askPlugin, centerUrl, endedAttempt, merchant, notifiedOf, ops, signIn } from "./support/center";

test("sick plugin is healed: detected, rehearsed, patched by a signed command, verified, closed, with no hand", async ({ page }) => {
  const shop = merchant("atlas");
  await signIn(page);
  await page.goto(`${centerUrl()}/fleet?q=${encodeURIComponent(shop.tenant.name)}`);
  const row = page.getByRole("row", { name: new RegExp(shop.tenant.name) });
  await expect(row).toBeVisible();

  const attempt = await endedAttempt(page, shop);
  expect(attempt).toMatchObject({ status: "success", from_version: "1.2.2", to_version: "1.2.3", staging_report: { passed: true } });
  expect(attempt.events.map((event) => event.to_status)).toEqual(
    expect.arrayContaining(["pending", "staging", "applying", "verifying", "success"]),
  );
  const incident = await ops<{ status: string; type: string }>(page, `/api/ops/plugin-incidents/${attempt.incident_id}`);
  expect(incident).toMatchObject({ type: "webhook_fail_rate", status: "resolved" });

  await test.step("webhooks really succeed again, as the plugin itself counts", async () => {
    const before = await askPlugin(shop);
    expect(before.version).toBe("1.2.3");
    await expect
      .poll(async () => (await askPlugin(shop)).counters.webhooks_sent, { timeout: 60_000 })
      .toBeGreaterThan(before.counters.webhooks_sent + 10);
    expect((await askPlugin(shop)).counters.webhooks_failed).toBe(before.counters.webhooks_failed);
  });

  await test.step("the open page moved by itself", async () => {
    await expect(row).toContainText("1.2.3");
    await expect(row.getByRole("link", { name: "Incident" })).toHaveCount(0);
  });

  await test.step("the incident tells its story", async () => {
    await page.goto(`${centerUrl()}/incidents/${attempt.incident_id}`);
    await expect(page.getByText("SIRA proposes patch 1.2.3", { exact: false }).first()).toBeVisible();
    await expect(page.getByText("1.2.3 passed the rehearsal", { exact: false }).first()).toBeVisible();
    await expect(page.getByText("the agent committed it", { exact: false }).first()).toBeVisible();
  });
  await expect.poll(() => notifiedOf(shop)).toEqual(expect.arrayContaining(["incident.opened", "attempt.success", "incident.resolved"]));
});
