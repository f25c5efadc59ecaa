import { closeConnections } from "@/db/connection";
import { requireSameMasterKey } from "@/lib/access/sealing/master-key-row";
import { scopeFor } from "@/lib/access/system-actor";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { nameProcess } from "@/lib/platform/log";
import { read } from "@/lib/platform/scope";
import { parseReplayArguments } from "@/lib/sira/replay/parse-replay-arguments";
import { type DecisionRow, readModelsOf, walkDecisions } from "@/lib/sira/replay/queries-replay";
import { type Replay, replayDecision } from "@/lib/sira/replay/replay-decision";

const tally = { same: 0, different: 0, unknown: 0 };
/** Differences printed in full; the rest are only counted. */
const SHOWN = 20;

function sentenceOf(row: DecisionRow, replay: Replay): string {
  const { action, patch_version, confidence, propensity, model_version } = row.decision;
  const what = `${row.at.toISOString()} decision ${row.id} of incident ${row.incidentId}`;
  const said = `${action}${patch_version ? ` ${patch_version}` : ""}, confidence ${confidence.toFixed(4)}, propensity ${propensity.toFixed(4)}, ${row.source} ${model_version}, permit ${row.permit.kind}`;
  if (replay.outcome === "same") return `same       ${what}: ${said} (${replay.checked.join(" and ")})`;
  if (replay.outcome === "unknown") return `unknown    ${what}: ${replay.why}`;
  const { path, stored, replayed } = replay.difference;
  return `DIFFERENT  ${what}: first at ${path}: stored ${stored.slice(0, 200)}, replayed ${replayed.slice(0, 200)}`;
}

async function replayAll(words: readonly string[]): Promise<void> {
  const which = parseReplayArguments(words, LIMITS.siraReplayDays);
  const isOne = "incidentId" in which;
  const startedMs = performance.now();
  const { seen, isCut } = await walkDecisions(scopeFor("export"), which, systemClock.now(), async (rows) => {
    const models = await read(scopeFor("operate"), (tx) => readModelsOf(tx, rows));
    for (const row of rows) {
      const replay = replayDecision(row, models.get(row.decision.model_version) ?? null);
      tally[replay.outcome] += 1;
      if (isOne || (replay.outcome !== "same" && tally.different + tally.unknown <= SHOWN)) console.log(sentenceOf(row, replay));
    }
  });
  if (isOne && seen === 0) throw new RangeError(`no decision is stored for incident ${which.incidentId}`);
  const { same, different, unknown } = tally;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  const more = isCut ? `; there are more, older ones` : "";
  console.log(
    `${seen} decisions replayed in ${seconds} s: ${same} the same, ${different} different, ${unknown} not replayable here${more}.`,
  );
  process.exitCode = different > 0 ? 1 : 0;
}

nameProcess("sira-replay");
try {
  await requireSameMasterKey(systemClock.now());
  await replayAll(process.argv.slice(2));
} catch (error) {
  console.error(`sira:replay: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
} finally {
  await closeConnections();
}
