/**
 * Waits for some work, but not longer than a sender would: the work itself goes on and its outcome is no longer anybody's.
 *
 * @param late  what to answer, or to throw, when the time is over
 */
export async function within<T>(timeoutMs: number, work: Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<"over">((resolve) => {
    timer = setTimeout(() => resolve("over"), timeoutMs);
  });
  try {
    const first = await Promise.race([work.then((value) => ({ value })), over]);
    return first === "over" ? late() : first.value;
  } finally {
    clearTimeout(timer);
  }
}
