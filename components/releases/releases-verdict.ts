import type { ReleaseItem, RepositoryItem } from "./items";

/** What a tired person wants to know first, the worst of it. */
export type ReleasesVerdict =
  | { readonly kind: "none" }
  | { readonly kind: "expired" | "unmet" | "soon"; readonly role: string }
  | { readonly kind: "unsigned"; readonly count: number }
  | { readonly kind: "good"; readonly count: number };

/** Judges the repository before its releases: where a role has lapsed, nothing at all is installed. Pure. */
export function releasesVerdict({ established, roles }: RepositoryItem, releases: readonly ReleaseItem[]): ReleasesVerdict {
  if (!established) return { kind: "none" };
  const expired = roles.find(({ state }) => state === "expired");
  if (expired) return { kind: "expired", role: expired.role };
  const unmet = roles.find(({ is_met: isMet }) => !isMet);
  if (unmet) return { kind: "unmet", role: unmet.role };
  const soon = roles.find(({ state }) => state === "soon");
  if (soon) return { kind: "soon", role: soon.role };
  const unsigned = releases.filter(({ signed, status }) => !signed && status === "published").length;
  return unsigned > 0 ? { kind: "unsigned", count: unsigned } : { kind: "good", count: releases.length };
}
