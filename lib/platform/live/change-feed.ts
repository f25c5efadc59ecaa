import type { TenantScope } from "@/lib/access/types";
import { keepDoing, type Loop } from "@/lib/platform/background/keep-doing";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { scopeSettings } from "@/lib/platform/scope";
import type { ChangeNotice } from "@/lib/platform/web/sse";
import { noticesOf, type Told } from "./notices-of";
import { readChanges } from "./read-changes";

type Listener = (notice: ChangeNotice) => void;

interface Watch {
  readonly listeners: Set<Listener>;
  readonly loop: Loop;
}

// Bundlers may load this file more than once in a process; all copies must share the watches.
const SHARED = Symbol.for("reliability-center.change-feed");
const shared = globalThis as { [SHARED]?: Map<string, Watch> };
shared[SHARED] ??= new Map();
const watches = shared[SHARED];

/** Scopes that see the same rows share one look a second. */
export function scopeKey(scope: TenantScope): string {
  const { tenants, all } = scopeSettings(scope.kind === "all" ? scope : { kind: "set", ids: scope.ids.toSorted() });
  return `${all}|${tenants}`;
}

function beginWatch(scope: TenantScope): Watch {
  const listeners = new Set<Listener>();
  let told: Told | null = null;
  const loop = keepDoing("the change feed", LIMITS.livePollMs, async () => {
    const look = noticesOf(await readChanges(scope, systemClock.now()), told, LIMITS.liveBeatMs);
    told = look.told;
    for (const notice of look.notices) for (const listener of [...listeners]) listener(notice);
  });
  return { listeners, loop };
}

/**
 * Tells of every change within a scope, until the returned function is called. Row security decides what a scope sees, as
 * for any other read.
 */
export function watchChanges(scope: TenantScope, listener: Listener): () => void {
  const key = scopeKey(scope);
  const watch = watches.get(key) ?? beginWatch(scope);
  watches.set(key, watch);
  watch.listeners.add(listener);
  return () => {
    watch.listeners.delete(listener);
    if (watch.listeners.size > 0 || watches.get(key) !== watch) return;
    watches.delete(key);
    void watch.loop.stop();
  };
}
