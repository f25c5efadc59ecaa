import { readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, expect, type Page } from "@playwright/test";
import postgres from "postgres";
import { strike } from "@/examples/platform/faults/strike.mjs";
import { identityService } from "@/scripts/chaos/identity-service.mjs";
import { opsClient } from "@/scripts/chaos/ops-client.mjs";
import { openPlatform } from "@/scripts/chaos/platform/open-platform.mjs";
import { untilFilled, untilHeard } from "@/scripts/chaos/platform/until-filled.mjs";
import { launchCenter, type RunningCenter } from "./start-center";

const PASSWORD = "correct horse battery staple";
const REQUEST_EVERY_MS = 120;

/** The first person of an installation, who sets a password by the link that it printed. */
async function signUp(browser: Browser, center: RunningCenter): Promise<Page> {
  const page = await browser.newPage({ locale: "en-GB", viewport: { width: 1_440, height: 900 } });
  const [, link = ""] = /the first administrator signs up at (\S+)/.exec(center.printed()) ?? [];
  await page.goto(link);
  await page.getByLabel("Your e-mail address").fill("first@center.test");
  await page.getByLabel("Your name").fill("Fiona First");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same once more").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("link", { name: "To the sign-in page" }).click();
  await page.getByLabel("E-mail address").fill("first@center.test");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${center.url}/`);
  return page;
}

export interface ModuleWord {
  readonly module_key: string;
  readonly presence: string;
}

/** A Center without a demo, the platform of nine modules beside it under traffic, and somebody who is signed in. */
export async function openFaultyPlatform(browser: Browser) {
  const identity = identityService();
  const center = await launchCenter({ DEMO: "0", HOST: "localhost", ...identity.environment });
  const page = await signUp(browser, center);
  const password = encodeURIComponent(readFileSync(path.join(center.dataDir, "secrets", "postgres-password"), "utf8").trim());
  const port = readFileSync(path.join(center.dataDir, "postgres.port"), "utf8").trim();
  const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/center`;
  const ops = opsClient({ url: center.url, token: () => identity.token() });
  const running = { ...center, superuserUrl, findPid: () => null, hasEnded: () => false };
  const platform = await openPlatform({ root: process.cwd(), center: running, ops, requestEveryMs: REQUEST_EVERY_MS });
  const sql = postgres(superuserUrl, { max: 2, onnotice: () => undefined });
  const readModules = async () => ((await ops.get("/api/ops/modules")) as { items: ModuleWord[] }).items;
  const { settings, stranger } = platform;
  return {
    ...{ center, page, sql, settings, stranger, readModules },
    /** Breaks it by its documented switch, for one tenant where it is a tenant's; or takes it back. */
    break: (fault: string, slug?: string) => strike(settings, fault, false, slug),
    mend: (fault: string) => strike(settings, fault, true),
    /** Until modules say of themselves that they are well; what only holds harm off is let go later, in its own time. */
    untilOk: async (keys: readonly string[], timeout: number, what: string) => {
      const sick = async () =>
        (await readModules()).flatMap(({ module_key: key, presence }) =>
          keys.includes(key) && presence !== "ok" ? [`${key} is ${presence}`] : [],
        );
      await expect
        .configure({ soft: true })
        .poll(sick, { message: what, timeout, intervals: [1_000] })
        .toEqual([]);
    },
    untilFilled: () => untilFilled(sql, settings.tenants.length),
    untilHeard: (key: string) => untilHeard(sql, key),
    stop: async () => {
      await page.close();
      await platform.stop();
      await sql.end({ timeout: 5 });
      await center.stop();
    },
  };
}
export type FaultyPlatform = Awaited<ReturnType<typeof openFaultyPlatform>>;
