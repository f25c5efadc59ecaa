/** Steps of one module that are due. */
export interface Due {
  readonly moduleId: string;
  readonly runningVersion: string | null;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * What is taken at once of what is due: the first modules, each with as many whole steps as there is room for. One step of the first module is
 * always taken, or nothing ever would be.
 *
 * @param countOf  how many rows a step of a module has
 * @param most     how many rows are taken at once
 * @returns the first of the modules, some of them with fewer steps
 */
export function sliceDue(due: readonly Due[], countOf: (moduleId: string, atMs: number) => number, stepMs: number, most: number): Due[] {
  const slice: Due[] = [];
  let room = most;
  for (const one of due) {
    let untilMs = one.fromMs;
    while (untilMs < one.untilMs) {
      const count = countOf(one.moduleId, untilMs);
      if (count > room && (slice.length > 0 || untilMs > one.fromMs)) break;
      room -= count;
      untilMs += stepMs;
    }
    if (untilMs === one.fromMs) break;
    slice.push({ ...one, untilMs });
  }
  return slice;
}
