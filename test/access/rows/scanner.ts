import { randomUUID } from "node:crypto";
import { isNull } from "drizzle-orm";
import { scanRequests } from "@/db/schema/modules/scanner";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { setBlock } from "@/lib/scanner/commands/set-block";
import { personActor } from "@/test/actors";
import { asGateway } from "@/test/factories";
import { list, type Row, SAFER } from "../row";

const reason = "the table asks for it";
const closing = () => ({ kind: "writer", target: `command:test.${randomUUID().replaceAll(/[0-9-]/g, "")}`, reason });
const closed = async () =>
  (await runCommand(setBlock, { input: closing(), actor: personActor(["operator"], undefined, "closer@table.test"), now: new Date() })).id;

/** Whatever was asked for before is answered. */
async function asking() {
  await asGateway((tx) => tx.update(scanRequests).set({ runId: PLATFORM_TENANT }).where(isNull(scanRequests.runId)));
  return { body: { kind: "realtime" } };
}

/** The scanner is the platform's own: everybody who may look sees what is broken; what is closed is for who acts for all tenants. */
export const SCANNER: Readonly<Record<string, Row>> = {
  "GET /api/ops/scanner": list(),
  "GET /api/ops/scanner/blocks": list(),
  "POST /api/ops/scanner/blocks": { may: SAFER, call: () => ({ body: closing() }), status: 201, within: 403, beyond: 403 },
  "POST /api/ops/scanner/run": { may: SAFER, call: asking, status: 202, within: 403, beyond: 403 },
  "POST /api/ops/scanner/blocks/[id]/lift": {
    may: SAFER,
    call: async () => ({ params: { id: await closed() }, body: { reason } }),
    status: 202,
    within: 403,
    beyond: 403,
  },
};
