import { crashLoop } from "@/lib/detection/rules/crash-loop";
import { drift } from "@/lib/detection/rules/drift";
import { errorsJump } from "@/lib/detection/rules/errors-jump";
import { identicalErrors } from "@/lib/detection/rules/identical-errors";
import { latencyP95 } from "@/lib/detection/rules/latency-p95";
import { queueDepth } from "@/lib/detection/rules/queue-depth";
import { silence } from "@/lib/detection/rules/silence";
import { webhookFailRate } from "@/lib/detection/rules/webhook-fail-rate";
import type { Rule } from "@/lib/detection/types";

/** Every static rule, in the order in which findings are listed. A new rule is one file and one line here. */
export const RULES: readonly Rule[] = [crashLoop, webhookFailRate, identicalErrors, errorsJump, queueDepth, latencyP95, silence, drift];
