/**
 * A SIRA of your own, as small as it can be: one rule. It proposes the newest offered release that claims to fix the incident,
 * as sure as its record elsewhere allows, and otherwise tells people. Put your model in its place.
 *
 * @param {Question} question
 * @returns {Decision}
 *
 * @typedef {{ version: string, fixes: string[], succeeded: number, failed: number, failed_here: boolean }} Release
 * @typedef {{ incident: { type: string, running_version: string }, context: { releases: Release[] }, seed: number }} Question
 * @typedef {{ action: string, patch_version?: string, confidence: number, propensity: number, evidence_for: Evidence[], evidence_against: Evidence[], model_version: string }} Decision
 * @typedef {{ fact: string, weight: number }} Evidence
 */
export function answer({ incident, context }) {
  const common = { propensity: 1, evidence_against: [], model_version: "example-1" };
  const release = context.releases
    .filter(
      ({ version, fixes, failed_here }) => !failed_here && fixes.includes(incident.type) && isNewer(version, incident.running_version),
    )
    .sort((a, b) => (isNewer(a.version, b.version) ? -1 : 1))[0];
  if (!release) {
    return { ...common, action: "notify", confidence: 0.6, evidence_for: [{ fact: "no release claims to fix this", weight: 0.4 }] };
  }
  // Rule of succession, begun at 8 good of 9: a first failure takes it below 0.8.
  const confidence = (release.succeeded + 8) / (release.succeeded + release.failed + 9);
  const fact = `${release.version} claims to fix ${incident.type}; elsewhere ${release.succeeded} good, ${release.failed} bad`;
  return {
    ...common,
    action: "patch",
    patch_version: release.version,
    confidence,
    evidence_for: [{ fact, weight: Math.log(confidence / (1 - confidence)) }],
  };
}

/** @param {string} a @param {string} b */
function isNewer(a, b) {
  const [left, right] = [a, b].map((version) => version.split(/[-+]/)[0].split(".").map(Number));
  const place = left.findIndex((number, index) => number !== right[index]);
  return place >= 0 && left[place] > right[place];
}
