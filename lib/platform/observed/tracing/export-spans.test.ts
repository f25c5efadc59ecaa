import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Refusal } from "@/lib/kernel/refusal";
import { currentTrace, withTrace } from "../../trace";
import { startSpanExport } from "./export-spans";

interface SentSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
}
interface Sent {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[] }[];
}
const received: SentSpan[] = [];
const collector = createServer(async (request, response) => {
  const body = (await json(request)) as Sent;
  received.push(...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
});
beforeAll(() => new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => collector.close(resolve)));

/** Traces whose last bits lie evenly between 0 and 1. */
const traceAt = (share: number) => ({
  traceId: `${"ab".repeat(12)}${Math.floor(share * 2 ** 32)
    .toString(16)
    .padStart(8, "0")}`,
  spanId: "00f067aa0ba902b7",
  sampled: true,
});

test("a tenth of the traces is sent whole, all that failed, and spans hang together with Center's own trace", async () => {
  const address = collector.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const spans = startSpanExport(`http://127.0.0.1:${address.port}`);
  for (let index = 0; index < 100; index += 1) {
    await withTrace(traceAt((index + 0.5) / 100), () =>
      spans.record("outer", { step: index }, () => spans.record("inner", {}, async () => currentTrace()?.spanId)),
    );
  }
  const fault = withTrace(traceAt(0.99), () => spans.record("failed", {}, () => Promise.reject(new TypeError("broken"))));
  await expect(fault).rejects.toThrow("broken");
  const no = withTrace(traceAt(0.98), () => spans.record("refused", {}, () => Promise.reject(new Refusal("conflict", "no"))));
  await expect(no).rejects.toThrow("no");
  await spans.flush();

  const named = (name: string) => received.filter((span) => span.name === name);
  expect([named("outer").length, named("inner").length, named("failed").length, named("refused").length]).toEqual([10, 10, 1, 0]);
  for (const inner of named("inner")) {
    const outer = named("outer").find(({ traceId }) => traceId === inner.traceId);
    expect([inner.parentSpanId, outer?.parentSpanId]).toEqual([outer?.spanId, "00f067aa0ba902b7"]);
  }
});
