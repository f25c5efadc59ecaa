import { expect, test, vi } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { openStream } from "./open-stream";

vi.mock("./change-feed", () => ({ watchChanges: () => () => undefined }));

function open(actorId: string) {
  const browser = new AbortController();
  const mayContinue = async () => true;
  const response = openStream({ actorId, scope: { kind: "set", ids: [] }, mayContinue, signal: browser.signal });
  return { response, leave: () => browser.abort() };
}

test("one person holds a handful of streams, others have theirs, and one that ends makes room", () => {
  const streams = Array.from({ length: LIMITS.liveStreamsPerActor }, () => open("person:ada@center.test"));
  expect(() => open("person:ada@center.test")).toThrow(Refusal);
  streams.push(open("person:grace@center.test"));
  streams[0]?.leave();
  streams.push(open("person:ada@center.test"));
  expect(() => open("person:ada@center.test")).toThrow(Refusal);
  for (const { leave } of streams) leave();
  for (let round = 0; round < LIMITS.liveStreamsPerActor; round += 1) open("person:ada@center.test").leave();
  expect(open("person:ada@center.test").response.headers.get("content-type")).toContain("text/event-stream");
});

test("a stream of a reader that went before it began counts for nothing", () => {
  for (let round = 0; round < LIMITS.liveStreamsPerActor * 2; round += 1) {
    const browser = new AbortController();
    browser.abort();
    openStream({
      actorId: "person:gone@center.test",
      scope: { kind: "set", ids: [] },
      mayContinue: async () => true,
      signal: browser.signal,
    });
  }
});
