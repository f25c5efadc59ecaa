import { inputFrom, opsWrite } from "@/lib/platform/web/ops-route";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";

/** POST /api/ops/kill-switch { on, reason }: on, no new command of any kind is issued; off takes two people. */
export const POST = opsWrite({ command: throwSwitch, input: (body) => inputFrom(body, { name: "kill_switch", scope: "global" }) });
