import { scopeFor, systemActor } from "@/lib/access/system-actor";
import { underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { escalateIncident } from "@/lib/incidents/commands/escalate-incident";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { stopHoldout } from "../commands/stop-holdout";
import { storeModel } from "../commands/store-model";
import { fitModel } from "../learning/fit-model";
import { judgeCandidate } from "../learning/judge-candidate";
import { readLearningRows } from "../learning/queries-learning";
import { holdoutStop, upliftOf } from "../learning/uplift-of";
import type { SiraModel } from "../model";
import { MODEL_V0 } from "../model-v0";
import type { LearningRow } from "../outcomes";
import { readModel, readModels, readSiraSettings } from "../queries-model";
import { escalateLoops, labelDecisions } from "./settle";

/** Fixed, so that every process means the same learning. */
const LEARNING = { kind: "job", tenantId: PLATFORM_TENANT, id: "00000000-0000-4000-8000-00000000511a" } as const;

export interface LearnReport {
  /** False when another round was running, or had just ended. */
  readonly ran: boolean;
  /** Labels given, loops handed to people, and models fitted. */
  readonly findings: number;
  readonly duration_ms: number;
}

async function readMaterial(now: Date) {
  return read(scopeFor("operate"), async (tx) => {
    const rows = await readLearningRows(tx, now);
    const settings = await readSiraSettings(tx);
    const models = new Map<string, SiraModel | null>();
    for (const version of new Set([settings.activeVersion, ...rows.map(({ decision }) => decision.model_version)])) {
      models.set(version, await readModel(tx, version));
    }
    const [newest] = (await readModels(tx)).models;
    return { rows, settings, models, newest };
  });
}
type Material = Awaited<ReturnType<typeof readMaterial>>;

/** Stops withholding once it is known to cost. */
async function guardHoldout({ rows, settings, models }: Material, now: Date): Promise<void> {
  if (settings.holdoutShare === 0 || settings.holdoutStopped !== null) return;
  const reason = holdoutStop(upliftOf(rows, (version) => models.get(version) ?? null));
  if (reason) await runCommand(stopHoldout, { input: { reason }, actor: systemActor("sira", "operate"), now });
}

function instantOf(row: LearningRow | undefined): string | null {
  return row ? new Date(row.knownAt).toISOString() : null;
}

/** Fits, judges in the shadow and keeps one model, once enough new outcomes are known. @returns whether one was kept */
async function fitOne({ rows, settings, models, newest }: Material, now: Date): Promise<boolean> {
  const told = rows.filter(({ outcome }) => outcome !== "inconclusive").toSorted((a, b) => a.knownAt - b.knownAt);
  const knownBefore = newest?.trained.to ? Date.parse(newest.trained.to) : Number.NEGATIVE_INFINITY;
  if (told.filter(({ knownAt }) => knownAt > knownBefore).length < LIMITS.siraLearnFewestNew) return false;
  const current = models.get(settings.activeVersion) ?? MODEL_V0;
  const { model, settings: chosen, logLoss } = fitModel(told, MODEL_V0);
  const shadow = judgeCandidate(told, MODEL_V0, current);
  const trained = { rows: told.length, from: instantOf(told[0]), to: instantOf(told.at(-1)), log_loss: logLoss, settings: chosen };
  try {
    await runCommand(storeModel, { input: { model, trained, shadow }, actor: systemActor("sira", "operate"), now });
    return true;
  } catch (error) {
    // The same outcomes gave the same model before.
    if (!(error instanceof Refusal)) throw error;
    return false;
  }
}

async function learnAll(clock: Clock): Promise<number> {
  const now = clock.now();
  const labels = await labelDecisions(now);
  const loops = await escalateLoops(now, (call) => runCommand(escalateIncident, call));
  const material = await readMaterial(now);
  await guardHoldout(material, now);
  return labels + loops + ((await fitOne(material, now)) ? 1 : 0);
}

/** Labels what is settled, hands loops to people, and fits a model for people to promote; one round at a time, whoever asks. */
export async function learn(owner: string, clock: Clock): Promise<LearnReport> {
  const startedMs = performance.now();
  const findings = await underLease(LEARNING, owner, () => learnAll(clock), { restSeconds: LIMITS.scanRestSeconds });
  return { ran: findings !== null, findings: findings ?? 0, duration_ms: Math.round(performance.now() - startedMs) };
}
