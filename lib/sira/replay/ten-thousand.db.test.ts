import { expect, test } from "vitest";
import { z } from "zod";
import { siraDecisions } from "@/db/schema/incidents";
import { scopeFor } from "@/lib/access/system-actor";
import { defineCommand } from "@/lib/gateway/define-command";
import { runCommand } from "@/lib/gateway/run-command";
import { read } from "@/lib/platform/scope";
import { permit } from "@/lib/policy/permit/permit";
import { storeModel } from "@/lib/sira/commands/store-model";
import { decide } from "@/lib/sira/decide";
import { fitModel, nameModel } from "@/lib/sira/learning/fit-model";
import { judgeCandidate } from "@/lib/sira/learning/judge-candidate";
import type { SiraModel } from "@/lib/sira/model";
import { MODEL_V0 } from "@/lib/sira/model-v0";
import { readModelsOf, walkDecisions } from "@/lib/sira/replay/queries-replay";
import { type Replay, replayDecision } from "@/lib/sira/replay/replay-decision";
import { ONSETS } from "@/lib/sira/types";
import { livedBy, questionOf } from "@/test/fixtures/learning-rows";
import { ORDINARY } from "@/test/fixtures/permit-input";
import { makeShop, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";

const COUNT = 10_000;
const BATCH = 1_000;
const SYSTEM = { kind: "system", id: "system:sira", email: null, roles: [], tenants: scopeFor("operate") } as const;

type Row = typeof siraDecisions.$inferInsert;

/** Many decisions at once, in the form and under the guards in which each is stored by itself. */
const storeDecisions = defineCommand({
  name: "test.store_decisions",
  permission: "system",
  input: z.strictObject({ rows: z.custom<readonly Row[]>(Array.isArray) }),
  async apply(tx, { rows }) {
    await tx.insert(siraDecisions).values([...rows]);
    const tenantId = rows[0]?.tenantId ?? null;
    return { subject: "decisions", tenantId, before: null, after: { stored: rows.length }, result: rows.length };
  },
});

/** A model as it was fitted before cells pooled by onset: by type, without optimism, and sure of its mean. */
function formerModel(): SiraModel {
  const { version: _version, ...rules } = MODEL_V0;
  const cell = (mean: number) => ({ mean, variance: 0.3, seen: 20, mended: 11, at: 0, changes: 1 });
  const cells = { patch: cell(0.2), "patch|latency_p95": cell(-0.6), "restart|latency_p95": cell(0.4), rollback: cell(0.9) };
  return nameModel({
    ...rules,
    cells,
    calibration: { slope: 0.9, shift: -0.1 },
    exploration: { kind: "thompson", floor: 0.03, spread: 1 },
  });
}

function newerModel(): SiraModel {
  const rows = livedBy(MODEL_V0, (_type, action) => (action === "patch" ? 0.9 : 0.4), 300);
  const began = rows.map((row, index) => {
    const incident = { ...row.request.incident, onset: ONSETS[index % ONSETS.length] };
    return { ...row, request: { ...row.request, incident } };
  });
  return fitModel(began, MODEL_V0).model;
}

async function keep(model: SiraModel): Promise<void> {
  const trained = { rows: 0, from: null, to: null, log_loss: 0, settings: {} };
  const shadow = judgeCandidate([], MODEL_V0, MODEL_V0);
  await runCommand(storeModel, { input: { model, trained, shadow }, actor: SYSTEM, now: new Date() });
}

/** The n-th decision, by one of the models in turn, with what policy made of it. */
function rowOf(n: number, models: readonly SiraModel[], place: { tenantId: string; incidentId: string }): Row {
  const model = models[n % models.length] as SiraModel;
  const asked = questionOf(n);
  const request = { ...asked, incident: { ...asked.incident, onset: ONSETS[Math.floor(n / 7) % ONSETS.length] } };
  const decision = decide(request, model);
  const target = { ...ORDINARY.target, action: decision.action };
  const permitInput = { ...ORDINARY, target, confidence: decision.confidence, hourUtc: n % 24 };
  const id = `00000000-0000-4000-a000-${n.toString(16).padStart(12, "0")}`;
  return {
    ...place,
    id,
    at: new Date(Date.now() - n * 1_000),
    source: "local",
    request,
    decision,
    permitInput,
    permit: permit(permitInput),
  };
}

stopTime();

test("ten thousand stored decisions, of models of both formats, come out of the database again bit for bit", {
  timeout: 240_000,
}, async () => {
  await setPolicy();
  const shop = await makeShop();
  await shop.beatAndDecide();
  const { id: incidentId } = await shop.incident();
  const [former, newer] = [formerModel(), newerModel()];
  await keep(former);
  await keep(newer);
  const models = [MODEL_V0, former, newer];
  for (let from = 0; from < COUNT; from += BATCH) {
    const rows = Array.from({ length: BATCH }, (_, index) => rowOf(from + index, models, { tenantId: shop.tenantId, incidentId }));
    await runCommand(storeDecisions, { input: { rows }, actor: SYSTEM, now: new Date() });
  }

  const tally = { same: 0, different: 0, unknown: 0 };
  const byModel: Record<string, number> = {};
  const wrong: Replay[] = [];
  const started = performance.now();
  const { seen, isCut } = await walkDecisions({ kind: "set", ids: [shop.tenantId] }, { days: 1 }, new Date(), async (rows) => {
    const stored = await read(scopeFor("operate"), (tx) => readModelsOf(tx, rows));
    for (const row of rows) {
      const replay = replayDecision(row, stored.get(row.decision.model_version) ?? null);
      tally[replay.outcome] += 1;
      byModel[row.decision.model_version] = (byModel[row.decision.model_version] ?? 0) + 1;
      if (replay.outcome !== "same") wrong.push(replay);
    }
  });
  const ms = Math.round(performance.now() - started);
  process.stdout.write(`${JSON.stringify({ measured: "replay", decisions: seen, ...tally, by_model: byModel, ms })}\n`);
  expect(wrong).toEqual([]);
  expect(seen).toBeGreaterThanOrEqual(COUNT);
  expect(tally.same).toBe(seen);
  expect(isCut).toBe(false);
  expect(Object.keys(byModel)).toHaveLength(models.length);
});
