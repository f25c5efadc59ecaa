import { packVersion } from "../../examples/shop/pack.mjs";

/** What each version of demo-pay claims: only the good one claims anything, so that nobody but a person's order ships the others. */
const CLAIMS = {
  "1.2.2": [],
  "1.2.3": ["webhook_fail_rate", "identical_errors", "errors_jump"],
  "1.2.4": [],
  "1.2.5": [],
};

/**
 * As short as policy allows: three reports at 15 s fit in. Caps and confidence must not stop the work, since shops come and go all the time.
 */
const POLICY = {
  health_check_seconds: 45,
  confidence_threshold: 0,
  storm_share: 1,
  attempts_per_incident: 10,
  attempts_per_plugin_per_day: 50,
};

/**
 * Registers two tenants (one that Center heals by itself, one where people order), the releases, and the policy.
 *
 * @param {import("./ops-client.mjs").OpsClient} ops
 * @returns {Promise<{ healed: string, ordered: string }>} ids of the tenants
 */
export async function setTheStage(ops) {
  const { id: healed } = await ops.post("/api/ops/tenants", { slug: "healed", name: "Healed by itself" });
  const { id: ordered } = await ops.post("/api/ops/tenants", { slug: "ordered", name: "Ordered by people" });
  for (const [version, fixes] of Object.entries(CLAIMS)) {
    const { bytes, manifest } = packVersion(version);
    const { id } = await ops.post("/api/ops/releases", { ...manifest, channel: "stable", fixes });
    await ops.put(`/api/ops/releases/${id}/artifact`, new Uint8Array(bytes));
  }
  await ops.put("/api/ops/policy", { ...POLICY, whitelist: [healed], reason: "An exercise: work must never run out" });
  return { healed, ordered };
}
