import { expect, type Page, test } from "@playwright/test";
import { type Attempt, askPlugin, centerUrl, endedAttempt, merchant, ops, signIn } from "./support/center";
import { publish } from "./support/major-release";
import { withOwnCenter } from "./support/own-center";
import { enrol, newPerson, order, orderOk, type Phone, prove } from "./support/people";

// Nothing is sure enough to go alone: every patch needs two people.
withOwnCenter(async (admin) => {
  const data = { confidence_threshold: 1, required_signatures: 2, reason: "Two people sign every patch for a while" };
  const answer = await admin.put("/api/ops/policy", { data });
  expect(answer.status(), await answer.text()).toBe(200);
});

interface Incident {
  readonly id: string;
  readonly status: string;
  readonly plan_digest: string | null;
  readonly approvals: { readonly required: number; readonly given: number };
}

/** A shop's incident, once a plan of it waits for two people. */
async function waiting(page: Page, pluginId: string): Promise<Incident> {
  const read = async () => (await ops<{ items: Incident[] }>(page, `/api/ops/plugin-incidents?plugin_id=${pluginId}`)).items[0];
  await expect.poll(async () => (await read())?.status, { timeout: 3 * 60_000, intervals: [1_000] }).toBe("awaiting_approval");
  const incident = await read();
  if (!incident) throw new Error("the incident has gone");
  return incident;
}

/** Signs a plan on the incident's own page: reason, code, and the button that says the deed. */
async function signOnPage(page: Page, phone: Phone, incident: Incident): Promise<void> {
  await page.goto(`${centerUrl()}/incidents/${incident.id}`);
  await page.getByRole("button", { name: /^Approve \(/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText(incident.plan_digest ?? "none")).toBeVisible();
  await dialog.getByRole("button", { name: "The evidence is convincing" }).click();
  await dialog.getByLabel("Code").fill(await phone.code());
  await dialog.getByRole("button", { name: "Approve this plan" }).click();
  await expect(dialog).toBeHidden();
}

test("approval needs two: distinct people by the plan's digest, neither of them the requester", async ({ page, browser }) => {
  const [atlas, zephyr] = [merchant("atlas"), merchant("zephyr")];
  await signIn(page);
  const [bea, cyril] = [await newPerson(browser, "Bea", ["approver"]), await newPerson(browser, "Cyril", ["approver"])];
  const [beasPhone, cyrilsPhone] = [await enrol(bea.page), await enrol(cyril.page)];

  await test.step("SIRA's plan for Atlas waits for two, is signed by two on the page, and heals the shop", async () => {
    const incident = await waiting(page, atlas.plugin.id);
    expect(incident.approvals).toEqual({ required: 2, given: 0 });
    await signOnPage(bea.page, beasPhone, incident);
    await expect(bea.page.getByRole("button", { name: "Approve (1 of 2)" }), "one is not enough").toBeVisible();
    expect(await ops<{ items: Attempt[] }>(page, `/api/ops/autopatch-attempts?plugin_id=${atlas.plugin.id}`)).toMatchObject({ items: [] });
    await signOnPage(cyril.page, cyrilsPhone, incident);
    const attempt = await endedAttempt(page, atlas);
    expect(attempt).toMatchObject({ status: "success", to_version: "1.2.3", plan_digest: incident.plan_digest });
    expect((await askPlugin(atlas)).version).toBe("1.2.3");
  });

  await test.step("a major release for Zéphyr, ordered by one person, is not theirs to approve, and begins once two others have", async () => {
    await publish(page, "2.0.0");
    const { id } = await waiting(page, zephyr.plugin.id);
    const ordered = { action: "patch", params: { version: "2.0.0" }, reason: "the vendor's new generation" };
    const plan = await orderOk<{ plan_digest: string; approvals: object; attempt_id: null }>(
      page,
      `/api/ops/plugin-incidents/${id}/manual-action`,
      ordered,
    );
    expect(plan).toMatchObject({ approvals: { required: 2, given: 0 }, attempt_id: null });
    const yes = { plan_digest: plan.plan_digest, reason: "looks right to me" };
    const route = `/api/ops/plugin-incidents/${id}/approve`;

    const adminsPhone = await enrol(page);
    await prove(page, adminsPhone, plan.plan_digest);
    const own = await order(page, route, yes);
    expect({ status: own.status(), code: (await own.json()).code }).toEqual({ status: 403, code: "ERR_SECOND_PERSON" });
    const plain = await order(bea.page, route, yes);
    expect({ status: plain.status(), code: (await plain.json()).code }).toEqual({ status: 403, code: "ERR_STEP_UP" });
    const drifted = await order(bea.page, route, { ...yes, plan_digest: `sha256:${"0".repeat(64)}` });
    expect(drifted.status(), "another plan than today's").toBe(409);

    await prove(bea.page, beasPhone, plan.plan_digest);
    expect(await orderOk(bea.page, route, yes)).toEqual({ approvals: { required: 2, given: 1 }, status: "awaiting_approval" });
    await prove(cyril.page, cyrilsPhone, plan.plan_digest);
    expect(await orderOk(cyril.page, route, yes)).toEqual({ approvals: { required: 2, given: 2 }, status: "healing" });

    // It begins, with exactly that digest. A major step takes the approvers' own signatures besides, which no key pinned at this
    // shop could have made: so it ends before anything is sent.
    const attempt = await endedAttempt(page, zephyr);
    expect(attempt).toMatchObject({ plan_digest: plan.plan_digest, to_version: "2.0.0", status: "failed" });
    expect(attempt.end_reason).toContain("signatures");
    expect((await askPlugin(zephyr)).version).toBe("1.2.2");
  });
  for (const person of [bea, cyril]) await person.page.context().close();
});
