import { expect, type Page, test } from "@playwright/test";
import { type Attempt, askPlugin, centerUrl, merchant, ops, signIn } from "./support/center";
import { withOwnCenter } from "./support/own-center";
import { enrol, newPerson, order } from "./support/people";

withOwnCenter();

interface Command {
  readonly type: string;
  readonly created_at: string;
  readonly offered_at: string | null;
}
type Flown = Attempt & { readonly tenant_id: string; readonly commands: readonly Command[] };
/** These only confirm, take back or ask. */
const ALWAYS = new Set(["rollback", "commit", "ping"]);
const OVER = new Set(["success", "failed", "rolled_back", "cancelled"]);
const WITHIN_MS = 5_000;

async function attemptsOf(page: Page): Promise<Flown[]> {
  const { items } = await ops<{ items: Attempt[] }>(page, "/api/ops/autopatch-attempts?limit=50");
  return Promise.all(items.map(({ id }) => ops<Flown>(page, `/api/ops/autopatch-attempts/${id}`)));
}

test("kill switch stops mid-flight: nothing new goes out, what was applied ends verified or rolled back, and the page says so", async ({
  page,
  browser,
}) => {
  const shops = [merchant("atlas"), merchant("zephyr")];
  await signIn(page);
  await page.goto(`${centerUrl()}/safety`);
  const isFlying = async () => (await attemptsOf(page)).some(({ status }) => status === "verifying");
  await expect.poll(isFlying, { timeout: 4 * 60_000, intervals: [500] }).toBe(true);

  await test.step("on by the button: three presses", async () => {
    await page.getByRole("button", { name: "Stop everything" }).click();
    await page.getByRole("button", { name: "Changes are doing harm" }).click();
    await page.getByRole("button", { name: "Turn on Kill switch" }).click();
    await expect(page.getByRole("region", { name: /Kill switch/ }).getByText("On", { exact: true })).toBeVisible();
  });
  const { kill_switch } = await ops<{ kill_switch: { on: boolean; set_at: string } }>(page, "/api/ops/switches");
  expect(kill_switch.on).toBe(true);
  const flying = (await attemptsOf(page)).filter(({ status }) => !OVER.has(status));

  await test.step("what is in flight is on the page while it flies", async () => {
    for (const { tenant_id } of flying) {
      const { tenant } = shops.find((shop) => shop.tenant.id === tenant_id) ?? { tenant: { name: "?" } };
      await expect(
        page
          .getByRole("region", { name: /Kill switch/ })
          .getByRole("link", { name: new RegExp(tenant.name) })
          .first(),
      ).toBeVisible();
    }
  });

  await test.step("every attempt ends, and no shop is left in between", async () => {
    const isOver = async () => (await attemptsOf(page)).every(({ status }) => OVER.has(status));
    await expect.poll(isOver, { timeout: 3 * 60_000, intervals: [1_000] }).toBe(true);
    const attempts = await attemptsOf(page);
    for (const attempt of attempts) {
      const shop = shops.find(({ tenant }) => tenant.id === attempt.tenant_id);
      const expected = attempt.status === "success" ? attempt.to_version : attempt.from_version;
      if (shop) await expect.poll(async () => (await askPlugin(shop)).version, { timeout: 60_000 }).toBe(expected);
    }
    expect(attempts.map(({ status }) => status).filter((status) => status === "failed")).toEqual([]);
  });

  await test.step("after five seconds nothing was made or sent but commits and rollbacks", async () => {
    const limit = Date.parse(kill_switch.set_at) + WITHIN_MS;
    const late = (await attemptsOf(page))
      .flatMap(({ commands }) => commands)
      .filter(({ type }) => !ALWAYS.has(type))
      .filter(({ created_at, offered_at }) => Date.parse(created_at) > limit || (offered_at !== null && Date.parse(offered_at) > limit));
    expect(late).toEqual([]);
  });

  await test.step("the report stays: what was in flight has ended, on a phone too", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const ended = page.locator('[data-held="ended"], [data-held="stopped"]').getByRole("link");
    await expect(ended).toHaveCount(flying.length);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, "no sideways scroll").toBe(0);
    await page.setViewportSize({ width: 1_440, height: 900 });
  });

  await test.step("off: a reason, the place typed, a code, and then a second person who sees the digest", async () => {
    const phone = await enrol(page);
    await page.reload();
    await page
      .getByRole("region", { name: /Kill switch/ })
      .getByRole("button", { name: "Ask to turn off" })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "The cause is found and mended" }).click();
    await dialog.getByLabel("What it is about").fill("global");
    await dialog.getByLabel("Code").fill(await phone.code());
    await dialog.getByRole("button", { name: "Ask to turn off" }).click();
    await expect(page.getByRole("heading", { name: "Waiting for a second person" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Agree and turn off" }), "nobody agrees with themselves").toBeDisabled();
    const { requests } = await ops<{ requests: { id: string; digest: string }[] }>(page, "/api/ops/switches");
    const [wish] = requests;
    if (!wish) throw new Error("the request is not in sight");
    const alone = await order(page, `/api/ops/switches/requests/${wish.id}/approve`, { digest: wish.digest, reason: "me again" });
    expect(alone.status(), "nor through the API").toBe(403);

    const second = await newPerson(browser, "Sam", ["security_admin"]);
    const theirs = await enrol(second.page);
    await second.page.goto(`${centerUrl()}/safety`);
    await expect(second.page.getByText(wish.digest)).toBeVisible();
    await second.page.getByRole("button", { name: "Agree and turn off" }).click();
    const agree = second.page.getByRole("dialog");
    await agree.getByRole("button", { name: "As agreed on the call" }).click();
    await agree.getByLabel("Code").fill(await theirs.code());
    await agree.getByRole("button", { name: "Agree and turn off" }).click();
    await expect(
      page.getByRole("region", { name: /Kill switch/ }).getByText("Off", { exact: true }),
      "the first page moved by itself",
    ).toBeVisible();
    await second.page.context().close();
  });
});
