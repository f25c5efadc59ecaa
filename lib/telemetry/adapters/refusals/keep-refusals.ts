import { clipText } from "@/lib/kernel/clip-text";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { currentTrace } from "@/lib/platform/trace";
import { problemOf } from "@/lib/platform/web/problem";
import type { AgentRoute } from "../../watched/refusals/reasons";
import { RefusalNotes } from "../../watched/refusals/refusal-notes";
import { whyRefused } from "../../watched/refusals/why-refused";
import { storeRefusals } from "./store-refusals";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NO_TRACE = "0".repeat(32);
/** A secret that somebody put where it does not belong goes no further. */
const SECRET = /whsec_[A-Za-z0-9+/=]*/g;

const notes = new RefusalNotes({
  proven: LIMITS.refusalsWaiting,
  unproven: LIMITS.unprovenRefusalsWaiting,
  perPlugin: LIMITS.refusalKindsAtOnce,
});
let timer: NodeJS.Timeout | null = null;
let storing: Promise<void> = Promise.resolve();

async function store(): Promise<void> {
  try {
    await storeRefusals(notes.take(), new Date());
  } catch (error) {
    log.warn("ERR_DATABASE", "Refusals of agents could not be written down", { error });
  }
}

/** Writes down what was noted so far; resolves when it is stored. */
export function storeNotedRefusals(): Promise<void> {
  storing = storing.then(store);
  return storing;
}

/** A while after the first note all of them are written at once; while Center is pressed it has better things to write. */
function storeLater(): void {
  if (timer) return;
  timer = setTimeout(() => {
    timer = null;
    if (pressureGauge.pressure() >= 1) storeLater();
    else void storeNotedRefusals();
  }, LIMITS.refusalStoreMs).unref();
}

/** Whose message it is, and where it came in. */
export interface Sender {
  readonly pluginId: string | null;
  readonly webhookTimestamp: string | null;
  readonly route: AgentRoute;
}

/** Where a request to an agents' route says that it comes from. */
export function senderOf(headers: Headers, route: AgentRoute): Sender {
  return { pluginId: headers.get("plugin-id"), webhookTimestamp: headers.get("webhook-timestamp"), route };
}

function skewOf(timestamp: string | null, at: Date): number | null {
  return timestamp !== null && /^\d{1,12}$/.test(timestamp) ? Math.round(Number(timestamp) - at.getTime() / 1_000) : null;
}

function note({ pluginId, webhookTimestamp, route }: Sender, refusal: Refusal, status?: number): void {
  const why = refusal.details.why === "unknown" ? "unknown" : whyRefused(refusal, route);
  if (why === null || pluginId === null || !UUID.test(pluginId)) return;
  const at = new Date();
  const problem = problemOf(refusal);
  const errors = (problem.errors ?? []).slice(0, LIMITS.refusalErrors).map(({ path, message }) => ({
    path: clipText(path.replace(SECRET, "whsec_…"), 200),
    message: clipText(message.replace(SECRET, "whsec_…"), 300),
  }));
  const skewSeconds = why === "stale" ? skewOf(webhookTimestamp, at) : null;
  const traceId = currentTrace()?.traceId ?? NO_TRACE;
  notes.add({ pluginId, route, why, status: status ?? problem.status, code: problem.code, errors, skewSeconds, traceId, at });
  storeLater();
}

/** Notes that a message was taken for one that came before: answered 200, and without effect. */
export function noteRepeat(sender: Sender): void {
  note(sender, new Refusal("conflict", "The message was known already", { code: "INFO_DUPLICATE", why: "repeated" }), 200);
}

/**
 * Does what an agent asked for. Where it is refused, that is noted for whoever looks after the plugin, in more words than the answer has;
 * noting touches nothing but memory, and happens only after a refusal.
 *
 * @throws whatever `work` throws
 */
export async function keepRefusals<Answer>(sender: Sender, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) note(sender, error);
    throw error;
  }
}
