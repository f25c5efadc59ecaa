"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { ClockStore } from "./clock-store";
import { type LiveSnapshot, LiveStore } from "./live-store";

interface Live {
  readonly store: LiveStore;
  readonly clock: ClockStore;
  readonly firstMs: number;
}

const LiveContext = createContext<Live | null>(null);

function makeClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 5_000, refetchOnReconnect: "always" } } });
}

/**
 * Keeps all pages below it in touch with the server.
 *
 * @param serverNow  the server's time when it rendered the page, RFC 3339
 */
export function LiveProvider({ serverNow, children }: { serverNow: string; children: ReactNode }) {
  const [client] = useState(makeClient);
  const [live] = useState<Live>(() => {
    const firstMs = Date.parse(serverNow);
    const store = new LiveStore(client, firstMs);
    return { store, clock: new ClockStore(store.now, firstMs), firstMs };
  });
  useEffect(() => live.store.start(live.firstMs), [live]);
  return (
    <LiveContext value={live}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </LiveContext>
  );
}

function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new RangeError("A live part stands outside of LiveProvider");
  return live;
}

export function useLiveStore(): LiveStore {
  return useLive().store;
}

/** What the freshness chip shows; it changes every second. */
export function useFreshness(): LiveSnapshot {
  const { store } = useLive();
  return useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
}

/** One property of it, for parts that need not follow every second. */
export function useLiveState<Key extends keyof LiveSnapshot>(key: Key): LiveSnapshot[Key] {
  const { store } = useLive();
  const pick = () => store.snapshot()[key];
  return useSyncExternalStore(store.subscribe, pick, pick);
}

/** Words that depend on the time: re-renders only when they change. During hydration the server's own time speaks. */
export function useTimeText<Text extends string>(write: (nowMs: number) => Text): Text {
  const { clock, firstMs } = useLive();
  return useSyncExternalStore(
    clock.subscribe,
    () => write(clock.nowMs()),
    () => write(firstMs),
  );
}
