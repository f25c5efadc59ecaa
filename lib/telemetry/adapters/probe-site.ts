import type { PluginWindow } from "@/lib/detection/types";
import type { Clock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { OutboundError } from "@/lib/platform/outbound/outbound-error";
import { send } from "@/lib/platform/outbound/send";

/** Center's own look at a site whose agent is quiet: any answer below 500 says that somebody is at home. */
export async function probeSite(url: string, clock: Clock): Promise<NonNullable<PluginWindow["probe"]>> {
  try {
    const { status } = await send({ url, method: "GET", reach: environment().outboundAllow });
    return { at: clock.now(), ok: status < 500, detail: `the site answered ${status}` };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { at: clock.now(), ok: false, detail: `${error.reason}: ${error.message}` };
  }
}
