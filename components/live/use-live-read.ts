"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { fetchJson, ProblemError } from "./fetch-json";
import { useLiveState, useLiveStore } from "./live-provider";
import type { ReadName } from "./topics";

const POLL_MS = 10_000;

interface LiveReadOptions {
  /** Read again this often even while notices flow, for what changes without one; milliseconds. */
  readonly everyMs?: number;
}

export interface LiveRead<Data> {
  readonly data: Data;
  /** The last read failed; `data` is what the one before answered. */
  readonly error: Error | null;
  readonly isFetching: boolean;
  retry(): void;
}

/** A session that ended cannot be repaired by reading again: the sign-in page leads back to where the person was. */
function leaveWhenSignedOut(error: unknown): void {
  if (!(error instanceof ProblemError) || error.status !== 401) return;
  const here = `${window.location.pathname}${window.location.search}`;
  window.location.assign(`/signin?${new URLSearchParams({ next: here, ended: "1" })}`);
}

/**
 * Keeps a read current: begun with what the server rendered, read again when a notice makes it doubtful, polled while
 * there is no stream.
 *
 * @param initial    what the server rendered; a newer rendering replaces what is kept
 * @param initialAt  the server's time of that rendering, RFC 3339
 */
export function useLiveRead<Data>(
  name: ReadName,
  url: string,
  initial: Data,
  initialAt: string,
  { everyMs }: LiveReadOptions = {},
): LiveRead<Data> {
  const store = useLiveStore();
  const isStreamOpen = useLiveState("isStreamOpen");
  const isPaused = useLiveState("isPaused");
  const query = useQuery({
    queryKey: [name, url],
    queryFn: async ({ signal }): Promise<Data> => {
      try {
        const data = await fetchJson<Data>(url, { signal });
        store.readSucceeded(url);
        return data;
      } catch (error) {
        if (!signal.aborted) store.readFailed(url);
        leaveWhenSignedOut(error);
        throw error;
      }
    },
    initialData: initial,
    initialDataUpdatedAt: Date.parse(initialAt),
    enabled: !isPaused,
    refetchInterval: isStreamOpen ? (everyMs ?? false) : Math.max(POLL_MS, everyMs ?? 0),
    refetchIntervalInBackground: false,
  });
  const client = useQueryClient();
  useEffect(() => {
    const renderedAt = Date.parse(initialAt);
    const known = client.getQueryState([name, url])?.dataUpdatedAt ?? 0;
    if (renderedAt > known) client.setQueryData([name, url], initial, { updatedAt: renderedAt });
  }, [client, name, url, initial, initialAt]);
  useEffect(() => () => store.forget(url), [store, url]);
  return { data: query.data ?? initial, error: query.error, isFetching: query.isFetching, retry: () => void query.refetch() };
}
