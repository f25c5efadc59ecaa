import { z } from "zod";
import { siraModels } from "@/db/schema/sira";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { nameModel } from "../learning/fit-model";
import type { Shadow } from "../learning/judge-candidate";
import type { SiraModel } from "../model";

const isObject = (value: unknown) => typeof value === "object" && value !== null;

/** A fitted model is kept beside what its shadow showed. It is not in force: a person promotes it, or nobody does. */
export const storeModel = defineCommand({
  name: "sira.store_model",
  permission: "system",
  input: z.strictObject({
    model: z.custom<SiraModel>(isObject),
    trained: z.custom<(typeof siraModels.$inferInsert)["trained"]>(isObject),
    shadow: z.custom<Shadow>(isObject),
  }),

  async apply(tx, { model, trained, shadow }, { now }) {
    const { version, ...content } = model;
    if (nameModel(content).version !== version) refuse("invalid", "A model is named after its content, and this one is not");
    const rows = await tx
      .insert(siraModels)
      .values({ tenantId: PLATFORM_TENANT, version, createdAt: now, document: model, trained, shadow })
      .onConflictDoNothing()
      .returning({ version: siraModels.version });
    if (rows.length === 0) refuse("conflict", `Model ${version} is known already`);
    const after = { version, trained, verdict: shadow.verdict };
    return {
      subject: `sira_model:${version}`,
      tenantId: null,
      before: null,
      after,
      events: [{ name: "sira.model_fitted", payload: { version, verdict: shadow.verdict } }],
      result: { version, verdict: shadow.verdict },
    };
  },
});
