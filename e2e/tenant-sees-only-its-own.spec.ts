import { expect, type Page, test } from "@playwright/test";
import { centerUrl, merchant, ops, signIn } from "./support/center";
import { newPerson, orderOk } from "./support/people";

type Merchant = ReturnType<typeof merchant>;
interface Things {
  readonly shop: Merchant;
  readonly incident: string;
  readonly attempt: string | null;
}

/** The first incident of a shop that falls sick in the demo, and the attempt at it where there is one. */
async function thingsOf(admin: Page, slug: string): Promise<Things> {
  const shop = merchant(slug);
  const newest = async (list: string) =>
    (await ops<{ items: { id: string }[] }>(admin, `/api/ops/${list}?plugin_id=${shop.plugin.id}`)).items[0]?.id;
  await expect.poll(() => newest("plugin-incidents"), { timeout: 4 * 60_000, intervals: [1_000] }).toBeTruthy();
  return { shop, incident: (await newest("plugin-incidents")) ?? "", attempt: (await newest("autopatch-attempts")) ?? null };
}

/** What betrays somebody else's shop: its name and every id of its things. */
const traces = ({ shop, incident, attempt }: Things) => [
  shop.tenant.name,
  shop.tenant.id,
  shop.plugin.id,
  incident,
  ...(attempt ? [attempt] : []),
];

async function expectNothingOf(text: string, theirs: Things, where: string): Promise<void> {
  for (const trace of traces(theirs)) expect(text, `${where} shows ${trace}`).not.toContain(trace);
}

/** Opens a page of Center and looks at all of it: what the server sent, and what stands there in the end. */
async function look(page: Page, path: string, theirs: Things): Promise<string> {
  const response = await page.goto(`${centerUrl()}${path}`);
  await expect(page.getByRole("main")).toBeVisible();
  await expectNothingOf((await response?.text()) ?? "", theirs, `${path} as sent`);
  const shown = await page.content();
  await expectNothingOf(shown, theirs, path);
  return shown;
}

/** Listens to the live stream until something about this incident is told. @returns everything told until then */
function listen(page: Page, incident: string): Promise<string> {
  return page.evaluate(async (awaited) => {
    const response = await fetch("/api/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    document.body.dataset.listening = "yes";
    let told = "";
    for (;;) {
      const part = await reader?.read();
      told += part?.value ?? "";
      if (told.includes(awaited) || !part || part.done) return told;
    }
  }, incident);
}

const WHO = [
  { name: "Tessa", role: "tenant_admin", own: "atlas", other: "zephyr" },
  { name: "Victor", role: "viewer", own: "zephyr", other: "atlas" },
] as const;

for (const { name, role, own, other } of WHO) {
  test(`a ${role} of ${own} sees only its own: pages, addresses, API and live events`, async ({ page: admin, browser }) => {
    await signIn(admin);
    const [mine, theirs] = [await thingsOf(admin, own), await thingsOf(admin, other)];
    const { page } = await newPerson(browser, name, [role], [mine.shop.tenant.id]);

    await test.step("every page shows its own shop, and nothing of the other", async () => {
      expect(await look(page, "/", theirs)).toContain(mine.shop.tenant.name);
      expect(await look(page, "/incidents", theirs)).toContain(mine.shop.tenant.name);
      expect(await look(page, `/incidents/${mine.incident}`, theirs)).toContain(mine.shop.tenant.name);
      for (const path of ["/fleet", "/safety", "/people", "/account", "/audit", `/incidents?q=${theirs.shop.tenant.slug}`])
        await look(page, path, theirs);
    });

    await test.step("another's incident is answered as one that does not exist", async () => {
      await page.goto(`${centerUrl()}/incidents/${theirs.incident}`);
      await expect(page.getByText("There is nothing here")).toBeVisible();
      const missing = await page.getByRole("main").textContent();
      await page.goto(`${centerUrl()}/incidents/00000000-0000-4000-8000-000000000000`);
      await expect(page.getByText("There is nothing here")).toBeVisible();
      expect(await page.getByRole("main").textContent()).toBe(missing);
    });

    await test.step("the API answers likewise", async () => {
      const addresses = [
        `plugin-incidents/${theirs.incident}`,
        `plugins/${theirs.shop.plugin.id}`,
        ...(theirs.attempt ? [`autopatch-attempts/${theirs.attempt}`] : []),
      ];
      for (const address of addresses) expect((await page.request.get(`${centerUrl()}/api/ops/${address}`)).status(), address).toBe(404);
      for (const list of ["plugin-incidents", "plugins", "autopatch-attempts"]) {
        const asked = await page.request.get(`${centerUrl()}/api/ops/${list}?tenant_id=${theirs.shop.tenant.id}`);
        expect([asked.status(), await asked.text()]).toEqual([200, '{"items":[],"next_cursor":null}']);
        await expectNothingOf(await (await page.request.get(`${centerUrl()}/api/ops/${list}`)).text(), theirs, list);
      }
    });

    await test.step("live events tell of its own only", async () => {
      await page.goto(`${centerUrl()}/incidents`);
      const told = listen(page, mine.incident);
      await expect(page.locator("body[data-listening=yes]")).toBeAttached();
      const comment = (incident: string) =>
        orderOk(admin, `/api/ops/plugin-incidents/${incident}/manual-action`, { action: "comment", reason: "somebody looks at it" });
      await comment(theirs.incident);
      let isHeard = false;
      void told.then(() => {
        isHeard = true;
      });
      const isTold = async () => {
        if (!isHeard) await comment(mine.incident);
        return isHeard;
      };
      await expect.poll(isTold, { timeout: 60_000, intervals: [1_500] }).toBe(true);
      await expectNothingOf(await told, theirs, "the live stream");
    });
    await page.context().close();
  });
}
