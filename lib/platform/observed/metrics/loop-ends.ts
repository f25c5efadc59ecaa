/** When each loop of this process last ended a round without a fault, by its name. */
const ends = new Map<string, Date>();

/** Notes that a round has ended well. */
export function noteRound(name: string, at: Date): void {
  ends.set(name, at);
}

/** What was noted. */
export function roundEnds(): ReadonlyMap<string, Date> {
  return ends;
}
