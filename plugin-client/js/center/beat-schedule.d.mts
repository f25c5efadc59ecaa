export interface BeatScheduleParts {
  send(): Promise<{ nextMs: number | null; notBeforeMs: number | null }>;
  intervalMs: number;
  /** Monotonic, ms. */
  now(): number;
  /** 0..1 */
  random(): number;
  onError(error: unknown): void;
}
/** Decides when beats go out. */
export class BeatSchedule {
  constructor(parts: BeatScheduleParts);
  start(): void;
  urgent(): void;
  close(): void;
}
