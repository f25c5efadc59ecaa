/** A backup cannot be made, read or restored, in words for whoever stands before a dead machine. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupError";
  }
}
