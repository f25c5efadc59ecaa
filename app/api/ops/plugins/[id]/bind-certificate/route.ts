import { bindCertificate } from "@/lib/access/commands/bind-certificate";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/plugins/:id/bind-certificate { spki_sha256, reason }: the client certificate that it must show; null for none. */
export const POST = opsWrite({ command: bindCertificate, params: { id: "pluginId" } });
