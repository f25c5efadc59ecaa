/** Signed metadata that is not to be believed, or does not allow what was ordered. Its message is the reason that Center is told. */
export class TufError extends Error {
  /** @param {string} reason e.g. "tuf_expired:timestamp", "not_in_targets" */
  constructor(reason) {
    super(reason);
    this.name = "TufError";
  }
}
