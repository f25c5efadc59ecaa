import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { APPROVAL_PAYLOAD_TYPE, signEnvelope } from "@/lib/delivery/dsse";
import { buildPlan, type Plan } from "@/lib/delivery/plan";
import { buildTrust } from "@/lib/delivery/quorum/trust-document";
import { makeSigningKey, openSigningKey, type StoredSigningKey } from "@/lib/delivery/signing-key";
import type { Envelope } from "@/lib/delivery/types";
import { runCommand } from "@/lib/gateway/run-command";
import { orderAction } from "@/lib/rollout/commands/order-action";
import { openAs } from "@/test/database/open-as";
import { makeShop, OPS, setPolicy } from "@/test/loop/make-shop";
import { stopTime } from "@/test/loop/virtual-time";
import { runWorker } from "@/test/loop/worker";
import { Approver, inForce } from "./approver";

// Somebody has Center's database as its superuser, and Center itself carries out what the rows say. The agent verifies by the real client's code.

stopTime();

let ada: Approver;
let bob: Approver;
const APPROVERS = () => [ada, bob];
/** Keys that the thief made. */
const forged: readonly StoredSigningKey[] = [makeSigningKey(randomBytes(32)), makeSigningKey(randomBytes(32))];

beforeAll(async () => {
  await setPolicy({ whitelist: [], staging_required: false, required_signatures: 2 });
  [ada, bob] = [await Approver.make("ada"), await Approver.make("bob")];
  await inForce([ada, bob]);
});

const later = () => new Date(Date.now() + 3_600_000).toISOString();
const approvalBy = (key: StoredSigningKey, plan: Plan, approver: string): Envelope => {
  const said = { plan_digest: plan.digest, approver, expires_at: later() };
  return signEnvelope(APPROVAL_PAYLOAD_TYPE, Buffer.from(JSON.stringify(said)), openSigningKey(key));
};

describe("rows in Center's own database", () => {
  test("approvers swapped, approvals inserted, the trust document rewritten: Center dispatches it, and the agent refuses", async () => {
    const shop = await makeShop({ releases: { "2.0.0": { fixes: [] } } });
    await shop.live(1);
    const { id: incidentId } = await shop.incident();
    const ordered = { incidentId, action: "patch", version: "2.0.0", reason: "the thief wants it installed" };
    await runCommand(orderAction, { input: ordered, actor: OPS, now: new Date() });
    const { planDigest, tenantId } = await shop.incident();
    const { plans } = await shop.records();
    const plan = buildPlan(plans[0]?.document as never);
    const owner = openAs("superuser");
    await owner.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      for (const [index, approver] of APPROVERS().entries()) {
        const fake = forged[index] as StoredSigningKey;
        await tx`update approver_keys set keyid = ${fake.keyid}, public_key = ${fake.publicKey} where keyid = ${approver.key.keyid}`;
        const envelope = approvalBy(fake, plan, approver.email);
        await tx`insert into plan_approvals (tenant_id, plan_digest, approver, reason, envelope, keyid, at)
          values (${tenantId}, ${planDigest}, ${approver.email}, 'forged', ${tx.json(envelope as never)}, ${fake.keyid}, now())`;
      }
      const keys = APPROVERS().map(({ email }, index) => ({
        keyid: forged[index]?.keyid ?? "",
        public_key: forged[index]?.publicKey ?? "",
        approver: email,
      }));
      const { bytes, digest } = buildTrust({ version: 1, approver_keys: keys, threshold: 1 });
      await tx`update trust_documents set bytes = ${bytes}, digest = ${digest}, threshold = 1 where status = 'in_force'`;
      await tx`update plans set status = 'executed' where digest = ${planDigest}`;
      await tx`update plugin_incidents set status = 'healing' where id = ${incidentId}`;
      await tx`insert into plugin_autopatch_attempts (tenant_id, id, incident_id, plugin_id, plan_digest, from_version, to_version, method, status, phase, category,
          is_automatic, requested_by, created_at, updated_at, due_at)
        values (${tenantId}, ${randomUUID()}, ${incidentId}, ${shop.agent.id}, ${planDigest}, '1.2.2', '2.0.0', 'update', 'pending', 'queued', 'UX', false, 'forged', now(), now(), now())`;
    });
    await owner.end();
    await runWorker();
    const sent = await shop.until("dispatched", ({ commands }) => commands.length > 0);
    expect(sent.commands[0]?.payload).toMatchObject({ type: "update", to_version: "2.0.0" });
    expect(sent.commands[0]?.payload.quorum).toHaveLength(2);
    const over = await shop.until("over", ({ attempts }) => attempts[0]?.phase === "done");
    expect(over.attempts[0]).toMatchObject({ status: "failed" });
    expect(over.commands[0]?.result).toMatchObject({ reason: "refused:quorum", running_version: "1.2.2" });
  });
});
