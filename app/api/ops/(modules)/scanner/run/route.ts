import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { opsWrite } from "@/lib/platform/web/ops-route";
import { askScan } from "@/lib/scanner/commands/ask-scan";
import { scanContracts } from "@/lib/scanner/jobs/scan-contracts";

/** POST /api/ops/scanner/run { kind }: looks now at what that kind of scan looks at, closes what is broken, and answers what it came to. */
export const POST = opsWrite({
  command: askScan,
  answer: async ({ kind }, { actor }) => {
    const scan = await scanContracts(kind, actor.id, systemClock, { isAsked: true });
    if (!scan.ran) refuse("conflict", "A scan is under way: it will be on this page in a moment");
    return { kind, ...scan };
  },
});
