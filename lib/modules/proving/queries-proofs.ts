import { and, asc, desc, eq, gte, sql } from "drizzle-orm";
import { healActions } from "@/db/schema/modules/healing";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { healProofs } from "@/db/schema/modules/proving";
import { scopeFor } from "@/lib/access/system-actor";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { type ReaderTx, read } from "@/lib/platform/scope";
import { proofGate } from "./proof-gate";
import { type LastProof, PROVING_MODULE } from "./types";

/** When healing was last proven, and since when it is tried. */
export async function readLastProof(tx: ReaderTx): Promise<LastProof> {
  const [row] = await tx
    .select({
      provenAt: sql<string | null>`max(${healProofs.endedAt}) filter (where ${healProofs.outcome} = 'proven')`,
      firstBeganAt: sql<string | null>`min(${healProofs.beganAt})`,
    })
    .from(healProofs)
    .where(eq(healProofs.tenantId, PLATFORM_TENANT));
  const at = (text: string | null | undefined) => (text ? new Date(text) : null);
  return { provenAt: at(row?.provenAt), firstBeganAt: at(row?.firstBeganAt) };
}

/** The newest proof and what it leaves to automatic healing, as people and programs read it. Its module serves nobody: everybody may see it. */
export async function readProofOfHeal(now: Date) {
  const { last, newest } = await read(scopeFor("scan"), async (tx) => {
    const [row] = await tx
      .select()
      .from(healProofs)
      .where(and(eq(healProofs.tenantId, PLATFORM_TENANT), sql`${healProofs.outcome} <> 'running'`))
      .orderBy(desc(healProofs.beganAt))
      .limit(1);
    return { last: await readLastProof(tx), newest: row ?? null };
  });
  const { detectMs = null, decideMs = null, applyMs = null, healMs = null, containMs = null, rollBackMs = null } = newest ?? {};
  return {
    gate: proofGate(last, now),
    last_proven_at: last.provenAt?.toISOString() ?? null,
    newest: newest && {
      outcome: newest.outcome,
      ended_at: newest.endedAt?.toISOString() ?? null,
      why: newest.why,
      steps_ms: { detect: detectMs, decide: decideMs, apply: applyMs, heal: healMs, contain: containMs, roll_back: rollBackMs },
    },
  };
}

/** What Center has made of the module's fault so far: its incident, and the newest action on it. */
export async function readCourse(since: Date) {
  return read(scopeFor("scan"), async (tx) => {
    const [incident] = await tx
      .select({ id: moduleIncidents.id, openedAt: moduleIncidents.openedAt })
      .from(moduleIncidents)
      .where(and(eq(moduleIncidents.moduleKey, PROVING_MODULE), gte(moduleIncidents.openedAt, since)))
      .orderBy(asc(moduleIncidents.openedAt))
      .limit(1);
    if (!incident) return null;
    const [action] = await tx
      .select()
      .from(healActions)
      .where(and(eq(healActions.moduleKey, PROVING_MODULE), eq(healActions.incidentId, incident.id)))
      .orderBy(desc(healActions.proposedAt))
      .limit(1);
    return { incident, action: action ?? null };
  });
}
