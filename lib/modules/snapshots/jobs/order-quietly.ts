import type { z } from "zod";
import { systemActor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal } from "@/lib/kernel/refusal";
import { orderModule } from "@/lib/modules/channel/commands/order-module";

/** Who saves, restores and rehearses when nobody in particular does. */
export const SNAPSHOTS = systemActor("snapshots", "operate");

/**
 * Orders something of a module.
 * @returns the order's id; `wait` while another of its kind is under way or something is away; why it will never be given otherwise
 */
export async function orderQuietly(
  input: z.input<(typeof orderModule)["input"]>,
  now: Date,
): Promise<{ readonly commandId: string } | { readonly wait: true } | { readonly why: string }> {
  try {
    return { commandId: (await runCommand(orderModule, { input, actor: SNAPSHOTS, now })).id };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const isPassing = error.kind === "unavailable" || error.details.code === "ERR_ORDER_UNDER_WAY";
    return isPassing ? { wait: true } : { why: error.message };
  }
}

/** An expected "no" leaves things as they are: another worker was faster, or the next round asks again. */
export async function unlessRefused(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}
