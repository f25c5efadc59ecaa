import { z } from "zod";
import { scanBlocks } from "@/db/schema/modules/scanner";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { defineCommand } from "@/lib/gateway/define-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { isNeverStopped, namesNeverClosed } from "@/lib/platform/web/blocks/never-closed";
import { blockItem } from "../block-item";
import { BLOCK_KINDS } from "../types";

const SHAPES = {
  route: /^(GET|POST|PUT|PATCH|DELETE|\*) \/api\/[\w./[\]-]+$/,
  export: /^\* \/api\/[\w./[\]-]+$/,
  writer: /^(automatic|command:[a-z.-]+|actor:[\w:.@-]+)$/,
} as const;

const input = z
  .strictObject({
    kind: z.enum(BLOCK_KINDS),
    target: z.string().max(300),
    reason: z.string().trim().min(LIMITS.orderReasonCharacters).max(LIMITS.reasonCharacters),
  })
  .refine(({ kind, target }) => SHAPES[kind].test(target), { path: ["target"], message: "is no route, export or writer" });

/** Somebody closes a route, a writer or an export by hand: toward safety, so one person and a reason are enough. */
export const setBlock = defineCommand({
  name: "scanner.block",
  permission: "switch:safer",
  input,

  async apply(tx, { kind, target, reason }, { actor, now, newId }) {
    requireAllTenants(actor, "What is closed");
    const isLastWay = kind === "writer" ? isNeverStopped(target.replace(/^command:/, "")) : namesNeverClosed(target);
    if (isLastWay) refuse("conflict", `${target} is what people put things right by: it is never closed`);
    if (target === `actor:${actor.id}`) refuse("conflict", "Nobody stops themselves");
    const [row] = await tx
      .insert(scanBlocks)
      .values({ tenantId: PLATFORM_TENANT, id: newId(), kind, target, violationId: PLATFORM_TENANT, reason, setBy: actor.id, setAt: now })
      .onConflictDoNothing()
      .returning();
    if (!row) refuse("conflict", `${target} is closed already`);
    return {
      subject: `block:${row.id}`,
      tenantId: PLATFORM_TENANT,
      before: null,
      after: { kind, target },
      reason,
      events: [{ name: "contract.blocked", payload: { kind, target, actor: actor.id } }],
      result: blockItem(row),
    };
  },
});
