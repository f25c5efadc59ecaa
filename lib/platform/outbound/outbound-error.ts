export type OutboundReason = "url" | "scheme" | "port" | "address" | "dns" | "timeout" | "answer-too-large" | "network";

/** An outgoing call that was not made, or brought no usable answer. `mayRetry` is false where another try cannot help. */
export class OutboundError extends Error {
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "OutboundError";
    this.reason = reason;
  }

  get mayRetry(): boolean {
    return this.reason !== "url" && this.reason !== "scheme" && this.reason !== "port";
  }
}
