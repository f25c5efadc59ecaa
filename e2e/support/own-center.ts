import { readFileSync } from "node:fs";
import path from "node:path";
import { type APIRequestContext, expect, request, test } from "@playwright/test";
import { launchCenter } from "./start-center";

const START_MS = 3 * 60_000;

/** The administrator that the demo was given. */
function demoAdmin(dataDir: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(dataDir, "secrets", "first-admin.json"), "utf8")) as Record<string, string>;
}

/** The first administrator's session without a browser, which would take seconds to open. */
export async function signInAtOnce(url: string, { email, password }: Readonly<Record<string, string>>): Promise<APIRequestContext> {
  const context = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
  const { csrfToken } = (await (await context.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const form = { csrfToken, email: email ?? "", password: password ?? "", json: "true" };
  const answer = await context.post("/api/auth/callback/credentials", { form, maxRedirects: 0 });
  expect(answer.status(), await answer.text()).toBeLessThan(400);
  return context;
}

/**
 * Gives the journeys of one file a Center of their own, whose shops they may stop and whose policy they may change.
 *
 * @param prepare  what is ordered before the first shop could have fallen sick
 */
export function withOwnCenter(prepare?: (admin: APIRequestContext) => Promise<void>): void {
  const shared = { url: process.env.CENTER_URL, dataDir: process.env.CENTER_DATA_DIR };
  let stop: (() => Promise<void>) | undefined;
  test.beforeAll(async () => {
    test.setTimeout(START_MS);
    const center = await launchCenter();
    stop = center.stop;
    process.env.CENTER_URL = center.url;
    process.env.CENTER_DATA_DIR = center.dataDir;
    if (!prepare) return;
    const admin = await signInAtOnce(center.url, demoAdmin(center.dataDir));
    await prepare(admin);
    await admin.dispose();
  });
  test.afterAll(async () => {
    // The next file in this process goes on with the shared one.
    process.env.CENTER_URL = shared.url;
    process.env.CENTER_DATA_DIR = shared.dataDir;
    await stop?.();
  });
}
