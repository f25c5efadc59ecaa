/**
 * Runs one step at a time, in order: every change of the plugin's home goes through here, so none ever meets another half done.
 * @param {(error: unknown) => void} onError a failed step does not stop the next
 */
export function createSerialQueue(onError) {
  let waiting = 0;
  let tail = Promise.resolve();
  return {
    get isIdle() {
      return waiting === 0;
    },
    /** @param {() => Promise<void> | void} step */
    run(step) {
      waiting += 1;
      tail = tail
        .then(step)
        .catch(onError)
        .finally(() => {
          waiting -= 1;
        });
      return tail;
    },
  };
}

/** @typedef {ReturnType<typeof createSerialQueue>} SerialQueue */
