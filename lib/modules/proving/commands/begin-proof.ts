import { and, eq, inArray, isNull, ne } from "drizzle-orm";
import { z } from "zod";
import { healActions } from "@/db/schema/modules/healing";
import { moduleIncidents } from "@/db/schema/modules/incidents";
import { moduleCommands, moduleServices } from "@/db/schema/modules/modules";
import { healProofs } from "@/db/schema/modules/proving";
import type { WriterTx } from "@/db/writer";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { addModuleSecret, newestModuleSecret } from "@/lib/modules/registry/commands/add-module-secret";
import { PROVING_MODULE } from "../types";

const SECRET_VERSION = 1;

/** The module's own row. */
export const provingService = and(eq(moduleServices.tenantId, PLATFORM_TENANT), eq(moduleServices.moduleKey, PROVING_MODULE));

/**
 * Ends what the proof before left: its incidents for good, since one that is only over would come back instead of being found anew, and what was
 * under way at a module that has begun again in the meantime. What it said last is too old to be anybody's word by now.
 *
 * @returns the incidents that were closed
 */
async function clearStage(tx: WriterTx, moduleId: string, now: Date): Promise<string[]> {
  const isOwn = and(eq(healActions.tenantId, PLATFORM_TENANT), eq(healActions.moduleKey, PROVING_MODULE));
  const ended = { state: "cancelled", endedAt: now, endedWhy: "the next proof begins", stateSince: now } as const;
  await tx
    .update(healActions)
    .set(ended)
    .where(and(isOwn, isNull(healActions.endedAt)));
  const isOpen = and(eq(moduleCommands.moduleId, moduleId), inArray(moduleCommands.status, ["queued", "offered"]));
  await tx.update(moduleCommands).set({ status: "cancelled", finishedAt: now }).where(isOpen);
  const isLeft = and(eq(moduleIncidents.tenantId, PLATFORM_TENANT), eq(moduleIncidents.moduleKey, PROVING_MODULE));
  const closed = await tx
    .update(moduleIncidents)
    .set({ status: "closed", closedAt: now, suppressedBy: null, updatedAt: now })
    .where(and(isLeft, ne(moduleIncidents.status, "closed")))
    .returning({ id: moduleIncidents.id });
  return closed.map(({ id }) => id);
}

/** A proof of healing begins: the module that is there to be broken is let in, with nothing left over from the one before. */
export const beginProof = defineCommand({
  name: "heal-proof.begin",
  permission: "system",
  input: z.strictObject({ title: z.string().min(1).max(80) }),

  async apply(tx, { title }, { now, newId }) {
    const abandoned = { outcome: "failed", endedAt: now, why: "the worker that proved it ended" } as const;
    await tx.update(healProofs).set(abandoned).where(eq(healProofs.outcome, "running"));
    const service = { title, criticality: "optional", status: "active", updatedAt: now } as const;
    const [made] = await tx
      .insert(moduleServices)
      .values({ tenantId: PLATFORM_TENANT, id: newId(), moduleKey: PROVING_MODULE, createdAt: now, ...service })
      .onConflictDoUpdate({ target: [moduleServices.tenantId, moduleServices.moduleKey], set: service })
      .returning({ id: moduleServices.id });
    const moduleId = made?.id ?? "";
    if ((await newestModuleSecret(tx, moduleId)) === 0) await addModuleSecret(tx, moduleId, SECRET_VERSION, now);
    const closed = await clearStage(tx, moduleId, now);
    const id = newId();
    await tx.insert(healProofs).values({ tenantId: PLATFORM_TENANT, id, outcome: "running", beganAt: now });
    const after = { outcome: "running", module_id: moduleId };
    return {
      subject: `heal-proof:${id}`,
      tenantId: PLATFORM_TENANT,
      before: null,
      after: { ...after, closed },
      moduleTimeline: closed.map((incidentId) => ({ incidentId, kind: "closed", summary: "The next proof of healing begins" })),
      result: { id, module_id: moduleId, secret_version: SECRET_VERSION },
    };
  },
});
