import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { centerUrl, ops, signIn } from "./support/center";
import { withOwnCenter } from "./support/own-center";
import { rewriteActor } from "./support/tamper";

// The others' scheduled check shall not find what this one does to its log.
withOwnCenter();

const TAMPERED = 7;

interface AuditList {
  readonly items: readonly { readonly seq: number | null; readonly actor: string }[];
}

/** `npm run audit:verify`, as an auditor would run it on the machine. */
function verifyByCommand() {
  const { DATABASE_URL: _database, ...env } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [path.resolve("scripts/operate/audit-verify.mjs")], {
    encoding: "utf8",
    env: { ...env, DATA_DIR: process.env.CENTER_DATA_DIR },
  });
  return { status, report: JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { ok: boolean; first_bad_index: number | null } };
}

test("audit names the tampered entry: a superuser rewrites one past every trigger, and the page says which", async ({ page }) => {
  await signIn(page);
  await expect.poll(async () => (await ops<AuditList>(page, `/api/ops/audit?seq=${TAMPERED}`)).items.length, { timeout: 60_000 }).toBe(1);
  await page.goto(`${centerUrl()}/audit`);
  const verify = page.getByRole("button", { name: "Verify" });
  await verify.click();
  await expect(page.getByText("The log is whole", { exact: false })).toBeVisible();

  const actor = await rewriteActor(TAMPERED, "person:nobody@center.test");
  try {
    await verify.click();
    await expect(page.getByRole("alert").getByText(`the first bad index is ${TAMPERED}.`, { exact: false })).toBeVisible();
    expect(verifyByCommand()).toMatchObject({ status: 1, report: { ok: false, first_bad_index: TAMPERED } });
    await page.getByRole("link", { name: `Show entry ${TAMPERED}` }).click();
    await expect(page.getByText("nobody@center.test").first()).toBeVisible();
  } finally {
    await rewriteActor(TAMPERED, actor);
  }
  await verify.click();
  await expect(page.getByText("The log is whole", { exact: false })).toBeVisible();
  expect(verifyByCommand()).toMatchObject({ status: 0, report: { ok: true, first_bad_index: null } });

  await test.step("on a phone without sideways scroll", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow).toBe(0);
  });
});
