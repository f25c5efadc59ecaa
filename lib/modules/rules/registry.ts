import { billingGap } from "./static/billing-gap";
import { crossTenant } from "./static/cross-tenant";
import { deadLetters } from "./static/dead-letters";
import { identicalErrors } from "./static/identical-errors";
import { queueSaturation } from "./static/queue-saturation";
import { quotaOverflow } from "./static/quota-overflow";
import { databaseErrors, errorShare, integrationFailures, runawayRetries, timeoutShare } from "./static/shares";
import { silence } from "./static/silence";
import { slowAnswers } from "./static/slow-answers";
import { unansweredChecks } from "./static/unanswered-checks";
import type { ModuleRule } from "./types";

/** Every static rule about modules. A new one is one file and one line here. */
export const MODULE_RULES: readonly ModuleRule[] = [
  crossTenant,
  silence,
  unansweredChecks,
  queueSaturation,
  integrationFailures,
  databaseErrors,
  runawayRetries,
  deadLetters,
  timeoutShare,
  identicalErrors,
  errorShare,
  slowAnswers,
  quotaOverflow,
  billingGap,
];
