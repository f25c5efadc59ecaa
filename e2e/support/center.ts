import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, type Page } from "@playwright/test";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is set by start-center.ts`);
  return value;
}

export const centerUrl = () => setting("CENTER_URL");

function readData<T>(...segments: string[]): T {
  return JSON.parse(readFileSync(path.join(setting("CENTER_DATA_DIR"), ...segments), "utf8")) as T;
}

interface Merchant {
  readonly tenant: { readonly id: string; readonly slug: string; readonly name: string };
  readonly plugin: { readonly id: string };
  readonly port: number;
}
interface Fleet {
  readonly merchants: readonly Merchant[];
  readonly inbox: { readonly port: number };
}

/** A shop of the demo. */
export function merchant(slug: string): Merchant {
  const found = readData<Fleet>("demo", "fleet.json").merchants.find((shop) => shop.tenant.slug === slug);
  if (!found) throw new Error(`the demo has no shop ${slug}`);
  return found;
}

/** Who may do everything in a new Center. */
export function firstAdmin(): { readonly email: string; readonly password: string } {
  const { email, password } = readData<{ email: string; password: string }>("secrets", "first-admin.json");
  return { email, password };
}

/** Signs in as the first administrator, through the form. */
export async function signIn(page: Page): Promise<void> {
  const { email, password } = firstAdmin();
  await page.goto(`${centerUrl()}/signin`);
  await page.getByLabel(/e-mail/i).fill(email);
  await page.getByLabel(/password/i).fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL(`${centerUrl()}/`);
}

/** Reads from the ops API with the browser's own session. */
export async function ops<T>(page: Page, route: string): Promise<T> {
  const answer = await page.request.get(`${centerUrl()}${route}`);
  expect(answer.status(), route).toBe(200);
  return (await answer.json()) as T;
}

export interface Attempt {
  readonly id: string;
  readonly incident_id: string;
  readonly status: string;
  readonly from_version: string;
  readonly to_version: string;
  readonly plan_digest: string;
  readonly end_reason: string | null;
  readonly staging_report: { readonly passed: boolean } | null;
  readonly events: readonly { readonly to_status: string }[];
}

/** The newest attempt on a shop's plugin, once it has ended. */
export async function endedAttempt(page: Page, shop: Merchant): Promise<Attempt> {
  const read = async () => (await ops<{ items: Attempt[] }>(page, `/api/ops/autopatch-attempts?plugin_id=${shop.plugin.id}`)).items[0];
  const isOver = async () => ["success", "failed", "rolled_back", "cancelled"].includes((await read())?.status ?? "");
  await expect.poll(isOver, { timeout: 4 * 60_000, intervals: [1_000] }).toBe(true);
  const attempt = await read();
  if (!attempt) throw new Error("the attempt has gone");
  return attempt;
}

interface Health {
  readonly version: string;
  readonly counters: { readonly webhooks_sent: number; readonly webhooks_failed: number };
}

/** What the shop's own plugin process says, asked directly and not through Center. */
export async function askPlugin(shop: Merchant): Promise<Health> {
  const answer = await fetch(`http://127.0.0.1:${shop.port}/__health?nonce=e2e`);
  return (await answer.json()) as Health;
}

interface Notified {
  readonly notification: { readonly type: string; readonly data: { readonly tenant_id: string } };
}

/** Which events the operator's own inbox has received (and verified) about a shop. */
export async function notifiedOf(shop: Merchant): Promise<string[]> {
  const { port } = readData<Fleet>("demo", "fleet.json").inbox;
  const answer = await fetch(`http://127.0.0.1:${port}/notifications`);
  const { items } = (await answer.json()) as { items: Notified[] };
  return items.filter(({ notification }) => notification.data.tenant_id === shop.tenant.id).map(({ notification }) => notification.type);
}
