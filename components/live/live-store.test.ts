import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveStore } from "./live-store";
import type { StreamEvents } from "./stream";

const streams: { events: StreamEvents; close: ReturnType<typeof vi.fn> }[] = [];
vi.mock("./stream", () => ({
  openStream: (_url: string, events: StreamEvents) => {
    const close = vi.fn();
    streams.push({ events, close });
    return close;
  },
}));

const START_MS = Date.parse("2026-11-21T10:00:00.000Z");
let stop: () => void;
let store: LiveStore;

beforeEach(() => {
  vi.useFakeTimers({ now: START_MS });
  streams.length = 0;
  store = new LiveStore(new QueryClient(), START_MS);
  stop = store.start(START_MS);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

const speak = () => streams.at(-1)?.events.onNotice({ topic: "clock", id: "", rev: Date.now() });

test("a stream that speaks is kept, and the page is live", () => {
  streams[0]?.events.onOpen(true);
  for (let second = 0; second < 60; second += 10) {
    vi.advanceTimersByTime(10_000);
    speak();
  }
  expect(streams).toHaveLength(1);
  expect(store.snapshot()).toMatchObject({ state: "live", isStreamOpen: true });
});

test("a stream that hangs is opened anew, once, and until it speaks the page knows that it has none", () => {
  streams[0]?.events.onOpen(true);
  vi.advanceTimersByTime(60_000);
  expect(streams).toHaveLength(2);
  expect(streams[0]?.close).toHaveBeenCalledOnce();
  expect(store.snapshot()).toMatchObject({ isStreamOpen: false, isTrusted: false });
  streams[1]?.events.onOpen(true);
  expect(store.snapshot()).toMatchObject({ state: "live", isStreamOpen: true, isTrusted: true });
});

test("a page that is paused opens nothing", () => {
  streams[0]?.events.onOpen(true);
  store.setPaused(true);
  vi.advanceTimersByTime(60_000);
  expect(streams).toHaveLength(1);
});
