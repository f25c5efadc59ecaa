import { eq } from "drizzle-orm";
import { z } from "zod";
import { opsPolicy, policyLoosenings } from "@/db/schema/safety";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { addressOf } from "@/lib/approvals/four-eyes";
import { defineCommand } from "@/lib/gateway/define-command";
import type { Change, CommandContext } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { loosened } from "../loosening/loosened";
import { needsSecondPerson } from "../loosening/needs-second-person";
import { policyColumns, policyItem } from "../policy-item";
import { policyOf } from "../policy-of";
import { type Policy, policySchema } from "../types";
import { type AskedLoosening, askLoosening, voidLoosenings } from "./ask-loosening";
import { lockPolicy } from "./switch-place";

const input = z.strictObject({
  changes: policySchema.partial().refine((changes) => Object.keys(changes).length > 0, "nothing to change"),
  /** The version that the changes were made from: another one in force is a conflict. */
  version: z.number().int().min(1).optional(),
  reason: z.string().trim().max(LIMITS.reasonCharacters).optional(),
});

type PolicyRow = typeof opsPolicy.$inferSelect;
type Answer = ReturnType<typeof policyItem> | { readonly [Key in keyof AskedLoosening]: AskedLoosening[Key] };

/** What is written, why, and who else wanted it. */
interface PolicyChange {
  readonly changes: Partial<Policy>;
  readonly reason: string | null;
  readonly askedBy?: string;
}

/** Whoever made the policy looser is remembered: they are no second pair of eyes under it (docs/decisions/0005). */
async function rememberLoosening(tx: WriterTx, before: PolicyRow, after: PolicyRow, actors: readonly string[], at: Date): Promise<void> {
  const members = loosened(policyOf(before), policyOf(after));
  const people = [...new Set(actors.flatMap((actor) => addressOf(actor) ?? []))];
  if (members.length > 0 && people.length > 0) await tx.insert(policyLoosenings).values({ version: after.version, people, members, at });
}

/** Writes a changed policy. @throws Error when the locked row is gone */
export async function writePolicy(
  tx: WriterTx,
  before: PolicyRow,
  { changes, reason, askedBy }: PolicyChange,
  { actor, now }: CommandContext,
): Promise<PolicyRow> {
  const stamp = { version: before.version + 1, updatedAt: now, updatedBy: actor.id };
  const isOn = changes.autopatch_enabled ?? before.autopatchEnabled;
  const killReason = isOn ? null : before.autopatchEnabled ? reason : before.killReason;
  const [after] = await tx
    .update(opsPolicy)
    .set({ ...policyColumns(changes), ...stamp, killReason })
    .where(eq(opsPolicy.id, 1))
    .returning();
  if (!after) throw new Error("the locked policy row is gone");
  await rememberLoosening(tx, before, after, askedBy === undefined ? [actor.id] : [actor.id, askedBy], now);
  return after;
}

/** Healing is to be turned on again, or a release to bake shorter, with whatever else changes: all of it waits for a second person. */
async function ask(
  tx: WriterTx,
  before: PolicyRow,
  changes: Partial<Policy>,
  reason: string,
  context: CommandContext,
): Promise<Change<Answer>> {
  const document = { do: "policy_change" as const, changes, policy_version: before.version };
  const result = await askLoosening(tx, { tenantId: PLATFORM_TENANT, reason, document }, context);
  const payload = {
    switch: changes.autopatch_enabled === true ? "kill_switch" : "policy",
    scope: "global",
    actor: context.actor.id,
    requestId: result.request_id,
  };
  return {
    subject: "policy:1",
    tenantId: null,
    before: policyItem(policyOf(before), before),
    after: { asked: result, changes },
    reason,
    events: [{ name: "switch.asked", payload }],
    result: { ...result },
  };
}

/** The global ceiling changes: what may happen by itself, to whom, and when. It is in force everywhere within 5 s. */
export const changePolicy = defineCommand({
  name: "policy.change",
  permission: "policy:write",
  input,

  async apply(tx, { changes, version, reason }, context): Promise<Change<Answer>> {
    const { actor } = context;
    requireAllTenants(actor, "Changes of the policy");
    const before = await lockPolicy(tx);
    if (version !== undefined && version !== before.version) refuse("conflict", `The policy is at version ${before.version} by now`);
    if (needsSecondPerson(policyOf(before), changes)) return ask(tx, before, changes, reason ?? "", context);

    const after = await writePolicy(tx, before, { changes, reason: reason ?? null }, context);
    const isThrown = before.autopatchEnabled && !after.autopatchEnabled;
    if (changes.autopatch_enabled === false) {
      await voidLoosenings(tx, { tenantId: PLATFORM_TENANT, name: "kill_switch", scope: "global", targetId: null }, context);
    }
    const thrown = {
      name: "switch.changed",
      payload: { switch: "kill_switch", scope: "global", on: true, actor: actor.id, reason: reason ?? "" },
    };
    return {
      subject: "policy:1",
      tenantId: null,
      before: policyItem(policyOf(before), before),
      after: policyItem(policyOf(after), after),
      reason,
      events: [{ name: "policy.changed", payload: { version: after.version } }, ...(isThrown ? [thrown] : [])],
      result: policyItem(policyOf(after), after),
    };
  },
});
