import { makeRepairRun, RUN_DIGEST } from "@/test/repair-runs";
import { APPROVERS, list, OPERATORS, READERS, type Row } from "../row";

const reason = "a test of who may";
const ofRun = (given: Parameters<typeof makeRepairRun>[0], body: object, may: Row["may"] = OPERATORS): Row => ({
  may,
  call: async () => ({ params: { id: await makeRepairRun(given) }, body: { reason, ...body } }),
  ...{ status: 200, within: 403, beyond: 403 },
});

/** Repairs concern every tenant that a module serves: who acts for some of them only changes nothing, and does not see what is about several. */
export const REPAIRS: Readonly<Record<string, Row>> = {
  "GET /api/ops/repairs": list(),
  "GET /api/ops/repair-runs/[id]": {
    may: READERS,
    call: async () => ({ params: { id: await makeRepairRun() } }),
    ...{ status: 200, within: 404, beyond: 404 },
  },
  "POST /api/ops/repairs/[job]/dry-run": {
    may: OPERATORS,
    call: () => ({ params: { job: "repair_rollup_gaps" }, body: { reason } }),
    ...{ status: 202, within: 403, beyond: 403 },
  },
  "POST /api/ops/repair-runs/[id]/apply": ofRun({}, { digest: RUN_DIGEST }),
  "POST /api/ops/repair-runs/[id]/approve": ofRun(
    { needsTwo: true, askedBy: "person:asker@center.test" },
    { digest: RUN_DIGEST },
    APPROVERS,
  ),
  "POST /api/ops/repair-runs/[id]/rollback": ofRun({ status: "applied" }, {}),
  "POST /api/ops/repair-runs/[id]/cancel": ofRun({}, {}),
};
