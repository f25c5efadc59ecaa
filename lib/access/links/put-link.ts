import { and, eq, isNull } from "drizzle-orm";
import { accessLinks } from "@/db/schema/people";
import type { WriterTx } from "@/db/writer";
import type { CommandContext } from "@/lib/gateway/types";
import { LIMITS } from "@/lib/platform/limits";
import { linkToken, tokenDigest } from "./link-token";

/** A link as its maker is told of it; the address itself is derived when it is shown (link-token.ts). */
export interface MadeLink {
  readonly id: string;
  readonly expires_at: string;
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
