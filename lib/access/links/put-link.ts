import { and, eq, isNull } from "drizzle-orm";
import { accessLinks } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { CommandContext, DomainEvent } from "@/lib/gateway/types";
import { LIMITS } from "@/lib/platform/limits";
import type { Actor } from "../types";
import { linkToken, tokenDigest } from "./link-token";

/** A link as its maker is told of it; the address itself is derived when it is shown (link-token.ts). */
export interface MadeLink {
  readonly id: string;
  readonly expires_at: string;
}

/** Says that a link was made, for whoever carries it to its person. The link's secret is no part of it. */
export function linkEvent(link: MadeLink, email: string | null, { tenants }: Actor): DomainEvent {
  return { name: "link.made", payload: { linkId: link.id, email }, tenantId: tenants.kind === "set" ? tenants.ids[0] : undefined };
}

/** What was not used yet of a person's links is worth nothing from here on. */
export async function voidLinks(tx: WriterTx, personId: string, now: Date): Promise<void> {
  const open = and(eq(accessLinks.personId, personId), isNull(accessLinks.settledAt));
  await tx.update(accessLinks).set({ settledAt: now, outcome: "void" }).where(open);
}

/** Makes somebody a link by which they choose a password; those before it are void. */
export async function putLink(
  tx: WriterTx,
  made: { readonly kind: "first_admin" | "invite" | "reset"; readonly personId: string | null },
  { actor, now, newId }: Pick<CommandContext, "actor" | "now" | "newId">,
): Promise<MadeLink> {
  if (made.personId) await voidLinks(tx, made.personId, now);
  const id = newId();
  const expiresAt = new Date(now.getTime() + LIMITS.accessLinkSeconds * 1_000);
  await tx.insert(accessLinks).values({ id, ...made, digest: tokenDigest(linkToken(id)), madeBy: actor.id, createdAt: now, expiresAt });
  return { id, expires_at: expiresAt.toISOString() };
}
