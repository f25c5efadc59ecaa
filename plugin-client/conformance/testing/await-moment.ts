const STEP_MS = 2;

/** Waits until a randomly chosen moment has come: here the moment is what the case is about, not a guess about somebody's speed. */
export async function awaitMoment(afterMs: number): Promise<void> {
  const moment = performance.now() + afterMs;
  while (performance.now() < moment) await new Promise((resolve) => setTimeout(resolve, STEP_MS));
}
