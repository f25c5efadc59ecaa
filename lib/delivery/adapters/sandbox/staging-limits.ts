import { LIMITS } from "@/lib/platform/limits";

/** How much a candidate may use while it is rehearsed. */
export interface StagingLimits {
  /** From start to end, after which its process group is killed. */
  readonly wallMs: number;
  readonly cpuSeconds: number;
  /** JavaScript heap. */
  readonly heapMb: number;
  /** All writable memory of one process, the heap included. */
  readonly memoryMb: number;
  /** Processes and threads. */
  readonly processes: number;
  readonly openFiles: number;
  readonly fileBytes: number;
  /** Standard output and error together. */
  readonly outputBytes: number;
}

export const STAGING_LIMITS: StagingLimits = {
  wallMs: LIMITS.stagingWallMs,
  cpuSeconds: LIMITS.stagingCpuSeconds,
  heapMb: LIMITS.stagingHeapMb,
  memoryMb: LIMITS.stagingMemoryMb,
  processes: LIMITS.stagingProcesses,
  openFiles: LIMITS.stagingOpenFiles,
  fileBytes: LIMITS.stagingFileBytes,
  outputBytes: LIMITS.stagingOutputBytes,
};
