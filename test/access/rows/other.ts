import { siraRequest } from "@/test/fixtures/sira-request";
import { EVERYBODY, list, READERS, type Row } from "../row";

/** Addresses that a signature or a secret opens, and no person's role. */
const machines = (params: Record<string, string> = {}): Row => ({
  may: "no person",
  call: () => ({ params, body: {} }),
  status: 401,
  beyond: 401,
});
const nowhere: Row = { may: "anybody", call: () => ({ params: { path: ["nowhere"] } }), status: 404, beyond: 404 };
const signingIn = (status: number, step: string): Row => ({
  may: "anybody",
  call: () => ({ params: { nextauth: [step] } }),
  status,
  beyond: status,
});

/** Everything besides the ops API: machines' doors, the audit, live events, health, and signing in. */
export const OTHERS: Readonly<Record<string, Row>> = {
  "POST /api/plugins/heartbeat": machines(),
  // A batch is judged line by line: without lines there is nothing to refuse, and nothing is stored.
  "POST /api/plugins/heartbeats": { ...machines(), status: 415, beyond: 415 },
  "POST /api/plugins/commands/[id]/ack": machines({ id: "00000000-0000-4000-8000-000000000001" }),
  "POST /api/plugins/commands/[id]/fail": machines({ id: "00000000-0000-4000-8000-000000000001" }),
  // Judged by its media type before by its sender: no row here sends lines.
  "POST /api/modules/signals": { ...machines(), status: 415, beyond: 415 },
  "POST /api/modules/beat": machines(),
  "POST /api/modules/commands/[id]/result": machines({ id: "00000000-0000-4000-8000-000000000001" }),
  "POST /api/modules/snapshots/[id]/chunks/[digest]": machines({ id: "00000000-0000-4000-8000-000000000001", digest: "a".repeat(64) }),
  "POST /api/modules/snapshots/[id]/read": machines({ id: "00000000-0000-4000-8000-000000000001" }),
  "POST /api/otlp/v1/[signal]": machines({ signal: "logs" }),
  "GET /api/artifacts/[sha256]": { ...machines(), call: () => ({ params: { sha256: "a".repeat(64) } }) },
  // 404: nobody signed anything here. Whoever asks gets the same bytes: signatures are all that counts.
  "GET /api/tuf/[name]": { may: "anybody", call: () => ({ params: { name: "timestamp.json" } }), status: 404, beyond: 404 },
  "POST /api/cron/[job]": machines({ job: "scan" }),
  "GET /api/metrics": { ...machines(), call: () => ({}) },
  "POST /api/sira/decide": { may: READERS, call: () => ({ body: siraRequest() }), status: 200, beyond: 200 },
  "GET /api/ops/search": list(EVERYBODY, "?q=shop"),
  "GET /api/events": list(),
  "GET /api/openapi.json": list("anybody"),
  "GET /api/health": { ...list("anybody") },
  // 503: no worker runs beside a test, and that is what it says.
  "GET /api/ready": { ...list("anybody"), status: 503, beyond: 503 },
  "GET /api/ops/audit": list(["auditor"]),
  "GET /api/ops/audit/checkpoint": list(["auditor"]),
  "GET /api/ops/audit/export": list(["auditor"]),
  "GET /api/ops/audit/proof": { ...list(["auditor"], "?seq=0") },
  "POST /api/ops/audit/verify": list(["auditor"]),
  "GET /api/auth/[...nextauth]": signingIn(200, "providers"),
  "POST /api/auth/[...nextauth]": signingIn(400, "providers"),
  // 404: nobody made this link.
  "POST /api/auth/link": { may: "anybody", call: () => ({ body: { token: "made-up" } }), status: 404, beyond: 404 },
  "PUT /api/auth/link": {
    may: "anybody",
    call: () => ({ body: { token: "made-up", password: "correct horse battery" } }),
    status: 404,
    beyond: 404,
  },
  "GET /api/[...path]": nowhere,
  "POST /api/[...path]": nowhere,
  "PUT /api/[...path]": nowhere,
  "PATCH /api/[...path]": nowhere,
  "DELETE /api/[...path]": nowhere,
};
