import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { LookUps } from "./gather-look-ups";
import { type ListedPlugin, readListed, readRegistrationChanges } from "./queries-directory";

/** What the accept path must know of a plugin; secrets in the clear live in memory only. */
export interface KnownPlugin {
  readonly tenantId: string;
  readonly pluginId: string;
  readonly pluginKey: string;
  readonly secrets: readonly string[];
  /** Secrets that counted not long ago, by which nobody gets in: whoever still uses one is told so where the plugin is looked after. */
  readonly endedSecrets: readonly string[];
  /** The client certificate that it must show; null where it needs none. */
  readonly clientSpki: string | null;
}

interface Entry {
  readonly plugin: ListedPlugin;
  /** By the process' own steady clock, which nobody sets back. */
  readonly readAtMs: number;
}

const entries = new Map<string, Entry>();
/** Ids that were not there a moment ago, and until when that is believed. Apart, so that made-up ids push out no known one. */
const absentUntilMs = new Map<string, number>();
let shutTenants: ReadonlySet<string> = new Set();

/** When the last question for changes was put that was answered: by the steady clock, and by the one that changes are stamped with. */
let askedAtMs = Number.NEGATIVE_INFINITY;
let askedAt = systemClock.now();
let asking: Promise<void> | null = null;

const lookUps = new LookUps((ids) => readListed(ids, systemClock.now()), {
  atOnce: LIMITS.pluginsLookedUpAtOnce,
  waiting: LIMITS.pluginLookUpsWaiting,
});

/** A Map keeps insertion order: set anew, an entry moves to the young end, and the oldest makes room. */
function keep<Value>(map: Map<string, Value>, id: string, value: Value, most: number): void {
  map.delete(id);
  map.set(id, value);
  // Only then: looking for the oldest steps over every place that was left since the map was last put in order.
  if (map.size <= most) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

async function askForChanges(): Promise<void> {
  const [startedMs, startedAt] = [performance.now(), systemClock.now()];
  // Changes are stamped before they are committed, and by other machines' clocks.
  const { changed, shutTenants: shut } = await readRegistrationChanges(new Date(askedAt.getTime() - LIMITS.pluginChangesOverlapMs));
  if (changed.length >= LIMITS.pluginChangesAtOnce) entries.clear();
  for (const { pluginId, updatedAt, status } of changed) {
    const entry = entries.get(pluginId);
    if (entry && (status !== "active" || entry.plugin.updatedAt.getTime() !== updatedAt.getTime())) entries.delete(pluginId);
  }
  shutTenants = new Set(shut.map(({ id }) => id));
  [askedAtMs, askedAt] = [startedMs, startedAt];
}

/** One question at a time, whoever asks. */
function changes(): Promise<void> {
  asking ??= askForChanges().finally(() => {
    asking = null;
  });
  return asking;
}

/** How long ago it was certain that what is kept of a plugin is still so; for ever where it is to be read anew. */
function ageMsOf({ readAtMs }: Entry): number {
  const nowMs = performance.now();
  return nowMs - readAtMs > LIMITS.pluginCacheMs ? Number.POSITIVE_INFINITY : nowMs - Math.max(readAtMs, askedAtMs);
}

/** What is kept of a plugin, where it is certain that it was still so LIMITS.powerCacheMs ago: found without waiting, as nearly every beat is. */
function sureOf(pluginId: string): ListedPlugin | null {
  const entry = entries.get(pluginId);
  if (!entry || shutTenants.has(entry.plugin.tenantId)) return null;
  const ageMs = ageMsOf(entry);
  if (ageMs >= LIMITS.powerCacheMs) return null;
  if (ageMs >= LIMITS.pluginChangesMs) {
    changes().catch((error: unknown) => log.warn("ERR_DATABASE", "Changes of registrations could not be read", { error }));
  }
  keep(entries, pluginId, entry, LIMITS.pluginCacheEntries);
  return entry.plugin;
}

/** The same, asking for changes first where the last answer is too old. While that is awaited, an entry may be dropped or read anew. */
async function sureAfterAsking(pluginId: string): Promise<ListedPlugin | null> {
  const entry = entries.get(pluginId);
  const ageMs = entry ? ageMsOf(entry) : Number.POSITIVE_INFINITY;
  if (ageMs < LIMITS.powerCacheMs || ageMs === Number.POSITIVE_INFINITY) return null;
  await changes();
  return sureOf(pluginId);
}

async function lookUp(pluginId: string): Promise<ListedPlugin | null> {
  const readAtMs = performance.now();
  if ((absentUntilMs.get(pluginId) ?? 0) > readAtMs) return null;
  const plugin = await lookUps.find(pluginId);
  if (plugin) keep(entries, pluginId, { plugin, readAtMs }, LIMITS.pluginCacheEntries);
  else keep(absentUntilMs, pluginId, readAtMs + LIMITS.powerCacheMs, LIMITS.unknownPluginEntries);
  return plugin;
}

/**
 * Looks a plugin up by its id across tenants, for signing in. What is known is kept, and every process asks once a second, while
 * somebody calls, which registrations changed: a revocation or a rotation is seen everywhere within LIMITS.powerCacheMs, and while the
 * database does not answer nobody is believed for longer than that.
 *
 * @returns null when there is no active plugin of that id
 * @throws Refusal unavailable while too many unknown ids wait
 */
export async function findPlugin(pluginId: string, now: Date): Promise<KnownPlugin | null> {
  const plugin = sureOf(pluginId) ?? (await sureAfterAsking(pluginId)) ?? (await lookUp(pluginId));
  if (!plugin) return null;
  const { tenantId, pluginKey, clientSpki } = plugin;
  const isGood = ({ validUntil }: ListedPlugin["secrets"][number]) => validUntil === null || validUntil > now;
  const secrets = plugin.secrets.filter(isGood).map(({ secret }) => secret);
  const endedSecrets = plugin.secrets.filter((one) => !isGood(one)).map(({ secret }) => secret);
  return { tenantId, pluginId, pluginKey, clientSpki, secrets, endedSecrets };
}
