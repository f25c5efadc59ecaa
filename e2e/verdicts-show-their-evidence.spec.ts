import { expect, type Page, test } from "@playwright/test";
import { storePastBeats } from "../test/loop/past-beats";
import { centerUrl, endedAttempt, merchant, ops, signIn } from "./support/center";
import { withOwnCenter } from "./support/own-center";
import { asSuperuser } from "./support/tamper";

withOwnCenter();

/** More beats than a day has, two minutes apart: before that, detectors raise nothing. */
const BEATS = 780;
/** The newest of them, in which the queue is full. */
const FULL = 8;

/** Gives a healthy shop a past of its own, whose queue fills at the end, to detectors that have not seen any of it. */
async function storePast(shop: ReturnType<typeof merchant>): Promise<void> {
  await asSuperuser(async (sql) => {
    await sql`select ensure_heartbeat_partitions((now() at time zone 'UTC')::date - 3, 4)`;
    const [first] = await sql<{ at: Date; version: string }[]>`
      select received_at as at, running_version as version from plugin_heartbeats where plugin_id = ${shop.plugin.id} order by 1 limit 1`;
    if (!first) throw new Error("the shop has not reported yet");
    await storePastBeats(sql, {
      tenantId: shop.tenant.id,
      pluginId: shop.plugin.id,
      version: first.version,
      until: new Date(first.at.getTime() - 120_000),
      count: BEATS,
      telemetryOf: (index) => ({ queue_depth: index >= BEATS - FULL ? 90 : (index * 13) % 7, latency_p95_ms: 200 + ((index * 37) % 41) }),
    });
    await sql`delete from plugin_streams where plugin_id = ${shop.plugin.id}`;
  });
}

/** The incident that the detectors open about a shop. */
async function noveltyOf(page: Page, shop: ReturnType<typeof merchant>): Promise<string> {
  const read = async () => {
    const { items } = await ops<{ items: { id: string; sira_decision: unknown }[] }>(
      page,
      `/api/ops/plugin-incidents?type=novelty&plugin_id=${shop.plugin.id}`,
    );
    return items.find(({ sira_decision }) => sira_decision !== null)?.id;
  };
  await expect.poll(read, { timeout: 5 * 60_000, intervals: [1_000] }).toBeTruthy();
  return (await read()) ?? "";
}

test("every verdict shows its evidence: from the incident to the decision, to what the detectors saw, and to what another policy would have done", async ({
  page,
}) => {
  const [krokus, atlas] = [merchant("krokus"), merchant("atlas")];
  await signIn(page);
  const heard = async () => (await ops<{ last_seen: string | null }>(page, `/api/ops/plugins/${krokus.plugin.id}`)).last_seen;
  await expect.poll(heard, { timeout: 60_000 }).not.toBeNull();
  await storePast(krokus);
  const incidentId = await noveltyOf(page, krokus);

  await test.step("the incident shows what was proposed, how sure that is, and what stopped it", async () => {
    await page.goto(`${centerUrl()}/incidents/${incidentId}`);
    const proposal = page.getByRole("region", { name: "SIRA's proposal" });
    await expect(proposal.getByText("Confidence", { exact: true })).toBeVisible();
    await expect(proposal.getByText(/drawn with a chance of/)).toBeVisible();
    await expect(proposal.getByRole("listitem").first()).toContainText(/[+−]\d/);
    await proposal.getByRole("link", { name: "All about this decision" }).click();
    await page.waitForURL("**/sira/*");
  });

  await test.step("the decision shows its evidence with weights, its gates, and comes out again bit for bit", async () => {
    await expect(page.getByRole("region", { name: "Policy" }).getByText(/gates? passed/)).toBeVisible();
    await expect(page.getByText("Decided again from what was stored: the same, bit for bit.")).toBeVisible();
    await expect(page.getByRole("table", { name: /Each action with its confidence/ })).toBeVisible();
    await page.getByRole("link", { name: "What the detectors saw" }).click();
    await page.waitForURL(`**/fleet/${krokus.plugin.id}/streams/queue_depth?**`);
  });

  await test.step("the stream shows the band, the finding in its words, and the incident that was opened for it", async () => {
    await expect(page.getByRole("heading", { level: 1 })).toContainText(krokus.tenant.name);
    await expect(
      page
        .getByRole("img", { name: /^Queue: .*highest 90/ })
        .locator("canvas")
        .first(),
    ).toBeVisible();
    const findings = page.getByRole("region", { name: "Findings" });
    await expect(findings.getByText(/queue_depth is 90; usually it lies between/)).toBeVisible();
    await expect(page.getByRole("region", { name: "Incidents opened" }).getByRole("link")).toHaveAttribute(
      "href",
      `/incidents/${incidentId}`,
    );
    await page.getByText(/^As a table/).click();
    const row = page.getByRole("row").filter({ hasText: "raised" }).first();
    await expect(row).toContainText("90");
    await expect(row).toContainText(/0 – \d/);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as CSV" }).click();
    expect((await download).suggestedFilename()).toMatch(/^queue_depth-.*\.csv$/);
  });

  await test.step("the time machine leads to a decision that another policy would have held back, and to what really happened", async () => {
    const attempt = await endedAttempt(page, atlas);
    await page.goto(`${centerUrl()}/sira`);
    const machine = page.getByRole("region", { name: "Time machine" });
    await machine.getByLabel("Whitelist").selectOption({ label: "Nobody" });
    await machine.getByRole("button", { name: "Show differences" }).click();
    const healed = machine
      .getByRole("listitem")
      .filter({ has: page.locator(`a[href="/incidents/${attempt.incident_id}"]`) })
      .last();
    await expect(healed).toContainText(/Automatic.*Needs approval.*\(Whitelist\)/);
    await expect(healed).toContainText("Really: attempt");
    await healed.getByRole("link", { name: "To the incident" }).click();
    await page.waitForURL(`**/incidents/${attempt.incident_id}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(atlas.tenant.name);
  });
});
