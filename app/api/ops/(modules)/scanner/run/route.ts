import { opsWrite } from "@/lib/platform/web/ops-route";
import { askScan } from "@/lib/scanner/commands/ask-scan";

/** POST /api/ops/scanner/run { kind }: a worker looks now at what that kind of scan looks at, and closes what is broken; 409 while one waits. */
export const POST = opsWrite({ command: askScan, status: 202 });
