import { appendFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { describeAgents, inLab } from "./testing/agents";
import { awaitMoment } from "./testing/await-moment";
import type { AgentKind, Lab } from "./testing/lab";
import { randomFrom } from "./testing/random";

// kill -9 at random points of an update. `npm run chaos:agent` runs many rounds of it; a few belong to every test run.
const SEED = Number(process.env.CHAOS_SEED ?? 1);
const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 3);
const CHOSEN = process.env.CHAOS_AGENT ? [process.env.CHAOS_AGENT] : undefined;
const REPORT = process.env.CHAOS_REPORT;
/** An update takes about so long from the agent's start to its commit. */
const LONGEST_MS = { js: 900, php: 350 } as const;

vi.setConfig({ testTimeout: 90_000 });

/** How a round ended: which version runs and lies on disk whole, or "half"; and whether Center knows which. */
interface Round {
  readonly version: "1.0.0" | "1.1.0" | "half";
  readonly isKnown: boolean;
}

async function survive(lab: Lab, killsAfterMs: readonly number[]): Promise<Round> {
  const id = lab.sendUpdate({ commits: true });
  for (const delay of killsAfterMs) await lab.startAndKill(() => awaitMoment(delay));
  const seen = lab.center.beats.length;
  lab.start();
  const outcome = await lab.outcomeOf(id);
  const version = outcome === "committed" ? "1.1.0" : "1.0.0";
  lab.nudge();
  await lab.center.until(() => lab.center.beats.slice(seen).at(-1)?.running_version === version, `a new beat of ${version}`);
  const isWhole = await comesTrue(async () => (await lab.runningVersion()) === version && isSame(lab.filesInPlace(), lab.filesOf(version)));
  const last = lab.center.beats.at(-1);
  return { version: isWhole ? version : "half", isKnown: last?.running_version === version && last.disk_version === version };
}

/** Half is what stays half: a busy machine may miss one answer of a plugin that runs. */
const comesTrue = (check: () => Promise<boolean>) =>
  vi
    .waitFor(async () => expect(await check()).toBe(true), { timeout: 5_000, interval: 100 })
    .then(
      () => true,
      () => false,
    );

const isSame = (a: Record<string, string>, b: Record<string, string>) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

function killsOf(agent: AgentKind, round: number): number[] {
  const random = randomFrom(SEED * 1_000_003 + round);
  const count = random() < 0.3 ? 2 : 1;
  return Array.from({ length: count }, () => Math.floor(random() * LONGEST_MS[agent.name]));
}

describeAgents(
  "the $name agent, killed at random",
  (agent) => {
    test.concurrent.each(Array.from({ length: ROUNDS }, (_, round) => round))(
      `leaves the old or the new version, round %i of seed ${SEED}`,
      (round) =>
        inLab(agent, {}, async (lab) => {
          const end = await survive(lab, killsOf(agent, round));
          if (REPORT) appendFileSync(REPORT, `${JSON.stringify(end)}\n`);
          expect(end).toEqual({ version: expect.stringMatching(/^1\.[01]\.0$/), isKnown: true });
        }),
    );
  },
  CHOSEN,
);
