import { setMaxListeners } from "node:events";
import { type APIRequestContext, expect } from "@playwright/test";
import { identityService } from "../../scripts/chaos/identity-service.mjs";
import { opsClient } from "../../scripts/chaos/ops-client.mjs";
import type { LightAgent } from "../../scripts/operate/waves/light-agent.mjs";
import { openFleet, publish } from "../../scripts/operate/waves/open-fleet.mjs";
import { centerUrl } from "./center";
import { orderAsRoot } from "./root";
import { launchCenter, type RunningCenter } from "./start-center";

export const [OLD, NEW] = ["1.0.0", "1.1.0"];
export const ADMIN = { email: "admin@center.test", password: "four words and a number 7" };
/** Shops that beat every second or two, so that waves of seconds have something to judge. */
const PACE = { idleSeconds: 2, watchedSeconds: 1 };
/** As short as policy allows. */
const POLICY = { health_check_seconds: 10 };
const USUAL_BEATS = 4;
const BAKED_IN_SECONDS = ["whitelist", "fifth", "half"].map((name) => ({ name, bake_seconds: 3, tolerance: 0.2 }));

/** Product lines of simulated shops that speak the real protocol to a Center of their own. */
export interface Lines {
  readonly center: RunningCenter;
  /** Each line's shops, by its key. */
  readonly shops: ReadonlyMap<string, readonly LightAgent[]>;
  /** Sends 1.1.0 of a line on its way, in waves that bake for seconds. @returns the rollout's id */
  start(key: string): Promise<string>;
  stop(): Promise<void>;
}

/** @param lines  how many shops each has, and whether 1.1.0 is totally broken there */
export async function openLines(
  lines: readonly { readonly key: string; readonly plugins: number; readonly isBroken: boolean }[],
): Promise<Lines> {
  const identity = identityService();
  const admin = { FIRST_ADMIN_EMAIL: ADMIN.email, FIRST_ADMIN_PASSWORD: ADMIN.password };
  const center = await launchCenter({ DEMO: "0", ...identity.environment, ...admin });
  const as = (email: string) => opsClient({ url: center.url, token: () => identity.token(email) });
  const [ops, vendor] = [as("ops@center.test"), as("vendor@center.test")];
  const isBroken = (slug: string, version: string) =>
    version === NEW && lines.some(({ key, isBroken }) => isBroken && slug.startsWith(`${key}-`));
  const wanted = lines.map(({ key, plugins }) => ({ key, plugins, base: OLD }));
  const shops = await openFleet({ url: center.url, ops, lines: wanted, isBroken, random: () => 0.5, pace: PACE, policy: POLICY });
  const ending = new AbortController();
  // Every shop rests on it.
  setMaxListeners(0, ending.signal);
  const all = [...shops.values()].flat();
  for (const shop of all) void shop.live(ending.signal);
  // A judge compares with what was usual before.
  await expect.poll(() => all.every(({ beats }) => beats >= USUAL_BEATS), { timeout: 60_000 }).toBe(true);
  return {
    center,
    shops,
    async start(key) {
      await publish(vendor, key, OLD);
      const releaseId = await publish(vendor, key, NEW);
      const order = { release_id: releaseId, confirm: `${key} ${NEW}`, reason: "planned for this week", overrides: BAKED_IN_SECONDS };
      const { id } = (await ops.post("/api/ops/rollouts", order)) as { id: string };
      return id;
    },
    async stop() {
      ending.abort();
      await center.stop();
    },
  };
}

const PAUSED_KEY = "demo-pay";

/**
 * A rollout of the shared Center that never sends anything: it is paused while it is still being rehearsed, before any shop could begin.
 *
 * @returns its id; whoever asks second gets the same one
 */
export async function aPausedRollout(request: APIRequestContext): Promise<string> {
  const read = async <Item>(route: string) => ((await (await request.get(`${centerUrl()}${route}`)).json()) as { items: Item[] }).items;
  const find = async () => (await read<{ id: string }>(`/api/ops/rollouts?limit=1&plugin_key=${PAUSED_KEY}`))[0]?.id;
  const begin = async () => {
    const known = await find();
    if (known) return known;
    const releases = await read<{ id: string; plugin_key: string; version: string }>("/api/ops/releases?limit=100&status=published");
    const release = releases.filter(({ plugin_key }) => plugin_key === PAUSED_KEY).toSorted((a, b) => (a.version < b.version ? 1 : -1))[0];
    const order = { release_id: release?.id, confirm: `${PAUSED_KEY} ${release?.version}`, reason: "the pages are looked at" };
    try {
      const { id } = await orderAsRoot<{ id: string }>("/api/ops/rollouts", order);
      await orderAsRoot(`/api/ops/rollouts/${id}/pause`, { reason: "nothing is to be sent" });
      return id;
    } catch (error) {
      // Another journey asked in this very moment.
      const other = await find();
      if (other) return other;
      throw error;
    }
  };
  let id = "";
  // While its one shop tries that very version for an incident's sake, there is nobody to send it to.
  await expect(async () => {
    id = await begin();
  }).toPass({ timeout: 120_000, intervals: [500] });
  return id;
}
