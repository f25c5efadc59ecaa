import { isHighImpact } from "../command/needs-people.mjs";
import { AGENT_LIMITS } from "../limits.mjs";
import { openTrustedFiles } from "./trusted-files.mjs";
import { TufError } from "./tuf-error.mjs";
import { updateMetadata } from "./update-metadata.mjs";

/** Names that a plugin's key cannot have, for they mean TUF's own files. */
const TAKEN = ["root", "targets", "snapshot", "timestamp"];

/**
 * Makes sure, before a byte of an artifact is stored, that its vendor signed exactly this artifact as this version of this plugin, and that
 * nobody called it back; and that people signed for it where the merchant wants that for what weighs much.
 *
 * @param {Pick<import("../types.d.mts").Agent, "config" | "center" | "layout" | "now">} agent with a pinned root
 * @param {import("../types.d.mts").Command} command verified
 * @param {AbortSignal} signal
 * @throws TufError; its message is the reason of the refusal
 */
export async function requireTarget({ config, center, layout, now }, command, signal) {
  const { artifact, to_version: version, plugin_key: pluginKey } = command;
  if (artifact === null || version === null || pluginKey === null || TAKEN.includes(pluginKey)) throw new TufError("not_in_targets");
  const trusted = openTrustedFiles(layout.tuf, config.tuf_root);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(AGENT_LIMITS.tufTotalMs)]);
  const { vendor, recalled } = await updateMetadata({ center, trusted, now: now(), signal: deadline }, pluginKey);
  const path = `${pluginKey}/${version}`;
  const target = vendor !== null && Object.hasOwn(Object(vendor.signed.targets), path) ? vendor.signed.targets[path] : null;
  if (target === null) throw new TufError("not_in_targets");
  const isSame = target.length === artifact.length && target.hashes?.sha256 === artifact.sha256;
  if (!isSame || target.custom?.plugin_key !== pluginKey || target.custom?.version !== version) throw new TufError("wrong_target");
  if (target.custom.recalled === true || recalled.includes(path)) throw new TufError("recalled");
  if (command.refuses_high_impact && isHighImpact(target.custom)) throw new TufError("quorum");
}
