/** What an agent takes under approvers' own signatures alone, as its merchant pinned it (plugin-client/README.md). */
export type QuorumFor = "major" | "high_impact" | "all";

/** How much a release weighs: high also where it changes what is stored. */
export type Impact = "normal" | "high";

/**
 * What an agent says of itself in its beats. Without a pinned root it has nobody's word for how much a version weighs, and holds every one to be heavy.
 */
export function quorumFor(capabilities: readonly string[] | null): QuorumFor {
  const says = (word: string) => capabilities?.includes(word) ?? false;
  if (says("quorum:all")) return "all";
  if (!says("quorum:high_impact")) return "major";
  return says("tuf") ? "high_impact" : "all";
}

/** How much a release weighs by its manifest; agents judge the signed one by the same rule, and a word that is not known weighs much. */
export function impactOf(manifest: Readonly<Record<string, unknown>>): Impact {
  const isNormal = (manifest.impact ?? "normal") === "normal" && manifest.schema_effect === "none";
  return isNormal ? "normal" : "high";
}
