import { expect, test } from "@playwright/test";
import { centerUrl, ops } from "./support/center";
import { allPages, signedInContext } from "./support/pages";
import { order } from "./support/people";

test.describe.configure({ mode: "default" });

declare global {
  interface Window {
    openStreams: EventSource[];
  }
}

/** Keeps hold of the page's event streams, so that they can be cut as a proxy cuts them. */
function holdStreams(): void {
  window.openStreams = [];
  window.EventSource = class extends EventSource {
    constructor(url: string | URL) {
      super(url);
      window.openStreams.push(this);
    }
  };
}

/** No stream comes to be. A route that aborts them would have the browser keep nothing of what all pages share. */
function sendStreamsNowhere(): void {
  window.EventSource = class extends EventSource {
    constructor() {
      super("/nowhere");
    }
  };
}

function cutStreams(): void {
  for (const stream of window.openStreams.splice(0)) {
    stream.close();
    stream.dispatchEvent(new Event("error"));
  }
}

test("a page that lost touch says so and vouches for nothing, and recovers by itself", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en");
  const page = await context.newPage();
  await page.clock.install();
  await page.addInitScript(holdStreams);
  const vouches = page.getByRole("table").getByText("Reporting", { exact: true });
  for (const path of ["/", "/fleet"]) {
    await page.goto(`${centerUrl()}${path}`);
    const chip = page.getByRole("banner").getByRole("status");
    await expect(chip).toHaveText("Live");
    await expect(vouches.first()).toBeVisible();
    await context.setOffline(true);
    await page.evaluate(cutStreams);
    // An answer that was under way when the line was cut may still arrive, and is fresh then.
    await expect(async () => {
      await page.clock.fastForward(35_000);
      await expect(chip).toHaveText("Stale", { timeout: 2_000 });
    }).toPass();
    await expect(vouches).toHaveCount(0);
    await expect(page.getByRole("table").getByText("Unknown", { exact: true }).first()).toBeVisible();
    await page.clock.fastForward(40_000);
    await expect(chip).toHaveText("Offline");
    await context.setOffline(false);
    await page.clock.fastForward(11_000);
    await expect(chip).toHaveText(/Live|Every 10 s/);
    await expect(vouches.first()).toBeVisible();
  }
  await context.close();
});

test("without the stream a page asks every ten seconds, and does not call that live", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en");
  const page = await context.newPage();
  await page.clock.install();
  await page.addInitScript(sendStreamsNowhere);
  for (const checked of allPages(context.request).filter(({ isPublic }) => !isPublic)) {
    // The page asks for its stream when it has begun to count: to go ahead of that would be to wait the ten seconds out.
    const listens = page.waitForRequest("**/nowhere");
    await page.goto(`${centerUrl()}${await checked.path()}`);
    await listens;
    const asked = page.waitForResponse((answer) => answer.url().includes("/api/ops/") && answer.ok());
    await page.clock.fastForward(11_000);
    await asked;
    // For three seconds after an answer a stream might still be on its way.
    await page.clock.fastForward(5_000);
    await expect(page.getByRole("banner").getByRole("status"), checked.name).toHaveText("Every 10 s");
  }
  await context.close();
});

test("new entries of the audit wait above the list, and no row moves until they are asked for", async ({ browser, request }) => {
  const context = await signedInContext(browser, request, "en");
  const page = await context.newPage();
  const text = `seen by the page check at ${Date.now()}`;
  await page.goto(`${centerUrl()}/audit?command=incident.comment`);
  const { items } = await ops<{ items: { id: string }[] }>(page, "/api/ops/plugin-incidents?limit=1&view=row");
  const send = () => order(page, `/api/ops/plugin-incidents/${items[0]?.id}/manual-action`, { action: "comment", reason: text });
  expect((await send()).status()).toBe(200);
  await page.reload();
  const rows = page.locator("main details");
  // Sealed already: its number is the one thing of an entry that still changes.
  await expect(rows.first().locator("summary")).toContainText(/No\. \d+/);
  const [first, count] = [await rows.first().locator("summary").textContent(), await rows.count()];
  expect((await send()).status()).toBe(200);
  const pill = page.getByRole("button", { name: "1 new" });
  await expect(pill).toBeVisible();
  expect(await rows.first().locator("summary").textContent()).toBe(first);
  expect(await rows.count()).toBe(count);
  await pill.click();
  await expect(rows).toHaveCount(count + 1);
  await rows.first().locator("summary").click();
  await expect(rows.first().getByText(text)).toBeVisible();
  await context.close();
});
