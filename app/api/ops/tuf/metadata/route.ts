import { acceptMetadata, bundleSchema } from "@/lib/delivery/tuf/commands/accept-metadata";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { opsWrite } from "@/lib/platform/web/ops-route";
import { readBundle } from "@/lib/platform/web/read-bundle";

/** POST /api/ops/tuf/metadata: the next signed metadata; what counts is who signed it, not who brings it. */
export const POST = opsWrite({ command: acceptMetadata, readBody: readBundle, input: (body) => body });

describeRoute(POST, { caller: "person", permission: acceptMetadata.permission, body: { json: bundleSchema } });
