import { expect, test } from "vitest";
import { LIMITS } from "@/lib/platform/limits";

process.env.NEXTAUTH_SECRET = "test-nextauth-secret-0123456789ab";
const { answerSignIn } = await import("./answer-sign-in");
const context = { params: Promise.resolve({ nextauth: ["callback", "credentials"] }) };
const TYPE = "application/x-www-form-urlencoded";

/** A body without end, and how much of it was taken. */
function endless() {
  const taken = { bytes: 0 };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken.bytes += 4_096;
      controller.enqueue(new Uint8Array(4_096).fill(97));
    },
  });
  return { taken, stream };
}

test("a sign-in form without end is refused at its limit, and no more of it is read", async () => {
  const { taken, stream } = endless();
  const init = { method: "POST", headers: { "content-type": TYPE }, body: stream, duplex: "half" };
  const response = await answerSignIn(new Request("http://center.test/api/auth/callback/credentials", init as RequestInit), context);
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: "ERR_TOO_LARGE" });
  expect(taken.bytes).toBeLessThan(LIMITS.signInBodyBytes * 2);
});

test("one that announces too much is refused before a byte is read", async () => {
  const { taken, stream } = endless();
  const headers = { "content-type": TYPE, "content-length": "50000000" };
  const init = { method: "POST", headers, body: stream, duplex: "half" };
  const response = await answerSignIn(new Request("http://center.test/api/auth/callback/credentials", init as RequestInit), context);
  expect(response.status).toBe(413);
  expect(taken.bytes).toBeLessThanOrEqual(4_096);
});
