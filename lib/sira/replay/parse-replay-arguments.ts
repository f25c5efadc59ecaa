/** What `npm run sira:replay` was asked for. */
export type ReplayArguments = { readonly incidentId: string } | { readonly days: number };

const REPLAY_USAGE = "usage: npm run sira:replay -- --incident ID | --all [--days N]";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Reads the command line.
 *
 * @param mostDays  how far back decisions are kept for this, and what `--all` means without `--days`
 * @throws RangeError that names what is wrong with it
 */
export function parseReplayArguments(words: readonly string[], mostDays: number): ReplayArguments {
  const [first, second, third, fourth, ...rest] = words;
  if (rest.length > 0) throw new RangeError(REPLAY_USAGE);
  if (first === "--incident" && second !== undefined && third === undefined) {
    if (!UUID.test(second)) throw new RangeError(`${second} is not the id of an incident`);
    return { incidentId: second.toLowerCase() };
  }
  if (first !== "--all") throw new RangeError(REPLAY_USAGE);
  if (second === undefined) return { days: mostDays };
  const days = Number(third);
  if (second !== "--days" || third === undefined || fourth !== undefined) throw new RangeError(REPLAY_USAGE);
  if (!Number.isInteger(days) || days < 1 || days > mostDays) throw new RangeError(`--days is a whole number from 1 to ${mostDays}`);
  return { days };
}
