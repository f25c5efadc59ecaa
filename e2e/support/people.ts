import { randomUUID } from "node:crypto";
import { type APIResponse, type Browser, expect, type Page } from "@playwright/test";
import { generateSync } from "otplib";
import { centerUrl } from "./center";
import { orderAsRoot } from "./root";

const CODE_SECONDS = 30;
const PASSWORD = "correct horse battery staple";

/** Sends an order as a page of Center does: with the browser's session and its own origin. */
export function order(page: Page, route: string, data: unknown, method = "POST"): Promise<APIResponse> {
  return page.request.fetch(`${centerUrl()}${route}`, { method, data, headers: { origin: centerUrl() } });
}

const MOST_TRIES = 4;

/** Sends an order until it was answered: to 503 a client comes again when it was told to, with the key that makes it count once. */
async function orderPatiently(page: Page, route: string, data: unknown, method: string): Promise<APIResponse> {
  const headers = { origin: centerUrl(), "idempotency-key": randomUUID() };
  for (let tries = 1; ; tries += 1) {
    const answer = await page.request.fetch(`${centerUrl()}${route}`, { method, data, headers });
    if (answer.status() !== 503 || tries === MOST_TRIES) return answer;
    const comesAgainAt = Date.now() + Number(answer.headers()["retry-after"]) * 1_000;
    await expect.poll(() => Date.now(), { timeout: 60_000, intervals: [250] }).toBeGreaterThanOrEqual(comesAgainAt);
  }
}

/** The same, and it has to be answered like this. */
export async function orderOk<Answer>(page: Page, route: string, data: unknown, method = "POST"): Promise<Answer> {
  const answer = await orderPatiently(page, route, data, method);
  expect(answer.status(), `${method} ${route}: ${await answer.text()}`).toBeLessThan(300);
  return (await answer.json()) as Answer;
}

/** An authenticator app: it never gives a code twice. */
export class Phone {
  private lastStep = 0;

  constructor(private readonly secret: string) {}

  private static step(): number {
    return Math.floor(Date.now() / 1_000 / CODE_SECONDS);
  }

  private codeOf(step: number): string {
    this.lastStep = step;
    return generateSync({ secret: this.secret, epoch: step * CODE_SECONDS });
  }

  /** The codes of the step before this one and of this one. */
  pair(): [string, string] {
    const step = Phone.step();
    return [this.codeOf(step - 1), this.codeOf(step)];
  }

  /** A code that counts now, at most one step ahead; waits for the clock where all of these were given. */
  async code(): Promise<string> {
    await expect.poll(() => Phone.step() + 1, { timeout: 2 * CODE_SECONDS * 1_000, intervals: [250] }).toBeGreaterThan(this.lastStep);
    return this.codeOf(Math.max(this.lastStep + 1, Phone.step()));
  }
}

/** Sets up a second factor through the API. */
export async function enrol(page: Page): Promise<Phone> {
  const { secret } = await orderOk<{ secret: string }>(page, "/api/ops/step-up/factor", {});
  const phone = new Phone(secret);
  await orderOk(page, "/api/ops/step-up/factor", { codes: phone.pair() }, "PUT");
  return phone;
}

/** Shows a second factor for a digest through the API. */
export async function prove(page: Page, phone: Phone, digest: string): Promise<void> {
  await orderOk(page, "/api/ops/step-up", { code: await phone.code(), digest });
}

/** Somebody with a record and a password that they chose by the link they were sent. */
export async function invited(
  name: string,
  roles: readonly string[],
  tenants: readonly string[] = ["*"],
): Promise<{ email: string; link: string }> {
  const email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@center.test`;
  const made = await orderAsRoot<{ link: { url: string } }>("/api/ops/people", { email, name, roles, tenants, invite: true });
  return { email, link: made.link.url };
}

/** Chooses a password by a one-time link, on its page. */
export async function choosePassword(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel(/^new password/i).fill(PASSWORD);
  await page.getByLabel(/once more/i).fill(PASSWORD);
  await page.getByRole("button", { name: /set the password/i }).click();
  await page.getByRole("link", { name: /sign-in page/i }).click();
}

/** Signs in through the form with the password that everybody here has chosen. */
export async function signInAs(page: Page, email: string): Promise<void> {
  await page.goto(`${centerUrl()}/signin`);
  await page.getByLabel(/e-mail/i).fill(email);
  await page.getByLabel(/password/i).fill(PASSWORD);
  await page.getByRole("button", { name: /^sign in$/i }).click();
  await page.waitForURL(`${centerUrl()}/`);
}

/** Somebody else, in a browser of their own where they have signed in. */
export async function newPerson(
  browser: Browser,
  name: string,
  roles: readonly string[],
  tenants: readonly string[] = ["*"],
): Promise<{ page: Page; email: string }> {
  const { email, link } = await invited(name, roles, tenants);
  const page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  await choosePassword(page, link);
  await signInAs(page, email);
  return { page, email };
}
