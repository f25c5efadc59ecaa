export interface HeartbeatOptions {
  /** Base address of Center, e.g. "https://center.example". */
  centerUrl: string;
  pluginId: string;
  /** `whsec_<base64>`, shown once at registration. */
  secret: string;
  /** The version of the running code. */
  version: string;
  /** Measures since the last beat. */
  readTelemetry(): Record<string, number> | Promise<Record<string, number>>;
  /** Pace until Center asks for another; 120. */
  intervalSeconds?: number;
  /** Hears of beats that did not arrive. */
  onError?(error: Error): void;
}
/** Starts sending signed heartbeats: the first at once, then at the pace Center asks for. */
export function startHeartbeat(options: HeartbeatOptions): { urgent(): void; stop(): Promise<void> };
