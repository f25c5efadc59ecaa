import { randomUUID } from "node:crypto";
import { expect, test } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { headerOf, type MailSink, openMailSink, type SunkMail, textOf } from "../test/fixtures/mail-sink";
import { choosePassword, order, signInAs } from "./support/people";
import { orderAsRoot } from "./support/root";
import { launchCenter, type RunningCenter } from "./support/start-center";

const REASON = "The team's week begins";
const shared = { url: process.env.CENTER_URL, dataDir: process.env.CENTER_DATA_DIR };
let sink: MailSink;
let center: RunningCenter;

test.beforeAll(async () => {
  test.setTimeout(3 * 60_000);
  sink = await openMailSink();
  center = await launchCenter({ DEMO: "0", SMTP_URL: sink.url, MAIL_FROM: "Center <center@center.test>" });
  process.env.CENTER_URL = center.url;
  process.env.CENTER_DATA_DIR = center.dataDir;
});
test.afterAll(async () => {
  // The next file in this process goes on with the shared one.
  process.env.CENTER_URL = shared.url;
  process.env.CENTER_DATA_DIR = shared.dataDir;
  await center.stop();
  await sink.close();
});

const mailsTo = (email: string) => sink.got.filter(({ to }) => to.includes(email));
const callsTo = (email: string) => mailsTo(email).filter((mail) => headerOf(mail, "subject")?.startsWith("You are needed"));

/** The only mail of some that somebody is to get, once it came. */
async function firstOf(mails: () => SunkMail[], timeout: number): Promise<SunkMail> {
  await expect.poll(() => mails().length, { timeout, intervals: [250] }).toBe(1);
  const [mail] = mails();
  if (!mail) throw new Error("the mail has gone");
  return mail;
}

const linkIn = (mail: SunkMail) => /^(https?:\/\/\S+)$/m.exec(textOf(mail).replaceAll("\r", ""))?.[1] ?? "";

/** Somebody new, whose link comes by e-mail and is shown to nobody else. */
async function invite(name: string) {
  const email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@center.test`;
  const input = { email, name, roles: ["operator"], tenants: ["*"], invite: true };
  const made = await orderAsRoot<{ id: string; link: Record<string, string> }>("/api/ops/people", input);
  expect(made.link).toEqual({ sent_to: email, expires_at: expect.any(String) });
  return { id: made.id, email, link: linkIn(await firstOf(() => mailsTo(email), 30_000)) };
}

/** A shop nearly all of whose webhooks fail: an incident of high severity. */
async function fallSick(): Promise<void> {
  const tenant = await orderAsRoot<{ id: string }>("/api/ops/tenants", { slug: `shop-${randomUUID().slice(0, 8)}`, name: "Atlas" });
  const input = { tenant_id: tenant.id, plugin_key: "demo-pay", version: "1.2.2" };
  const plugin = await orderAsRoot<{ id: string; secret: string }>("/api/ops/plugins", input);
  const at = new Date();
  const data = { plugin_id: plugin.id, boot_id: randomUUID(), seq: 1, running_version: "1.2.2", disk_version: "1.2.2", active: true };
  const telemetry = { webhook_fail_rate: 0.95, errors_last_24h: 900, latency_p95_ms: 340 };
  const body = JSON.stringify({ type: "plugin.heartbeat", timestamp: at.toISOString(), data: { ...data, telemetry } });
  const id = `msg_${randomUUID()}`;
  const headers = {
    "content-type": "application/json",
    "plugin-id": plugin.id,
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(plugin.secret).sign(id, at, body),
  };
  const answer = await fetch(`${center.url}/api/plugins/heartbeat`, { method: "POST", headers, body });
  expect(answer.status, await answer.text()).toBe(200);
}

test("the first on call is woken, then the second, whose acknowledging stops it; the log shows both calls and sends one again", async ({
  page,
}) => {
  const [ada, bo] = [await invite("Ada"), await invite("Bo")];
  await choosePassword(page, bo.link);
  await signInAs(page, bo.email);
  const ordered = { area: "any", severity: "high", people: [ada.id, bo.id], ack_minutes: 1, repage_minutes: 1, reason: REASON };
  expect((await order(page, "/api/ops/on-call", ordered, "PUT")).status(), "an operator does not say who is woken").toBe(403);
  await page.goto(`${center.url}/on-call`);
  await expect(page.getByText("Nobody would be woken: there is no order.").first()).toBeVisible();
  await orderAsRoot("/api/ops/on-call", ordered, "PUT");
  await expect(page.getByText("Ada would be woken now.")).toBeVisible({ timeout: 30_000 });

  await fallSick();
  const first = await firstOf(() => callsTo(ada.email), 60_000);
  expect(callsTo(bo.email)).toEqual([]);
  const second = await firstOf(() => callsTo(bo.email), 2 * 60_000);

  const link = linkIn(second);
  const incidentId = link.split("/").at(-1) ?? "";
  const acknowledgedBy = async () =>
    ((await (await page.request.get(`${center.url}/api/ops/plugin-incidents/${incidentId}`)).json()) as { acknowledged_by: string | null })
      .acknowledged_by;
  await page.goto(link);
  await expect(page.getByText("Called Ada")).toBeVisible();
  expect(await acknowledgedBy(), "reading the link changes nothing").toBeNull();
  await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
  await expect.poll(acknowledgedBy, { timeout: 15_000 }).toBe(`person:${bo.email}`);

  await page.goto(`${center.url}/deliveries?event=incident.page`);
  const rows = page.getByRole("listitem").filter({ hasText: "call to whoever is on duty" });
  await expect(rows).toHaveCount(2);
  const adas = rows.filter({ hasText: ada.email });
  await adas.locator("summary").click();
  await expect(adas.getByText("auto-submitted: auto-generated")).toBeVisible();
  await adas.getByRole("button", { name: "Send again" }).click();
  const dialog = page.getByRole("dialog", { name: "Send this message again?" });
  await dialog.getByRole("button", { name: "The receiver lost it" }).click();
  await dialog.getByRole("button", { name: "Send again" }).click();
  await expect.poll(() => callsTo(ada.email).length, { timeout: 30_000 }).toBe(2);
  const ids = callsTo(ada.email).map((mail) => headerOf(mail, "message-id"));
  expect(new Set(ids)).toEqual(new Set([headerOf(first, "message-id")]));
  expect(callsTo(bo.email)).toHaveLength(1);
});
