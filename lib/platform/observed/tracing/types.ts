/** Attributes of a span: few, and never anything that only its tenant may know. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** What records spans, once it is loaded. */
export interface SpanExport {
  record<Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>): Promise<Result>;
  /** Sends what waits, within a few seconds. */
  flush(): Promise<void>;
}
