import { randomUUID } from "node:crypto";
import { POST as beatRoute } from "@/app/api/modules/beat/route";
import { POST as resultRoute } from "@/app/api/modules/commands/[id]/result/route";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { readTrust } from "@/lib/access/trust";
import { healIncidents } from "@/lib/modules/healing/jobs/heal-incidents";
import { moduleCauseOf } from "@/lib/modules/incidents/causes";
import { verifyModuleCommand } from "@/module-client/js/channel/verify-module-command.mjs";
import { defineModule } from "@/module-client/js/define-module.mjs";
import { executeCommand } from "@/module-client/js/obey/execute-command.mjs";
import { makeKey } from "@/module-client/js/testing/module-order";
import type { DefinedModule, Task, Verdict } from "@/module-client/js/types.d.mts";
import { asGateway } from "@/test/factories";
import { type MadeService, makeModuleService, signedModuleRequest } from "@/test/module-service";
import type { Hands, HowItIsDone } from "./platform-actions";

/** A module that has fallen ill, for one tenant or for all: its orders are verified as its agent does, and carried out by the platform's own code. */
export class Patient {
  #seq = 0;
  #bootId = randomUUID();
  #mode = "normal";
  #envelope: unknown = null;
  #seconds = 0;
  /** What came of writing into the other tenant from within an order, each time. */
  readonly trespasses: string[] = [];

  private constructor(
    private readonly hands: Hands,
    private readonly service: MadeService,
    private readonly definition: DefinedModule,
    private readonly code: string | null,
    private readonly incidentId: string,
  ) {}

  /** @param of  whom it fell ill for: the one tenant, or all of them */
  static async fallsIll(hands: Hands, { type, code, declaration }: HowItIsDone, of = hands.mine): Promise<Patient> {
    const key = `module-${randomUUID().slice(0, 8)}`;
    const about = { key, title: key, version: "1.0.0", namespace: "gates", criticality: "standard" } as const;
    const definition = defineModule({ ...about, actions: declaration(hands) });
    const manifest = { ...definition.manifest };
    const service = await makeModuleService([hands.mine], { moduleKey: key, manifest, manifestDigest: definition.digest });
    const [at, id] = [new Date(), randomUUID()];
    const times = { openedAt: at, detectedAt: at, lastSeenAt: at, updatedAt: at };
    await asGateway((tx) =>
      tx.insert(moduleIncidents).values({
        ...{
          tenantId: of,
          id,
          moduleKey: key,
          cause: moduleCauseOf(type),
          type,
          ruleId: "check:whole",
          severity: "high",
          status: "open",
        },
        ...{ ...times, explain: `it says so (${code})`, statistic: "whole", value: 1, usual: 0, evidence: [], rules: ["check:whole"] },
      }),
    );
    const patient = new Patient(hands, service, definition, code, id);
    // Another release than the one before it: only then may a release be gone back from.
    await patient.beat("0.9.0");
    await patient.beat();
    return patient;
  }

