import { z } from "zod";
import { acknowledgeIncident } from "@/lib/incidents/commands/acknowledge-incident";
import { assignIncident } from "@/lib/incidents/commands/assign-incident";
import { commentIncident } from "@/lib/incidents/commands/comment-incident";
import { escalateIncident } from "@/lib/incidents/commands/escalate-incident";
import { notifyAgain } from "@/lib/incidents/commands/notify-again";
import { resolveIncident } from "@/lib/incidents/commands/resolve-incident";
import { LIMITS } from "@/lib/platform/limits";
import { type Choice, opsChoice } from "@/lib/platform/web/ops-route";
import { orderAction } from "@/lib/rollout/commands/order-action";

const reason = z.string().trim().min(1).max(LIMITS.reasonCharacters);
const nothing = z.strictObject({}).optional();
const version = z.strictObject({ version: z.string().max(64).optional() }).optional();

/** What each action takes besides its reason, and the command it is. Telling, taking and ordering are all the gateway's. */
const body = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("acknowledge"), params: nothing, reason: reason.optional() }),
  z.strictObject({ action: z.literal("assign"), params: z.strictObject({ assignee: z.email().max(320) }), reason: reason.optional() }),
  z.strictObject({ action: z.enum(["escalate", "resolve", "notify", "comment"]), params: nothing, reason }),
  z.strictObject({ action: z.enum(["restart", "isolate"]), params: nothing, reason }),
  z.strictObject({ action: z.enum(["patch", "rollback"]), params: version, reason }),
]);

const TOLD = { acknowledge: acknowledgeIncident, escalate: escalateIncident, resolve: resolveIncident, notify: notifyAgain } as const;

function choose(call: z.output<typeof body>, incidentId: string): Choice {
  switch (call.action) {
    case "assign":
      return { command: assignIncident, input: { incidentId, assignee: call.params.assignee, reason: call.reason } };
    case "comment":
      return { command: commentIncident, input: { incidentId, text: call.reason } };
    case "restart":
    case "isolate":
      return { command: orderAction, input: { incidentId, action: call.action, reason: call.reason } };
    case "patch":
    case "rollback":
      return { command: orderAction, input: { incidentId, action: call.action, version: call.params?.version, reason: call.reason } };
    default:
      return { command: TOLD[call.action], input: { incidentId, reason: call.reason } };
  }
}

/** POST /api/ops/plugin-incidents/:id/manual-action { action, params, reason }: what a person does about an incident. */
export const POST = opsChoice({ least: orderAction, body, choose: (call, { id = "" }) => choose(call, id) });
