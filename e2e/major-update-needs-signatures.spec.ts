import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, type Locator, type Page, test } from "@playwright/test";
import { askPlugin, centerUrl, endedAttempt, merchant, ops, signIn } from "./support/center";
import { publish } from "./support/major-release";
import { withOwnCenter } from "./support/own-center";
import { enrol, newPerson, orderOk, type Phone } from "./support/people";

// Nothing is sure enough to go alone: every patch waits for people, so that the shop is still sick when the major version is ordered.
withOwnCenter(async (admin) => {
  const data = { confidence_threshold: 1, required_signatures: 2, reason: "Two people sign every patch for a while" };
  const answer = await admin.put("/api/ops/policy", { data });
  expect(answer.status(), await answer.text()).toBe(200);
});

const PASSPHRASE = "four words make a key";

/** Makes a signing key on the page of one's account, in this very browser. */
async function makeKey(page: Page): Promise<void> {
  await page.goto(`${centerUrl()}/account`);
  await page.getByLabel("Passphrase for a new key").fill(PASSPHRASE);
  await page.getByLabel("Passphrase once more").fill(PASSPHRASE);
  const file = page.waitForEvent("download");
  await page.getByRole("button", { name: "Make a signing key" }).click();
  expect((await file).suggestedFilename()).toMatch(/^approver-key-[0-9a-f]{16}\.json$/);
  await expect(page.getByText("waits for a second person", { exact: true })).toBeVisible();
}

/** Confirms a dialog that asks for the passphrase of a key: its field comes once the browser has looked for the key, later than the dialog. */
async function sign(dialog: Locator, phone: Phone, reason: string, deed: string): Promise<void> {
  await dialog.getByLabel("Passphrase of the key").fill(PASSPHRASE);
  await confirm(dialog, phone, reason, deed);
}

/** Confirms a dialog by a reason and a code. */
async function confirm(dialog: Locator, phone: Phone, reason: string, deed: string): Promise<void> {
  await dialog.getByRole("button", { name: reason }).click();
  await dialog.getByLabel("Code", { exact: true }).fill(await phone.code());
  await dialog.getByRole("button", { name: deed }).click();
  await expect(dialog).toBeHidden();
}

/** Opens what waits in the inbox. */
async function openWaiting(page: Page, name: string, text: string): Promise<Locator> {
  await page.goto(`${centerUrl()}/approvals`);
  const dialog = page.getByRole("dialog");
  // A page that has just come may not listen yet.
  await expect(async () => {
    await page.getByRole("listitem").filter({ hasText: text }).getByRole("button", { name }).click();
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
  return dialog;
}

/** The merchant's own hands: pins what they compared, and starts the agent again. */
function pin(slug: string, trust: object): void {
  const folder = path.join(process.env.CENTER_DATA_DIR ?? "", "demo", "shops", slug);
  const file = path.join(folder, "agent.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), trust }));
  process.kill(Number(readFileSync(path.join(folder, "agent.pid"), "utf8")), "SIGTERM");
}

test("a major update needs two approvers' own signatures, made in their browsers, and the audit names both", async ({ page, browser }) => {
  const shop = merchant("zephyr");
  await signIn(page);
  const [bea, cyril] = [await newPerson(browser, "Bea", ["approver"]), await newPerson(browser, "Cyril", ["approver"])];
  const phones = { admin: await enrol(page), bea: await enrol(bea.page), cyril: await enrol(cyril.page) };

  await test.step("two approvers make keys; somebody else vouches for them; both sign who may approve", async () => {
    for (const person of [bea, cyril]) {
      await makeKey(person.page);
      await confirm(await openWaiting(page, "Vouch …", person.email), phones.admin, "Compared in person", "It is their key");
    }
    await page.getByRole("button", { name: "Propose a trust document" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "An approver has joined" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Propose a trust document" }).click();
    await expect(page.getByRole("heading", { name: "Trust document" })).toBeVisible();
    await sign(await openWaiting(bea.page, "Sign …", "Trust document"), phones.bea, "I have compared the keys", "Sign this document");
    await sign(await openWaiting(cyril.page, "Sign …", "Trust document"), phones.cyril, "I have compared the keys", "Sign this document");
    await expect(cyril.page.getByText("Version 1 · 2 people have to sign")).toBeVisible();
  });

  const trust = await ops<{ version: number; approver_keys: object[]; threshold: number }>(page, "/api/ops/approvals/trust");
  expect(trust).toMatchObject({ version: 1, threshold: 2 });
  expect(trust.approver_keys).toHaveLength(2);
  pin("zephyr", trust);

  await publish(page, "2.0.0");
  const read = async () =>
    (await ops<{ items: { id: string; status: string }[] }>(page, `/api/ops/plugin-incidents?plugin_id=${shop.plugin.id}`)).items[0];
  await expect.poll(async () => (await read())?.status, { timeout: 3 * 60_000, intervals: [1_000] }).toBe("awaiting_approval");
  const { id = "" } = (await read()) ?? {};
  const ordered = { action: "patch", params: { version: "2.0.0" }, reason: "the vendor's new generation" };
  const plan = await orderOk<{ plan_digest: string }>(page, `/api/ops/plugin-incidents/${id}/manual-action`, ordered);

  await test.step("both sign the plan: one in the inbox, one on the incident's page; a wrong passphrase signs nothing", async () => {
    const dialog = await openWaiting(bea.page, "Approve …", plan.plan_digest);
    await expect(dialog.getByText("This browser computed the same digest")).toBeVisible();
    await dialog.getByLabel("Passphrase of the key").fill("another one entirely");
    await dialog.getByRole("button", { name: "The evidence is convincing" }).click();
    await dialog.getByLabel("Code", { exact: true }).fill("000000");
    await dialog.getByRole("button", { name: "Sign and approve this plan" }).click();
    await expect(dialog.getByRole("alert")).toContainText("passphrase is wrong");
    await sign(dialog, phones.bea, "The evidence is convincing", "Sign and approve this plan");
    await expect(bea.page.getByText("You have agreed; somebody else has to, too.")).toBeVisible();

    await cyril.page.goto(`${centerUrl()}/incidents/${id}`);
    await expect(async () => {
      await cyril.page.getByRole("button", { name: "Approve (1 of 2)" }).click();
      await expect(cyril.page.getByRole("dialog")).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await sign(cyril.page.getByRole("dialog"), phones.cyril, "The evidence is convincing", "Sign and approve this plan");
  });

  const attempt = await endedAttempt(page, shop);
  expect(attempt).toMatchObject({ plan_digest: plan.plan_digest, to_version: "2.0.0", status: "success" });
  expect((await askPlugin(shop)).version).toBe("2.0.0");
  const { items } = await ops<{ items: { actor: string; command: string; outcome: string }[] }>(
    page,
    `/api/ops/audit?subject=incident:${id}&command=plan.approve`,
  );
  const approvers = items.filter(({ outcome }) => outcome === "done").map(({ actor }) => actor);
  expect(approvers.toSorted()).toEqual([bea, cyril].map(({ email }) => `person:${email}`).toSorted());
  for (const person of [bea, cyril]) await person.page.context().close();
});
