import { storeArtifact } from "@/lib/delivery/commands/store-artifact";
import { LIMITS } from "@/lib/platform/limits";
import { readBytes } from "@/lib/platform/web/http";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** PUT /api/ops/releases/:id/artifact: the raw bytes that the manifest announced; exactly these publish the release. */
export const PUT = opsWrite({
  command: storeArtifact,
  readBody: async (request) => ({ bytes: await readBytes(request, LIMITS.artifactBytes, { timeoutMs: LIMITS.artifactReadMs }) }),
  input: ({ bytes }, { id }) => ({ releaseId: id, bytes }),
});
