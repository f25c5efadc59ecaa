import { and, eq } from "drizzle-orm";
import { pluginReleases } from "@/db/schema/delivery";
import { rollouts } from "@/db/schema/rollout";
import type { WriterTx } from "@/db/writer";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireVouchedFor } from "@/lib/access/people/require-vouched-for";
import type { Actor } from "@/lib/access/types";
import { addressOf, mayBeSamePerson } from "@/lib/approvals/four-eyes";
import type { DomainEvent } from "@/lib/gateway/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { refuse } from "@/lib/kernel/refusal";

export type RolloutRow = typeof rollouts.$inferSelect;

export function keyOf(rolloutId: string) {
  return and(eq(rollouts.tenantId, PLATFORM_TENANT), eq(rollouts.id, rolloutId));
}

/** The rollout, alone until the commit. @throws Refusal not-found, forbidden for who does not act for all tenants */
export async function lockRollout(tx: WriterTx, rolloutId: string, actor: Actor): Promise<RolloutRow> {
  const [row] = await tx.select().from(rollouts).where(keyOf(rolloutId)).for("update");
  if (!row) refuse("not-found", `No rollout ${rolloutId}`);
  requireAllTenants(actor, "Rollouts");
  return row;
}

/** Whether what is stored of somebody names this actor; what is no person's address is nobody's. */
export function isSamePerson(stored: string, { email }: Actor): boolean {
  return email !== null && addressOf(stored) !== null && mayBeSamePerson(stored, email);
}

/** Whoever made a release sees no more in it than before. @throws Refusal forbidden with ERR_SECOND_PERSON */
export async function requireNotAuthor(tx: WriterTx, releaseId: string, actor: Actor): Promise<void> {
  requireVouchedFor(actor);
  const [release] = await tx.select({ author: pluginReleases.author }).from(pluginReleases).where(eq(pluginReleases.id, releaseId));
  if (release && isSamePerson(release.author, actor))
    refuse("forbidden", "You made this release: somebody else has to send it on its way", { code: "ERR_SECOND_PERSON" });
}

/** The name of what is moved, typed by whoever moves it away from safety. @throws Refusal invalid */
export function requireTyped(confirm: string, { pluginKey, version }: { readonly pluginKey: string; readonly version: string }): void {
  const expected = `${pluginKey} ${version}`;
  if (confirm.trim() !== expected)
    refuse("invalid", `Type the name: ${expected}`, { errors: [{ path: "confirm", message: `is not ${expected}` }] });
}

export function movedEvent(rolloutId: string, state: string): DomainEvent {
  return { name: "rollout.moved", payload: { rolloutId, state } };
}

/** What every move of a rollout answers. */
export function briefOf({ id, pluginKey, version, state, wave }: Pick<RolloutRow, "id" | "pluginKey" | "version" | "state" | "wave">) {
  return { id, plugin_key: pluginKey, version, state, wave };
}
