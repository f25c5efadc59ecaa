import type { ChangeNotice } from "@/lib/platform/web/sse";
import type { RecentChanges } from "./read-changes";

/** What one scope's pages were told so far. */
export interface Told {
  /** Events already passed on, of those that a next look may still find. */
  readonly eventIds: ReadonlySet<string>;
  readonly heardAtMs: number;
  readonly safety: string;
}

/** The instant in a UUID version 7, in milliseconds. */
function millisecondsOf(id: string): number {
  return Number.parseInt(id.replace("-", "").slice(0, 12), 16);
}

function noticeOf({ id, name, payload }: RecentChanges["events"][number]): ChangeNotice {
  const topic = name.split(".")[0] ?? name;
  const subject = payload[`${topic}Id`];
  return { topic, id: typeof subject === "string" ? subject : "", rev: millisecondsOf(id) };
}

/**
 * Notices that a look at the database calls for, given what was told before. The first look tells nothing: whoever just
 * connected has just read.
 *
 * @param beatEveryMs  beats are told of at most this often, in milliseconds: a large fleet never stops beating
 */
export function noticesOf(
  changes: RecentChanges,
  told: Told | null,
  beatEveryMs: number,
): { readonly notices: readonly ChangeNotice[]; readonly told: Told } {
  const eventIds = new Set(changes.events.map(({ id }) => id));
  const { heardAtMs, safety } = changes;
  if (!told) return { notices: [], told: { eventIds, heardAtMs, safety } };
  const notices = changes.events.filter(({ id }) => !told.eventIds.has(id)).map(noticeOf);
  const isBeatDue = heardAtMs - told.heardAtMs >= beatEveryMs;
  if (isBeatDue) notices.push({ topic: "beat", id: "", rev: heardAtMs });
  if (safety !== told.safety) notices.push({ topic: "switch", id: "", rev: Math.max(heardAtMs, told.heardAtMs) });
  return { notices, told: { eventIds, heardAtMs: isBeatDue ? heardAtMs : told.heardAtMs, safety } };
}
