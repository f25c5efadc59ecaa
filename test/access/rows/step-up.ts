import { randomUUID } from "node:crypto";
import { EVERYBODY, list, PEOPLE_KEEPERS, type Row } from "../row";

const reason = "the table asks";
const DIGEST = `sha256:${"0".repeat(64)}`;

/** What an authenticator would answer, in form alone. */
const credential = (response: object) => ({ id: "AA", rawId: "AA", type: "public-key", response: { clientDataJSON: "AA", ...response } });

/** Second factors: everybody's own. */
export const STEP_UP: Readonly<Record<string, Row>> = {
  // 409: a factor needs a record of its person here, and the table's callers have tokens alone.
  "GET /api/ops/step-up": list(EVERYBODY),
  "POST /api/ops/step-up": { may: EVERYBODY, call: () => ({ body: { code: "123456", digest: DIGEST } }), status: 409, beyond: 409 },
  "POST /api/ops/step-up/factor": { may: EVERYBODY, call: () => ({ body: {} }), status: 409, beyond: 409 },
  "PUT /api/ops/step-up/factor": { may: EVERYBODY, call: () => ({ body: { codes: ["123456", "654321"] } }), status: 409, beyond: 409 },
  // 409: the table's Center is at an address, where browsers use no passkeys.
  "POST /api/ops/step-up/passkeys": { may: EVERYBODY, call: () => ({ body: {} }), status: 409, beyond: 409 },
  "PUT /api/ops/step-up/passkeys": {
    may: EVERYBODY,
    call: () => ({ body: { challenge_id: randomUUID(), name: "Laptop", credential: credential({ attestationObject: "AA" }) } }),
    status: 409,
    beyond: 409,
  },
  "POST /api/ops/step-up/passkeys/challenge": { may: EVERYBODY, call: () => ({ body: { digest: DIGEST } }), status: 409, beyond: 409 },
  "PUT /api/ops/step-up/passkeys/challenge": {
    may: EVERYBODY,
    call: () => ({
      body: { challenge_id: randomUUID(), digest: DIGEST, credential: credential({ authenticatorData: "AA", signature: "AA" }) },
    }),
    status: 409,
    beyond: 409,
  },
  // 409: a passkey is removed by whom it belongs to, and the table's callers have no record.
  "DELETE /api/ops/step-up/passkeys/[id]": { may: EVERYBODY, call: () => ({ params: { id: randomUUID() } }), status: 409, beyond: 409 },
  // 409: this person has no second factor to be reset.
  "POST /api/ops/step-up/people/[id]/reset": {
    may: PEOPLE_KEEPERS,
    call: ({ person }) => ({ params: { id: person }, body: { reason } }),
    status: 409,
    beyond: 404,
  },
};
