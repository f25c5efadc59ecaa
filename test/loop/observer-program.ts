/** A worker that looks at plugins, as a process of its own which a test can lose by `kill -9`. */
import { observePlugin } from "@/lib/incidents/jobs/observe-plugin";

/** Plugins to look at, one after the other, and the instant at which it is done. */
export interface Look {
  readonly places: readonly { readonly tenantId: string; readonly pluginId: string }[];
  readonly nowMs: number;
}

process.on("message", async ({ places, nowMs }: Look) => {
  for (const { tenantId, pluginId } of places) await observePlugin(tenantId, pluginId, new Date(nowMs), false);
  process.send?.({ done: true });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ ready: true });
