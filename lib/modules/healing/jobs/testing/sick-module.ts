import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { POST as beatRoute } from "@/app/api/modules/beat/route";
import { POST as resultRoute } from "@/app/api/modules/commands/[id]/result/route";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { ModuleFindingType } from "@/lib/modules/types";
import { defineModule } from "@/module-client/js/define-module.mjs";
import type { openAs } from "@/test/database/open-as";
import { asGateway } from "@/test/factories";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";
import { healIncidents } from "../heal-incidents";

interface Ground {
  readonly superuser: ReturnType<typeof openAs>;
  readonly tenantId: string;
}

/** A module with an agent that a test plays, an incident of it, and workers whose clock a test sets. */
export async function sickModule({ superuser, tenantId }: Ground, type: ModuleFindingType, of = PLATFORM_TENANT): Promise<Sick> {
  const key = `module-${randomUUID().slice(0, 8)}`;
  const nothing = () => null;
  const actions = { restart: nothing, degrade: nothing, undegrade: nothing, open_circuit: nothing, close_circuit: nothing };
  const { manifest, digest } = defineModule({
    ...{ key, title: key, version: "1.0.0", namespace: "tiny", criticality: "standard" },
    actions,
  });
  const service = await makeModuleService([tenantId], { moduleKey: key, manifest: { ...manifest }, manifestDigest: digest });
  const [at, id] = [new Date(), randomUUID()];
  const times = { openedAt: at, detectedAt: at, lastSeenAt: at, updatedAt: at };
  await asGateway((tx) =>
    tx.insert(moduleIncidents).values({
      ...{ tenantId: of, id, moduleKey: key, cause: "service", type, ruleId: "check:whole", severity: "high", status: "open", ...times },
      ...{ explain: "it says so", statistic: "whole", value: 1, usual: 0, evidence: [], rules: ["check:whole"] },
    }),
  );
  return new Sick(superuser, service, { digest, manifest }, id, of);
}

export class Sick {
  #seq = 0;
  #bootId = randomUUID();
  mode = "normal";
  constructor(
    private readonly superuser: Ground["superuser"],
    readonly service: MadeService,
    readonly declared: { readonly digest: string; readonly manifest: object },
    readonly incidentId: string,
    readonly of: string,
  ) {}

  /** One beat; answers the ids and types of the orders it brought. */
  async beat(ok: boolean): Promise<{ id: string; type: string }[]> {
    this.#seq += 1;
    const own = { module_id: this.service.id, boot_id: this.#bootId, seq: this.#seq, running_version: "1.0.0" };
    const health = { status: ok ? "ok" : "degraded", checks: { whole: { ok } } };
    const modes = { platform: this.mode, tenants: {} };
    const data = { ...own, manifest_digest: this.declared.digest, manifest: this.declared.manifest, health, modes };
    const body = JSON.stringify({ type: "module.beat", timestamp: new Date().toISOString(), data });
    const answer = await beatRoute(signedModuleRequest(this.service, "/api/modules/beat", body));
    const { commands } = (await answer.json()) as { commands: { payload: string }[] };
    return commands.map(({ payload }) => JSON.parse(Buffer.from(payload, "base64").toString()) as { id: string; type: string });
  }

  async answer(id: string, status: "done" | "failed" | "refused"): Promise<void> {
    const data = { module_id: this.service.id, command_id: id, status, detail: "", result: null, timings_ms: {} };
    const body = JSON.stringify({ type: "module.command.result", timestamp: new Date().toISOString(), data });
    const path = `/api/modules/commands/${id}/result`;
    const answer = await resultRoute(signedModuleRequest(this.service, path, body), { params: Promise.resolve({ id }) });
    expect(answer.status).toBe(200);
  }

  /** Fetches the one order that waits, which has to be of a type, and says how it ended. */
  async obey(type: string, status: "done" | "failed" | "refused" = "done"): Promise<void> {
    const orders = await this.beat(false);
    expect(orders.map((order) => order.type)).toEqual([type]);
    if (status === "done" && (type === "degrade" || type === "undegrade")) this.mode = type === "degrade" ? "degraded" : "normal";
    await this.answer(orders[0]?.id ?? "", status);
  }

  /** Three good beats, half a minute of them by the worker's clock. */
  async recover(fromSeconds: number): Promise<void> {
    await this.beat(true);
    await round(fromSeconds);
    await this.beat(true);
    await this.beat(true);
    await round(fromSeconds + 31);
  }

  async resolve(): Promise<void> {
    await this.superuser`update module_incidents set status = 'resolved', resolved_at = now() where id = ${this.incidentId}`;
  }

  async actions() {
    const rows = await this
      .superuser`select id, action, state, ended_why from heal_actions where incident_id = ${this.incidentId} order by proposed_at, id`;
    return rows.map((row) => ({ id: String(row.id), brief: `${row.action} ${row.state}`, why: String(row.ended_why) }));
  }

  async briefs() {
    return (await this.actions()).map(({ brief }) => brief);
  }

  async incident() {
    const [row] = await this.superuser`select status, heal_state from module_incidents where id = ${this.incidentId}`;
    return `${row?.status} ${row?.heal_state}`;
  }

  async orders() {
    const rows = await this.superuser`select type, status from module_commands where module_id = ${this.service.id} order by fence`;
    return rows.map(({ type, status }) => `${type} ${status}`);
  }
}

/** A worker's round, so many seconds from now by its clock. */
export const round = (seconds = 0) => healIncidents(`worker:${randomUUID()}`, { now: () => new Date(Date.now() + seconds * 1_000) });
