import { expect, test } from "vitest";
import { endLeases } from "@/test/loop/worker";
import { POST } from "./[job]/route";

process.env.CRON_SECRET = "a-secret-of-this-test-that-is-long-enough";
const call = async (job: string, authorization: string | null = `Bearer ${process.env.CRON_SECRET}`) => {
  const headers = authorization === null ? undefined : { authorization };
  const request = new Request(`http://center.test/api/cron/${job}`, { method: "POST", ...(headers ? { headers } : {}) });
  const response = await POST(request, { params: Promise.resolve({ job }) });
  return { status: response.status, body: (await response.json()) as { ran?: boolean } };
};

test.each(["scan", "retention", "learn"])("safety 22: ten calls of %s at once are one", async (job) => {
  await endLeases();
  const answers = await Promise.all(Array.from({ length: 10 }, () => call(job)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
  expect(answers.filter(({ body }) => body.ran)).toHaveLength(1);
});

test.each([null, "", "Bearer", "Bearer ", "Bearer wrong", process.env.CRON_SECRET ?? ""])("safety 22: %o is 401", async (authorization) => {
  for (const job of ["scan", "retention", "constructor"]) expect((await call(job, authorization)).status).toBe(401);
});

test("an unknown job is 404", async () => {
  expect((await call("constructor")).status).toBe(404);
});
