import { digestOf } from "@/lib/kernel/canonical-json";
import type { AutonomyAction } from "./decide-autonomy";

interface Promotion {
  readonly tenantId: string;
  readonly action: AutonomyAction;
  /** Evidence counts from here on: after a demotion it is another promotion. */
  readonly since: Date;
}

/** What somebody who lets machines act without asking shows a second factor for. */
export function promoteAutonomyDigest({ tenantId, action, since }: Promotion): string {
  return digestOf({ do: "autonomy.promote", tenant: tenantId, action, since: since.toISOString() });
}
