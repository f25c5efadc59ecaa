import { opsWrite } from "@/lib/platform/web/ops-route";
import { throwSwitch } from "@/lib/policy/commands/throw-switch";

/**
 * POST /api/ops/kill-switch { on, reason }: on, no new command of any kind is issued. Off, it answers 202 with a request that a
 * second person approves (POST /api/ops/switches/requests/:id/approve).
 */
export const POST = opsWrite({
  command: throwSwitch,
  fixed: { name: "kill_switch", scope: "global" },
  mayAsk: true,
});
