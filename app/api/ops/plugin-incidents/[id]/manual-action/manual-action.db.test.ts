import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { auditCount } from "@/test/five-cases";
import { opsRequest } from "@/test/identity/bearer";
import { POST } from "./route";

test("who may not act is refused by the gateway, and so in the audit, before anything of the body is judged", async () => {
  const id = randomUUID();
  for (const body of [{ action: "restart", reason: "because I say so" }, { action: "no such thing" }]) {
    const before = await auditCount("action.order", "refused");
    const request = await opsRequest(`/api/ops/plugin-incidents/${id}/manual-action`, { method: "POST", roles: ["viewer"], body });
    expect((await POST(request, { params: Promise.resolve({ id }) })).status).toBe(403);
    expect(await auditCount("action.order", "refused")).toBe(before + 1);
  }
});
