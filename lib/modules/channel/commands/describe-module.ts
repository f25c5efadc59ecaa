import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { moduleServices } from "@/db/schema/modules/modules";
import { defineCommand } from "@/lib/gateway/define-command";
import { digestOf, type Json } from "@/lib/kernel/canonical-json";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { manifestSchema } from "@/lib/modules/types";

/**
 * A module tells what it declares, as after each new version of it. What it is to the platform (key, criticality) was decided when it was
 * registered: no running code makes itself the core.
 */
export const describeModule = defineCommand({
  name: "module.describe",
  permission: "module",
  isPolled: true,
  input: z.strictObject({ moduleId: z.uuid(), moduleKey: z.string(), manifest: manifestSchema }),

  async apply(tx, { moduleId, moduleKey, manifest }, { actor, now }) {
    const key = and(eq(moduleServices.tenantId, PLATFORM_TENANT), eq(moduleServices.id, moduleId));
    const [service] = await tx.select().from(moduleServices).where(key).for("update");
    if (!service || service.moduleKey !== moduleKey || actor.id !== `module:${moduleKey}`) refuse("not-found", `No module ${moduleKey}`);
    if (manifest.key !== moduleKey) refuse("conflict", `The manifest is of ${manifest.key}, not of ${moduleKey}`);
    if (manifest.criticality !== service.criticality) {
      refuse("conflict", `${moduleKey} was registered as ${service.criticality} and calls itself ${manifest.criticality}`);
    }
    const manifestDigest = digestOf(manifest as unknown as Json);
    if (manifestDigest === service.manifestDigest) refuse("conflict", "Known already");
    const after = { manifest: { ...manifest }, manifestDigest, runningVersion: manifest.version, updatedAt: now };
    await tx.update(moduleServices).set(after).where(key);
    return {
      subject: `module:${moduleKey}`,
      tenantId: PLATFORM_TENANT,
      before: { manifest_digest: service.manifestDigest, version: service.runningVersion },
      after: { manifest_digest: manifestDigest, version: manifest.version },
      events: [{ name: "module.described", payload: { moduleKey, version: manifest.version, manifestDigest } }],
      result: { manifest_digest: manifestDigest },
    };
  },
});
