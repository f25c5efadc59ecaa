import { environment } from "../env";
import type { KillLabel } from "./kill-labels";

/**
 * Ends this process without a last word when this is the label that CHAOS_KILL_AT names. The environment refuses that name unless CHAOS=1 stands
 * beside it, so that nobody's production dies of a variable that was left over.
 */
export function killPoint(label: KillLabel): void {
  if (environment().killAt === label) process.kill(process.pid, "SIGKILL");
}
