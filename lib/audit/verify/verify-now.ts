import { environment } from "@/lib/platform/env";
import { copyDirectory } from "../checkpoint/outside-copy";
import { type LogReport, verifyLog } from "./verify-log";

let running: Promise<LogReport> | null = null;

/** Checks the log of this installation; whoever asks while a check runs is given its answer, so that asking often costs no more. */
export function verifyNow(): Promise<LogReport> {
  running ??= verifyLog({ directory: copyDirectory(environment().dataDir) }).finally(() => {
    running = null;
  });
  return running;
}
