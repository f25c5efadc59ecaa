import { randomUUID } from "node:crypto";
import { followRunbook } from "../belongings";
import { list, OPERATORS, one, type Row } from "../row";

/** A step of a runbook that somebody follows. */
const step = (body: object): Row => ({
  may: OPERATORS,
  call: async ({ incident }) => ({ params: { id: await followRunbook(incident) }, body }),
  status: 200,
  beyond: 404,
});

/** 409: the caller may, and this is not the revision that there is. */
const stale = (body: object = {}): Row => ({
  may: OPERATORS,
  call: ({ postmortem }) => ({ params: { id: postmortem }, body: { revision: 999, ...body } }),
  status: 409,
  beyond: 404,
});

/** What people work with when Center does not heal by itself, and what they learn from it. */
export const LEARN: Readonly<Record<string, Row>> = {
  "GET /api/ops/runbooks": list(),
  // Runbooks are everybody's.
  "GET /api/ops/runbooks/[id]": { ...list(), call: () => ({ params: { id: "bad-patch" } }) },
  "GET /api/ops/runbooks/runs": list(),
  "POST /api/ops/runbooks/runs": {
    may: OPERATORS,
    call: ({ incident }) => ({ body: { slug: "perf", incident_id: incident } }),
    status: 201,
    beyond: 404,
  },
  "GET /api/ops/runbooks/runs/[id]": {
    ...one("incident"),
    call: async ({ incident }) => ({ params: { id: await followRunbook(incident) } }),
  },
  "POST /api/ops/runbooks/runs/[id]/check": step({ step_id: "changes" }),
  "POST /api/ops/runbooks/runs/[id]/record": step({ step_id: "take", outcome: "done" }),
  "POST /api/ops/runbooks/runs/[id]/end": step({}),
  "GET /api/ops/postmortems": list(),
  // 409: this incident has one.
  "POST /api/ops/postmortems": {
    may: OPERATORS,
    call: ({ incident }) => ({ body: { incident_id: incident } }),
    status: 409,
    beyond: 404,
  },
  "GET /api/ops/postmortems/[id]": one("postmortem"),
  "PATCH /api/ops/postmortems/[id]": stale({ title: "the table asks" }),
  "POST /api/ops/postmortems/[id]/review": stale(),
  "POST /api/ops/postmortems/[id]/publish": stale(),
  "GET /api/ops/postmortems/[id]/export": one("postmortem"),
  // 404: its timeline has no such line.
  "POST /api/ops/plugin-incidents/[id]/star": {
    may: OPERATORS,
    call: ({ incident }) => ({ params: { id: incident }, body: { event_id: randomUUID(), starred: true } }),
    status: 404,
    beyond: 404,
  },
};
