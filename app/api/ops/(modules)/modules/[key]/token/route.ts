import { ingestTokenDigest, makeIngestToken } from "@/lib/access/modules/module-secrets";
import { makeModuleToken } from "@/lib/modules/registry/commands/make-module-token";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** The token that was made for a request, until it is answered: Center keeps no more than its digest. */
const made = new WeakMap<object, string>();

/** POST /api/ops/modules/:key/token { replace?, reason? }: a bearer token for signals, shown this once. */
export const POST = opsWrite({
  command: makeModuleToken,
  params: { key: "module", sha256: "sha256" },
  status: 201,
  takesKey: false,
  input: (body, params) => {
    const token = makeIngestToken();
    made.set(body, token);
    return { ...body, module: params.key, sha256: ingestTokenDigest(token) };
  },
  answer: async (result, { body }) => ({ ...result, token: made.get(body) }),
});
