import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { type ModuleListing, readModuleListing, readModulesFingerprint } from "./queries-modules";

/** What the accept path must know of a module service; secrets in the clear live in memory only. */
export interface KnownModule {
  readonly moduleId: string;
  readonly moduleKey: string;
  readonly criticality: "core" | "standard" | "optional";
  readonly secrets: readonly string[];
  /** Tenants for which it may speak, and all tenants there are. */
  readonly tenants: ReadonlySet<string>;
  readonly everybody: ReadonlySet<string>;
}

let listing: ModuleListing | null = null;
let fingerprint = "";
/** When it was last certain that the listing is so, by the steady clock that nobody sets back. */
let sureAtMs = Number.NEGATIVE_INFINITY;
let asking: Promise<void> | null = null;

const reportBroken = (moduleId: string, error: unknown) =>
  log.error("ERR_INTERNAL", "A module service's secrets do not open; it is not believed", { module_id: moduleId, error });

async function ask(): Promise<void> {
  const startedMs = performance.now();
  const found = await readModulesFingerprint();
  if (listing === null || found !== fingerprint) {
    listing = await readModuleListing(systemClock.now(), reportBroken);
    // What changed while it was read is read again next time, since the older fingerprint was kept.
    fingerprint = found;
  }
  sureAtMs = startedMs;
}

/** One question at a time, whoever asks. */
function refresh(): Promise<void> {
  asking ??= ask().finally(() => {
    asking = null;
  });
  return asking;
}

/**
 * The listing, certain as of LIMITS.powerCacheMs ago at most: a revocation, a rotated secret or a tenant taken away is seen everywhere
 * within that, and while the database does not answer nobody is believed for longer.
 */
async function current(): Promise<ModuleListing> {
  const ageMs = performance.now() - sureAtMs;
  if (listing === null || ageMs >= LIMITS.powerCacheMs) await refresh();
  else if (ageMs >= LIMITS.pluginChangesMs) {
    refresh().catch((error: unknown) => log.warn("ERR_DATABASE", "Changes of module services could not be read", { error }));
  }
  if (listing === null) throw new Error("no listing was read");
  return listing;
}

/** Ids and digests that were nobody's, by when that was certain; whoever is not the last so many to ask is asked about again. */
const absent = new Map<string, number>();

function noteAbsent(name: string, atMs: number): void {
  absent.delete(name);
  absent.set(name, atMs);
  const [oldest] = absent.keys();
  if (absent.size > LIMITS.absentSendersKept && oldest !== undefined) absent.delete(oldest);
}

/**
 * What is not listed may have come since: one more question, at most one at a time however many ask, before it is said to be nobody. Ids
 * and tokens are random and made here, so nobody asks for one before it is: who was nobody a moment ago is nobody still.
 */
async function sought<Value>(name: string, find: (from: ModuleListing) => Value | undefined): Promise<Value | undefined> {
  const found = find(await current());
  if (found !== undefined) return found;
  if (performance.now() - (absent.get(name) ?? Number.NEGATIVE_INFINITY) < LIMITS.absentSendersMs) return undefined;
  // One that is under way may have begun too early.
  if (asking) await asking;
  const askedMs = performance.now();
  await refresh();
  const late = find(await current());
  if (late === undefined) noteAbsent(name, askedMs);
  return late;
}

/** @returns null when there is no active service of that id */
export async function findModule(moduleId: string, now: Date): Promise<KnownModule | null> {
  const known = await sought(moduleId, ({ services }) => services.get(moduleId));
  if (!known) return null;
  const good = known.secrets.filter(({ validUntil }) => validUntil === null || validUntil > now);
  return { ...known, secrets: good.map(({ secret }) => secret) };
}

/** @param digest  of an ingest token, in hex; @returns null when no active service has it */
export async function findModuleByToken(digest: string, now: Date): Promise<KnownModule | null> {
  const token = await sought(digest, ({ tokens }) => tokens.get(digest));
  if (!token || (token.expiresAt !== null && token.expiresAt <= now)) return null;
  return findModule(token.moduleId, now);
}
