import type { TenantScope } from "@/lib/access/types";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { EVENT_STREAM_HEADERS, formatNotice, formatRetry, STREAM_KEEPALIVE } from "@/lib/platform/web/sse";
import { watchChanges } from "./change-feed";

let openStreams = 0;
const perActor = new Map<string, number>();

/** Counts one more stream of somebody's, or one fewer; whoever has none left is forgotten. */
function count(actorId: string, change: 1 | -1): void {
  openStreams += change;
  const held = (perActor.get(actorId) ?? 0) + change;
  if (held > 0) perActor.set(actorId, held);
  else perActor.delete(actorId);
}

interface StreamOptions {
  /** Who reads it. */
  readonly actorId: string;
  readonly scope: TenantScope;
  /** Whether whoever opened the stream still may see what it tells of. Asked every LIMITS.livePowerMs; a failure counts as no. */
  readonly mayContinue: () => Promise<boolean>;
  /** Aborts when the browser is gone. */
  readonly signal: AbortSignal;
}

const clockNotice = () => formatNotice({ topic: "clock", id: "", rev: systemClock.now().getTime() });

/**
 * A stream of change notices within a scope: kind, id and revision, never content. A reader that does not keep up is let
 * go; it opens the stream again and reads anew.
 *
 * @throws Refusal too-many, when this process holds LIMITS.liveStreams already, or LIMITS.liveStreamsPerActor of this reader
 */
export function openStream({ actorId, scope, mayContinue, signal }: StreamOptions): Response {
  if (openStreams >= LIMITS.liveStreams) refuse("too-many", "Too many open event streams");
  if ((perActor.get(actorId) ?? 0) >= LIMITS.liveStreamsPerActor) refuse("too-many", "You have too many event streams open");
  const encoder = new TextEncoder();
  let end: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        count(actorId, 1);
        const send = (text: string) => {
          if ((controller.desiredSize ?? 0) <= 0) end();
          else controller.enqueue(encoder.encode(text));
        };
        const unwatch = watchChanges(scope, (notice) => send(formatNotice(notice)));
        const alive = setInterval(() => send(`${STREAM_KEEPALIVE}${clockNotice()}`), LIMITS.liveAliveMs);
        const power = setInterval(() => {
          mayContinue()
            .catch((error: unknown) => {
              log.debug("ERR_UNAUTHENTICATED", "An event stream lost its session", { error });
              return false;
            })
            .then((isAllowed) => {
              if (!isAllowed) end();
            })
            .catch((error: unknown) => log.error("ERR_INTERNAL", "An event stream could not be closed", { error }));
        }, LIMITS.livePowerMs);
        end = () => {
          end = () => undefined;
          count(actorId, -1);
          clearInterval(alive);
          clearInterval(power);
          unwatch();
          controller.close();
        };
        signal.addEventListener("abort", () => end());
        // Gone before it began: that event was in the past.
        if (signal.aborted) end();
        else send(`${formatRetry(LIMITS.liveRetryMs)}${clockNotice()}`);
      },
      cancel: () => end(),
    },
    { highWaterMark: LIMITS.liveBacklog },
  );
  return new Response(body, { headers: EVENT_STREAM_HEADERS });
}
