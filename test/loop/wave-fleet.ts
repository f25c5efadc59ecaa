import { randomUUID } from "node:crypto";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { systemClock } from "@/lib/platform/clock";
import { startRollout } from "@/lib/rollout/commands/waves/start-rollout";
import { followRecalls } from "@/lib/rollout/jobs/follow-recalls";
import { advanceRollouts } from "@/lib/rollout/jobs/waves/advance-rollouts";
import { readRollout } from "@/lib/rollout/waves/queries-rollouts";
import { steppedUp } from "@/test/actors";
import type { VersionBehaviour } from "@/test/fake-agent";
import { makeShop, OPS, type Shop } from "./make-shop";
import { publishRelease } from "./publish-release";
import { passSeconds } from "./virtual-time";
import { runWorker } from "./worker";

export const STARTER = steppedUp(OPS);
export const REASON = "planned for this week";
/** Waves that need minutes instead of weeks. */
export const SHORT = ["whitelist", "fifth", "half", "all"].map((name) => ({ name, bakeSeconds: 60 }));

/** Shops that run one plugin, and the release that is on its way to them. */
export interface Fleet {
  readonly shops: readonly Shop[];
  readonly pluginKey: string;
  readonly releaseId: string;
}

/** Shops on 1.2.2 with some traffic behind them, and a release 1.3.0. */
export async function makeFleet(size: number, release: (shop: number) => VersionBehaviour): Promise<Fleet> {
  const pluginKey = `wave-${randomUUID().slice(0, 8)}`;
  const shops: Shop[] = [];
  for (let index = 0; index < size; index += 1) {
    const behaviours = { "1.2.2": { failShare: 0, webhooks: 60 }, "1.3.0": { webhooks: 60, ...release(index) } };
    shops.push(await makeShop({ pluginKey, behaviours, releases: index === 0 ? { "1.2.2": { fixes: [] } } : {} }));
  }
  await live(shops, 8);
  const { id } = await publishRelease(pluginKey, "1.3.0", { fixes: [] });
  return { shops, pluginKey, releaseId: id };
}

/** Beats a period apart, with rounds of every worker loop after each. */
export async function live(shops: readonly Shop[], beats: number): Promise<void> {
  for (let count = 0; count < beats; count += 1) {
    passSeconds(15);
    for (const shop of shops) await shop.agent.beat();
    passSeconds(4);
    await advanceRollouts("worker:one", systemClock);
    await followRecalls(new Date());
    await runWorker();
  }
}

/** Sends the release on its way. */
export const start = ({ releaseId, pluginKey }: Fleet, actor = STARTER, overrides: unknown = SHORT) =>
  runCommand(startRollout, { input: { releaseId, confirm: `${pluginKey} 1.3.0`, reason: REASON, overrides }, actor, now: new Date() });

/** The rollout as its page shows it. */
export async function show(id: string) {
  const rollout = await readRollout(scopeFor("operate"), id, new Date());
  if (!rollout) throw new Error(`no rollout ${id}`);
  return rollout;
}

/** Lives on until something is true of the rollout; gives up after too many rounds. */
export async function until(fleet: Fleet, id: string, isMet: (rollout: Awaited<ReturnType<typeof show>>) => boolean, rounds = 60) {
  for (let round = 0; round < rounds; round += 1) {
    const rollout = await show(id);
    if (isMet(rollout)) return rollout;
    await live(fleet.shops, 1);
  }
  const { state, waits_for, waves, counts } = await show(id);
  throw new Error(
    `${rounds} rounds later: ${state} ${waits_for} ${JSON.stringify(counts)} ${JSON.stringify(waves.map(({ verdict }) => verdict))}`,
  );
}
/** What runs at each shop. */
export const versions = ({ shops }: Fleet) => shops.map(({ agent }) => agent.version);
