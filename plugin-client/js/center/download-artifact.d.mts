import type { IncomingMessage } from "node:http";
import type { Artifact } from "../types.d.mts";

export class DownloadError extends Error {
  isFinal: boolean;
}
/** Downloads an artifact to a file that never holds a byte more than was signed. */
export function downloadArtifact(options: {
  center: { open(path: string, signal: AbortSignal): Promise<IncomingMessage> };
  artifact: Artifact;
  path: string;
  signal: AbortSignal;
  kill(label: string): void;
}): Promise<void>;
