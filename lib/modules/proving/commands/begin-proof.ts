import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleServices } from "@/db/schema/modules/modules";
import { healProofs } from "@/db/schema/modules/proving";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { addModuleSecret, newestModuleSecret } from "@/lib/modules/registry/commands/add-module-secret";
import { PROVING_MODULE } from "../types";

const SECRET_VERSION = 1;

/** The module's own row. */
export const provingService = and(eq(moduleServices.tenantId, PLATFORM_TENANT), eq(moduleServices.moduleKey, PROVING_MODULE));

/** A proof of healing begins: the module that is there to be broken is let in. */
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
    const id = newId();
    await tx.insert(healProofs).values({ tenantId: PLATFORM_TENANT, id, outcome: "running", beganAt: now });
    const after = { outcome: "running", module_id: moduleId };
    return {
      subject: `heal-proof:${id}`,
      tenantId: PLATFORM_TENANT,
      before: null,
      after,
      result: { id, module_id: moduleId, secret_version: SECRET_VERSION },
    };
  },
});
