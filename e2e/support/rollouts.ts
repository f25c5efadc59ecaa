import { setMaxListeners } from "node:events";
import { identityService } from "../../scripts/chaos/identity-service.mjs";
import { opsClient } from "../../scripts/chaos/ops-client.mjs";
import type { LightAgent } from "../../scripts/operate/waves/light-agent.mjs";
import { openFleet, publish } from "../../scripts/operate/waves/open-fleet.mjs";
import { launchCenter, type RunningCenter } from "./start-center";

export const [OLD, NEW] = ["1.0.0", "1.1.0"];
export const ADMIN = { email: "admin@center.test", password: "four words and a number 7" };
/** Shops that beat every second or two, so that waves of seconds have something to judge. */
const PACE = { idleSeconds: 2, watchedSeconds: 1 };
/** As short as policy allows. */
const POLICY = { health_check_seconds: 10 };
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
  for (const shop of [...shops.values()].flat()) void shop.live(ending.signal);
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
