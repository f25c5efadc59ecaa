/**
 * Waits for some work, but not longer than a sender would: the work itself goes on and its outcome is no longer anybody's.
 *
 * @param late  what to answer, or to throw, when the time is over
 */
export function within<T>(timeoutMs: number, work: Promise<T>, late: () => T): Promise<T> {
  // One promise and no race: every beat passes here twice.
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, timeoutMs);
    work.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