  /** A worker's round, by its own clock. */
  async heal(): Promise<void> {
    await healIncidents(`worker:${randomUUID()}`, { now: () => new Date(Date.now() + this.#seconds * 1_000) });
  }

  private async beat(version = "1.0.0"): Promise<void> {
    this.#seq += 1;
    const own = { module_id: this.service.id, boot_id: this.#bootId, seq: this.#seq, running_version: version };
    const health = { status: "degraded", checks: { whole: { ok: false, detail: this.code ?? "" } } };
    const modes = { platform: "normal", tenants: { [this.hands.mine]: this.#mode } };
    const data = { ...own, manifest_digest: this.definition.digest, manifest: this.definition.manifest, health, modes };
    const body = JSON.stringify({ type: "module.beat", timestamp: new Date().toISOString(), data });
    const answer = await beatRoute(signedModuleRequest(this.service, "/api/modules/beat", body));
    const { commands } = (await answer.json()) as { commands: unknown[] };
    this.#envelope = commands[0] ?? null;
  }

  private verify(keys: readonly { keyid: string; public_key: string }[]): Verdict {
    const own = { moduleId: this.service.id, moduleKey: this.definition.key };
    const knowsTenant = (tenantId: string) => tenantId === this.hands.mine;
    return verifyModuleCommand(this.#envelope, { ...own, keys, now: Date.now(), highestFence: 0, knowsTenant, seenDigest: () => null });
  }

  /** Fetches what was ordered, and what its agent makes of it. */
  async takeOrder(): Promise<Verdict> {
    await this.beat();
    return this.verify((await readTrust(new Date())).keys);
  }

  async takeOrderAs(_why: string): Promise<string> {
    return this.verify([makeKey().pinned]).outcome;
  }

  /** Carries it out, and first tries what no order may. */
  async obey(verdict: Verdict): Promise<void> {
    if (verdict.outcome !== "accepted") throw new Error(`nothing to obey: ${JSON.stringify(verdict)}`);
    const { command } = verdict;
    if (this.trespasses.length === 0) this.trespasses.push(await this.trespass(command.tenantId ?? ""));
    const setMode = (_tenant: string | null, mode: string) => {
      this.#mode = mode;
    };
    const task = {
      tenantId: command.tenantId,
      params: command.params,
      signal: new AbortController().signal,
      commandId: command.id,
    } as Task;
    const result = await executeCommand(command, {
      definition: this.definition,
      state: { setMode, setLimitShare: () => undefined } as never,
      task,
    });
    const data = { module_id: this.service.id, command_id: command.id, status: "done", detail: "", result: result ?? null, timings_ms: {} };
    const body = JSON.stringify({ type: "module.command.result", timestamp: new Date().toISOString(), data });
    const address = `/api/modules/commands/${command.id}/result`;
    const params = Promise.resolve({ id: command.id });
    const answer = await resultRoute(signedModuleRequest(this.service, address, body), { params });
    if (answer.status !== 200) throw new Error(await answer.text());
    await this.heal();
  }

  /** In the scope that an order gives, into the other tenant's rows. */
  private async trespass(scope: string): Promise<string> {
    const { other, open } = this.hands;
    const write = open(scope, "ordered", async (tx) => {
      const seen = await tx`update documents set title = 'mine now' where tenant_id = ${other}`;
      if (seen.count > 0) return "wrote";
      await tx`insert into documents (tenant_id, id, title, body, price_cents) values (${other}, ${randomUUID()}, 'mine', '', 1)`;
      return "wrote";
    });
    return write.catch((error: { code?: string }) => (error.code === "42501" ? "refused" : String(error)));
  }

  /** Its time to recover passes, and nothing is better. */
  async doesNotRecover(): Promise<void> {
    this.#seconds += 130;
    await this.heal();
  }

  async state(): Promise<string> {
    const [row] = await this.hands.superuser`select state from heal_actions where incident_id = ${this.incidentId}`;
    return String(row?.state);
  }

  auditEntries() {
    return this.hands.superuser<{ command: string; trace_id: string }[]>`select command, trace_id from audit_entries
      where outcome = 'done' and subject in (select 'heal-action:' || id from heal_actions where incident_id = ${this.incidentId}) order by at`;
  }

  /** How often its action changed its state: each owes an entry. */
  async countSteps(): Promise<number> {
    const [row] = await this.hands.superuser`select count(*)::int as steps from heal_action_events
      where action_id in (select id from heal_actions where incident_id = ${this.incidentId})`;
    return Number(row?.steps);
  }

  async tenantsOfOrders(): Promise<string[]> {
    const rows = await this.hands
      .superuser`select distinct payload->>'tenant_id' as tenant from module_commands where module_id = ${this.service.id}`;
    return rows.map(({ tenant }) => String(tenant));
  }
}
