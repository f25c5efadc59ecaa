import { z } from "zod";
import { may } from "@/lib/access/roles";
import { scopeFor } from "@/lib/access/system-actor";
import type { Actor } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";
import { read } from "@/lib/platform/scope";
import { wordsParameter } from "@/lib/platform/web/page";
import { RUNBOOKS } from "@/lib/runbooks/catalogue";
import { findAudit } from "./queries/find-audit";
import { findIncidents, findModuleIncidents } from "./queries/find-incidents";
import { findModules, findPlugins, findTenants } from "./queries/find-places";
import { findReleases, findRollouts } from "./queries/find-releases";
import { readWords, type Words } from "./read-words";
import { type Found, SEARCH_KINDS, type SearchAnswer, type SearchKind } from "./types";

/** What is looked for, and among what; without words the first of each kind are told, to choose from. */
export const searchQuery = z.strictObject({
  q: z.string().max(LIMITS.searchCharacters).default(""),
  kinds: wordsParameter(SEARCH_KINDS).optional(),
});
type SearchQuery = z.output<typeof searchQuery>;

function findRunbooks({ text }: Words): readonly Found[] {
  const wanted = text.toLowerCase();
  return RUNBOOKS.filter(({ slug, title }) =>
    [slug, slug.replaceAll("-", " "), title.en, title.fr].some((words) => words.toLowerCase().includes(wanted)),
  )
    .slice(0, LIMITS.searchItemsPerKind)
    .map(({ slug, title }) => ({
      kind: "runbook",
      id: slug,
      title: title.en,
      detail: title.fr,
      tenant_name: null,
      severity: null,
      status: null,
      at: null,
    }));
}

/** Kinds that somebody may find: the log is the auditor's, everything else whoever's may look at incidents. */
function kindsFor(actor: Actor, asked: readonly SearchKind[] = SEARCH_KINDS): ReadonlySet<SearchKind> {
  return new Set(asked.filter((kind) => may(actor, kind === "audit" ? "audit:read" : "incident:read")));
}

/**
 * Finds by name, by the beginning of an id, or by trace, within what the caller may see: a few of each kind, each read bounded by an index
 * or by how many rows it looks at.
 */
export async function searchEverything(actor: Actor, { q, kinds: asked }: SearchQuery): Promise<SearchAnswer> {
  const words = readWords(q);
  const kinds = kindsFor(actor, asked);
  const scope = actor.tenants;
  const found = await read(scope, async (tx) => {
    const tenants = await findTenants(tx, scope, words);
    const tenantIds = words.text === "" ? [] : tenants.map(({ id }) => id);
    return [
      ...(kinds.has("incident") ? await findIncidents(tx, scope, words, tenantIds) : []),
      ...(kinds.has("module_incident") ? await findModuleIncidents(tx, scope, words) : []),
      ...(kinds.has("plugin") ? await findPlugins(tx, scope, words, tenantIds) : []),
      ...(kinds.has("tenant") ? tenants.slice(0, asked ? LIMITS.searchChoices : LIMITS.searchItemsPerKind) : []),
      ...(kinds.has("rollout") ? await findRollouts(tx, words) : []),
      ...(kinds.has("release") ? await findReleases(tx, words) : []),
      ...(kinds.has("audit") ? await findAudit(tx, words) : []),
    ];
  });
  // The platform's modules are everybody's to see; what they do for a tenant is not told here.
  const modules = kinds.has("module") ? await read(scopeFor("scan"), (tx) => findModules(tx, words)) : [];
  const all = [...found, ...modules, ...(kinds.has("runbook") ? findRunbooks(words) : [])];
  return { q: words.text, items: all.toSorted((one, other) => SEARCH_KINDS.indexOf(one.kind) - SEARCH_KINDS.indexOf(other.kind)) };
}
