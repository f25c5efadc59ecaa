import { and, eq, gt, isNull } from "drizzle-orm";
import { accessLinks, people } from "@/db/schema/people";
import { read } from "@/lib/platform/scope";
import { linkIdOf } from "./link-token";

/** What whoever holds a link may know of it before it is used; null for one that does not work (any more). */
export async function showLink(token: string, now: Date) {
  const linkId = linkIdOf(token);
  if (!linkId) return null;
  const stillWorks = and(eq(accessLinks.id, linkId), isNull(accessLinks.settledAt), gt(accessLinks.expiresAt, now));
  const [link] = await read({ kind: "set", ids: [] }, (tx) =>
    tx
      .select({ kind: accessLinks.kind, expiresAt: accessLinks.expiresAt, email: people.email, isDisabled: people.isDisabled })
      .from(accessLinks)
      .leftJoin(people, eq(people.id, accessLinks.personId))
      .where(stillWorks),
  );
  if (!link || link.isDisabled) return null;
  return { kind: link.kind, email: link.email, expires_at: link.expiresAt.toISOString() };
}
