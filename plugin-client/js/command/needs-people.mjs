import { isMajorStep } from "./compare-versions.mjs";

/** What a merchant may have its agent take under people's own signatures alone. */
export const QUORUM_FOR = /** @type {const} */ (["major", "high_impact", "all"]);

/**
 * Whether a command needs people's signatures over its plan. A major update does, and so does a rollback that brings bytes: going back to
 * what was never kept here could install anything. The rest is what the merchant pinned:
 *
 * - `high_impact`: also what Center calls high, and what the vendor signed as such. Center may call it higher, never lower; where no root is
 *   pinned there is no vendor's word to hold against Center's, and every update counts as high.
 * - `all`: every update.
 *
 * Under both a configuration is refused: no plan's digest covers it, so nobody could sign for it.
 *
 * @param {any} payload of an order that carries a plan
 * @param {any} plan
 * @param {Pick<import("../types.d.mts").VerifyContext, "diskVersion" | "quorumFor" | "hasVendorsWord">} context
 * @returns {"no" | "yes" | "never" | "vendor_says"} vendor_says: signed metadata tell, before a byte is stored
 */
export function needsPeople({ type, to_version: to, artifact = null }, plan, { diskVersion, quorumFor = "major", hasVendorsWord = false }) {
  if (type === "rollback") return artifact === null ? "no" : "yes";
  if (type === "config_update") return quorumFor === "major" ? "no" : "never";
  if (type !== "update") return "no";
  if (isMajorStep(to, String(diskVersion)) || quorumFor === "all") return "yes";
  if (quorumFor === "major") return "no";
  return hasVendorsWord && (plan.impact ?? "normal") === "normal" ? "vendor_says" : "yes";
}

/**
 * Whether a vendor signed a version as one that weighs much: it says so, or it changes what is stored. A word that is not known weighs much.
 * @param {any} custom what signed metadata say of the version
 */
export function isHighImpact(custom) {
  return (custom?.impact ?? "normal") !== "normal" || custom?.schema_effect !== "none";
}
