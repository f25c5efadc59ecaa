import { authenticatePlugin, pluginHeaders } from "@/lib/access/authenticate-plugin";
import { readOrderedArtifact } from "@/lib/delivery/queries-artifacts";
import { refuse } from "@/lib/kernel/refusal";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { read } from "@/lib/platform/scope";
import { route } from "@/lib/platform/web/http";
import { keepRefusals, senderOf } from "@/lib/telemetry/adapters/refusals/keep-refusals";

type Params = { params: Promise<{ sha256: string }> };

/** GET /api/artifacts/:sha256: the bytes that a live command of this plugin orders it to fetch (signed over an empty body). */
export const GET = route((request, { params }: Params) =>
  keepRefusals(senderOf(request.headers, "artifact"), async () => {
    const plugin = await authenticatePlugin(pluginHeaders(request.headers), new Uint8Array(0), new Date());
    const { sha256 } = await params;
    const scope = { kind: "set", ids: [plugin.tenantId] } as const;
    const bytes = /^[0-9a-f]{64}$/.test(sha256)
      ? await read(scope, (tx) => readOrderedArtifact(tx, plugin.tenantId, plugin.pluginId, sha256))
      : null;
    if (!bytes) refuse("not-found", "No such artifact for this plugin");
    return new Response(new Uint8Array(bytes), {
      headers: { "content-type": "application/gzip", "content-length": String(bytes.length), "cache-control": "no-store" },
    });
  }),
);

describeRoute(GET, { caller: "plugin", answers: "application/gzip" });
