import { underLease } from "@/lib/gateway/lease";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { send } from "@/lib/platform/outbound/send";
import { staleParts } from "../freshness";
import { DEAD_MAN_ROUND, DEAD_MAN_TOLD, readSigns } from "../queries-signs";

const jobOf = (id: string) => ({ kind: "job", tenantId: PLATFORM_TENANT, id }) as const;

/** The web as the world reaches it: what stands before it counts too. */
async function isWebReady(): Promise<boolean> {
  const url = `${environment().publicUrl}/api/ready`;
  return send({ url, method: "GET", reach: "any", timeoutMs: LIMITS.deadManTimeoutMs }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** @returns whether it got there; where to is nobody's business, since whoever knows the address can speak for us */
async function tell(url: string, word: string): Promise<boolean> {
  const answer = await send({ url, body: word, reach: "any", timeoutMs: LIMITS.deadManTimeoutMs }).catch(
    (error: unknown) => error as Error,
  );
  const isTold = "status" in answer && answer.status >= 200 && answer.status < 300;
  if (!isTold)
    log.warn("WARN_RETRY", "The outside could not be told that Center lives", { why: "status" in answer ? answer.status : answer.message });
  return isTold;
}

/**
 * Tells the watcher outside that all of Center works, or what does not; silence tells it that nothing does. Once a minute, by one worker.
 *
 * @returns what was told, or null when nobody watches or another worker does it
 */
export async function pingOutside(owner: string): Promise<{ stale: readonly string[]; is_told: boolean } | null> {
  const url = environment().deadManUrl;
  if (url === null) return null;
  const round = async () => {
    const [web, signs] = await Promise.all([isWebReady(), readSigns()]);
    const stale = staleParts({ isWebReady: web, ...signs });
    const is_told = stale.length === 0 ? await tell(url, "ok") : await tell(`${url}/fail`, `not fresh: ${stale.join(", ")}`);
    // A lease that ends at this moment is all that has to be remembered.
    if (is_told && stale.length === 0) await underLease(jobOf(DEAD_MAN_TOLD), owner, async () => true, { isWoken: true });
    return { stale, is_told };
  };
  return underLease(jobOf(DEAD_MAN_ROUND), owner, round, { restSeconds: LIMITS.deadManSeconds - 5 });
}

/** Tells the watcher that a worker begins; whoever measures sees the time from here to the first sign of life. */
export async function announceOutside(): Promise<void> {
  const url = environment().deadManUrl;
  if (url !== null) await tell(`${url}/start`, "a worker begins");
}
