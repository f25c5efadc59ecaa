import { bundleSchema, establishRepository } from "@/lib/delivery/tuf/commands/accept-metadata";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { opsWrite } from "@/lib/platform/web/ops-route";
import { readBundle } from "@/lib/platform/web/read-bundle";

/** POST /api/ops/tuf/root: the first root with its targets and vendors; takes a security_admin and a second factor. */
export const POST = opsWrite({ command: establishRepository, readBody: readBundle, input: (body) => body });

describeRoute(POST, { caller: "person", permission: establishRepository.permission, body: { json: bundleSchema } });
