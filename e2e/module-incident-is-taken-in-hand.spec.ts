import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { centerUrl, firstAdmin, ops, signIn } from "./support/center";

interface Listed {
  readonly items: readonly { readonly id: string; readonly module_key: string; readonly acknowledged_by: string | null }[];
}
interface Entries {
  readonly items: readonly { readonly command: string; readonly outcome: string; readonly subject: string }[];
}

/** Breaks a module of the demo's platform for real, or mends it again. */
function strike(...words: readonly string[]): void {
  const { DATABASE_URL: _database, ...env } = process.env;
  execFileSync(process.execPath, [path.resolve("examples/platform/break.mjs"), ...words], {
    env: { ...env, DATA_DIR: process.env.CENTER_DATA_DIR },
  });
}

const FAULT = "tenant-id-missing";
const LIST = "/api/ops/module-incidents?module_key=exports&status=open,awaiting_approval,escalated,healing";

/** Rows without a tenant are for people alone: nothing heals this away while somebody looks at it. */
async function anIncident(page: Page): Promise<string> {
  const read = async () => (await ops<Listed>(page, LIST)).items[0]?.id;
  await expect.poll(read, { timeout: 120_000, intervals: [1_000] }).toBeTruthy();
  return (await read()) ?? "";
}

test.afterAll(() => strike(FAULT, "--undo"));

test("a module's incident is taken in hand: filters, undo, runbook, postmortem, and each deed in the audit", async ({ page }) => {
  await signIn(page);
  strike(FAULT);
  const id = await anIncident(page);

  await page.goto(`${centerUrl()}/module-incidents`);
  await page.getByLabel("Module", { exact: true }).selectOption("exports");
  await expect(page).toHaveURL(/module_key=exports/);
  await page.getByLabel("Mine").check();
  await expect(page).toHaveURL(/mine=true/);
  await expect(page.getByRole("main").getByText("exports", { exact: true }).locator("visible=true")).toHaveCount(0);
  await page.goBack();
  await page.locator(`a[href="/module-incidents/${id}"]`).first().click();

  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("It is as it was before.")).toBeVisible();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByRole("main").getByText(firstAdmin().email).first()).toBeVisible();
  await page.getByRole("button", { name: "Assign" }).first().click();
  await page.getByLabel("E-mail address of whoever takes care of it").press("Enter");
  await expect(page.getByText("Given to")).toBeVisible();

  const runbook = page.getByRole("region", { name: "Runbook" });
  await runbook.getByRole("button", { name: "Begin" }).click();
  await runbook.getByRole("button", { name: "Check now" }).first().click();
  await expect(runbook.getByText(/^(Good|Bad|Unknown)$/).first()).toBeVisible();
  await page.reload();
  await expect(runbook.getByText(/^(Good|Bad|Unknown)$/).first()).toBeVisible();

  await page
    .getByRole("button", { name: /^Star for the postmortem/ })
    .first()
    .click();
  await page.getByRole("button", { name: "Draft the postmortem" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^exports / })).toBeVisible();
  await page.getByRole("link", { name: "To its incident" }).click();
  await expect(page).toHaveURL(new RegExp(`/module-incidents/${id}$`));

  const { items } = await ops<Entries>(page, `/api/ops/audit?subject=module-incident:${id}&limit=50`);
  const done = items.filter(({ outcome }) => outcome === "done").map(({ command }) => command.replace("module-incident.", ""));
  expect(done).toEqual(expect.arrayContaining(["acknowledge", "undo", "assign", "star"]));
});
