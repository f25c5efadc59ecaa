import { scopeFor } from "@/lib/access/system-actor";
import type { TenantScope } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { labelDrift } from "@/lib/sira/drift/label-drift";
import { readLoops } from "@/lib/sira/drift/queries-loops";
import { learningCurve } from "@/lib/sira/learning/learning-curve";
import { readLearningRows } from "@/lib/sira/learning/queries-learning";
import { type Bucket, bucketOf, calibrationError, type Given, reliabilityOf } from "@/lib/sira/learning/reliability-of";
import { STOP_AFTER, upliftOf } from "@/lib/sira/learning/uplift-of";
import { isMended, type LearningRow } from "@/lib/sira/outcomes";
import { readModel, readModels, readSiraSettings } from "@/lib/sira/queries-model";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
const CURVE_DAYS = 30;
const CURVE_STRETCHES = 10;

function givenOf(rows: readonly LearningRow[]): Given[] {
  return rows.flatMap(({ decision, outcome }) => {
    const mended = isMended(outcome);
    return mended === null ? [] : [{ confidence: decision.confidence, isMended: mended }];
  });
}

function bucketItem({ low, high, n, meanConfidence, hits, hitRate }: Bucket) {
  return { low, high, n, mean_confidence: meanConfidence, hits, hit_rate: hitRate };
}

async function upliftItems(rows: readonly LearningRow[]) {
  const versions = new Set(rows.map(({ decision }) => decision.model_version));
  const models = await read(scopeFor("operate"), async (tx) => {
    const found = new Map<string, Awaited<ReturnType<typeof readModel>>>();
    for (const version of versions) found.set(version, await readModel(tx, version));
    return found;
  });
  return upliftOf(rows, (version) => models.get(version) ?? null);
}

/** Models are the platform's: whoever sees some tenants only is told which one is in force, and no more. */
async function modelItems(scope: TenantScope) {
  return read(scopeFor("operate"), async (tx) => {
    const settings = await readSiraSettings(tx);
    const { models, promotions } = scope.kind === "all" ? await readModels(tx) : { models: [], promotions: [] };
    const inForce = promotions.find(({ version }) => version === settings.activeVersion);
    return {
      active_version: settings.activeVersion,
      active_since: inForce?.at.toISOString() ?? null,
      holdout: { share: settings.holdoutShare, stopped: settings.holdoutStopped, most: LIMITS.siraHoldoutShare, stops_after: STOP_AFTER },
      models: models.map(({ version, createdAt, trained, shadow }) => ({ version, created_at: createdAt.toISOString(), trained, shadow })),
      promotions: promotions.map(({ at, version, fromVersion, kind, by, reason }) => ({
        at: at.toISOString(),
        version,
        from_version: fromVersion,
        kind,
        by,
        reason,
      })),
    };
  });
}

/** SIRA as a scope may see it: the model in force and its rivals, and how decisions within the scope came true. */
export async function showSira(scope: TenantScope, now: Date) {
  const { rows, loops } = await read(scope, async (tx) => ({ rows: await readLearningRows(tx, now), loops: await readLoops(tx, now) }));
  const given = givenOf(rows);
  // Stretches end with the hour, so that the same outcomes are shown alike.
  const to = Math.ceil(now.getTime() / HOUR_MS) * HOUR_MS;
  return {
    ...(await modelItems(scope)),
    learned_days: LIMITS.siraLearnDays,
    calibration: { n: given.length, error: calibrationError(given), buckets: reliabilityOf(given).map(bucketItem) },
    curve: learningCurve(rows, to - CURVE_DAYS * DAY_MS, to, CURVE_STRETCHES).map(({ from, to: end, n, mended, worth }) => ({
      from: new Date(from).toISOString(),
      to: new Date(end).toISOString(),
      n,
      mended,
      worth,
    })),
    uplift: await upliftItems(rows),
    drift: labelDrift(rows, now.getTime()),
    loops,
  };
}

/** How decisions of the same tenth of confidence came true within a scope. */
export async function showBucket(scope: TenantScope, confidence: number, now: Date) {
  const given = givenOf(await read(scope, (tx) => readLearningRows(tx, now)));
  const bucket = reliabilityOf(given)[bucketOf(confidence)];
  return bucket ? bucketItem(bucket) : null;
}
