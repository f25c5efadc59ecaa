import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { moduleCauseOf } from "./causes";
import type { Evidence, KnownIncident, SourceAnswer, Spoken } from "./types";

const keyOf = (moduleKey: string, cause: string) => `${moduleKey} ${cause}`;

/** Everything that was said, with who said it. */
function spokenBy(answers: readonly SourceAnswer[]): Spoken[] {
  return answers.flatMap(({ name, told }) => {
    return (told?.findings ?? []).map((finding) => ({ ...finding, source: name, evidence: [...finding.evidence] }));
  });
}

/**
 * Tells each story once: where a module's trouble is said of all tenants, or is told as one of all already, what is said of single
 * tenants goes with it.
 */
export function placeFindings(answers: readonly SourceAnswer[], live: readonly KnownIncident[]): Spoken[] {
  const spoken = spokenBy(answers);
  const ofAll = new Set([
    ...spoken.filter(({ tenantId }) => tenantId === PLATFORM_TENANT).map(({ moduleKey, type }) => keyOf(moduleKey, moduleCauseOf(type))),
    ...live.filter(({ tenantId }) => tenantId === PLATFORM_TENANT).map(({ moduleKey, cause }) => keyOf(moduleKey, cause)),
  ]);
  return spoken.map((finding) => {
    const isOfAll = finding.tenantId === PLATFORM_TENANT || !ofAll.has(keyOf(finding.moduleKey, moduleCauseOf(finding.type)));
    if (isOfAll) return finding;
    return { ...finding, tenantId: PLATFORM_TENANT, evidence: [...finding.evidence, { label: "tenant", value: finding.tenantId }] };
  });
}

/** What is known of an incident of which nobody speaks: good only where the rule that names it says so now, and nobody who spoke of it failed. */
export function evidenceOf({ tenantId, moduleKey, rules }: KnownIncident, answers: readonly SourceAnswer[]): Evidence {
  const states = rules.map((name) => {
    const [source = "", ...rest] = name.split("/");
    const told = answers.find((answer) => answer.name === source)?.told ?? null;
    if (told === null) return "failed";
    return told.isUnknown({ tenantId, moduleKey, ruleId: rest.join("/") }) ? "unknown" : "good";
  });
  return states[0] === "good" && !states.includes("failed") ? "good" : "unknown";
}
