import { scopeFor, systemActorFor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { type Lease, underLease } from "@/lib/gateway/lease";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import type { Clock } from "@/lib/platform/clock";
import { reportFault } from "@/lib/platform/faults/report-fault";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { observeModule } from "../commands/observe-module";
import { groupModuleFindings } from "../group-findings";
import { MODULE_SCAN } from "../module-scan";
import { evidenceOf, placeFindings } from "../place-findings";
import { readKnownIncidents, readModulesInPlace } from "../queries-scan";
import { tellStories } from "../tell-stories";
import type { Evidence, KnownIncident, SourceAnswer, Spoken, Told } from "../types";
import { FINDING_SOURCES, type FindingSource } from "./finding-sources";

const RULES = {
  clearSeconds: LIMITS.moduleClearSeconds,
  recurrenceSeconds: LIMITS.recurrenceSeconds,
  seenAgainSeconds: LIMITS.moduleSeenAgainSeconds,
};

async function ask({ name, find }: FindingSource, at: Date): Promise<SourceAnswer> {
  try {
    const answer = await read(scopeFor("scan"), (tx) => find(tx, at));
    const told: Told = "findings" in answer ? answer : { findings: answer, isUnknown: () => false };
    return { name, told };
  } catch (error) {
    reportFault(`${name} could not look at the modules`, error);
    return { name, told: null };
  }
}

/** What is to be said of one module of one tenant. */
interface Message {
  readonly tenantId: string;
  readonly moduleKey: string;
  readonly findings: readonly Spoken[];
  readonly incidents: readonly KnownIncident[];
  readonly evidence: Readonly<Record<string, Evidence>>;
  readonly stories: Readonly<Record<string, string | null>>;
}

function messagesOf(
  findings: readonly Spoken[],
  known: readonly KnownIncident[],
  answers: readonly SourceAnswer[],
  stories: ReadonlyMap<string, string>,
): Message[] {
  const places = new Map([...findings, ...known].map(({ tenantId, moduleKey }) => [`${tenantId} ${moduleKey}`, { tenantId, moduleKey }]));
  return [...places.values()].map(({ tenantId, moduleKey }) => {
    const isHere = (one: { readonly tenantId: string; readonly moduleKey: string }) =>
      one.tenantId === tenantId && one.moduleKey === moduleKey;
    const incidents = known.filter(isHere);
    const live = incidents.filter(({ status }) => status !== "resolved");
    return {
      ...{ tenantId, moduleKey, incidents, findings: findings.filter(isHere) },
      evidence: Object.fromEntries(live.map((incident) => [incident.id, evidenceOf(incident, answers)])),
      stories: Object.fromEntries(
        live.filter(({ id, suppressedBy }) => (stories.get(id) ?? null) !== suppressedBy).map(({ id }) => [id, stories.get(id) ?? null]),
      ),
    };
  });
}

/** Whoever tells a tenant's incident reads the scan's own lease beside it, and that is the platform's. */
function teller(tenantId: string): Actor {
  return { ...systemActorFor("detect", tenantId), tenants: { kind: "set", ids: [...new Set([tenantId, PLATFORM_TENANT])] } };
}

/** Tells one module's incidents, where that would change anything. Whoever was faster has done the same. */
async function tell({ incidents, ...message }: Message, fence: number, now: Date): Promise<void> {
  const { findings, evidence, stories, tenantId } = message;
  const actions = groupModuleFindings({ incidents, findings, evidence, now, rules: RULES });
  if (actions.length === 0 && Object.keys(stories).length === 0) return;
  try {
    await runCommand(observeModule, { input: { fence, ...message }, actor: teller(tenantId), now });
  } catch (error) {
    if (error instanceof Refusal && error.kind === "conflict") return;
    reportFault(`What was found about ${message.moduleKey} could not be told and will be`, error, { tenant_id: tenantId });
  }
}

async function scanAll({ fence }: Lease, at: Date): Promise<number> {
  const answers: SourceAnswer[] = [];
  for (const source of FINDING_SOURCES) answers.push(await ask(source, at));
  const { known, modules } = await read(scopeFor("scan"), async (tx) => ({
    known: await readKnownIncidents(tx, at),
    modules: await readModulesInPlace(tx),
  }));
  const live = known.filter(({ status }) => status !== "resolved");
  const findings = placeFindings(answers, live);
  const messages = messagesOf(findings, known, answers, tellStories(live, modules));
  for (const message of messages) await tell(message, fence, at);
  return findings.length;
}

/**
 * Asks everybody who finds what is wrong with modules, and tells the incidents; one scan at a time, whoever begins it.
 * @returns how many findings there are, or null where another worker is at it
 */
export function scanModules(owner: string, clock: Clock): Promise<number | null> {
  const lease = { kind: "job", tenantId: PLATFORM_TENANT, id: MODULE_SCAN } as const;
  return underLease(lease, owner, (held) => scanAll(held, clock.now()), { restSeconds: LIMITS.moduleScanRestSeconds });
}
