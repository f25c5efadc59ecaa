import { byCode, sumOf } from "../windows";
import { shareRule } from "./share-rule";

/** Counts of these codes. */
const codes = (...names: readonly string[]) => {
  const wanted = new Set(names);
  return (errors: Parameters<typeof byCode>[0]) =>
    byCode(errors).reduce((sum, { code, count }) => (wanted.has(code) ? sum + count : sum), 0);
};

/** Many requests fail: whatever the reason, people see it. */
export const errorShare = shareRule({
  id: "error_share",
  type: "error_spike",
  explain: "The share of requests that failed within two minutes.",
  defaults: { low: 0.1, medium: 0.25, high: 0.5, least: 5, leastOf: 8 },
  statistic: "error_rate",
  words: "requests failed",
  count: (minutes) => sumOf(minutes, "errors"),
  isNamedByErrors: true,
});

/** Many requests get no answer in time. */
export const timeoutShare = shareRule({
  id: "timeout_share",
  type: "timeouts",
  explain: "The share of requests without an answer in time within two minutes.",
  defaults: { low: 0.15, medium: 0.3, high: 0.6, least: 3, leastOf: 3 },
  statistic: "timeout_rate",
  words: "requests got no answer in time",
  count: (minutes) => sumOf(minutes, "timeouts"),
  isNamedByErrors: false,
});

const databaseCodes = codes("ERR_DATABASE");

/** The database refuses, or is not there. */
export const databaseErrors = shareRule({
  id: "database_errors",
  type: "database_errors",
  explain: "Errors of the database for each request within two minutes, as measured or as told in records, whichever is more.",
  defaults: { low: 0.05, medium: 0.2, high: 0.5, least: 3, leastOf: 3 },
  statistic: "database_error_rate",
  words: "requests met an error of the database",
  count: (minutes, errors) => Math.max(sumOf(minutes, "dbErrors"), databaseCodes(errors)),
  isNamedByErrors: false,
});

/** The same work is done over and over. */
export const runawayRetries = shareRule({
  id: "runaway_retries",
  type: "runaway_retries",
  explain: "How many tries were repeats, for each that was made, within two minutes.",
  defaults: { low: 0.3, medium: 0.6, high: 1.5, least: 10, leastOf: 10 },
  statistic: "retries_per_request",
  words: "tries were repeats",
  count: (minutes) => sumOf(minutes, "retries"),
  isNamedByErrors: false,
});

const integrationCodes = codes("ERR_INTEGRATION_DOWN", "ERR_CIRCUIT_OPEN");

/** Somebody else's service fails. */
export const integrationFailures = shareRule({
  id: "integration_failures",
  type: "integration_down",
  explain: "The share of calls to somebody else's service that failed within two minutes.",
  defaults: { low: 0.2, medium: 0.5, high: 0.8, least: 3, leastOf: 3 },
  statistic: "integration_failure_rate",
  words: "calls to the other service failed",
  among: ({ surface }) => surface === "integration",
  count: (minutes, errors) => Math.max(sumOf(minutes, "errors"), Math.min(integrationCodes(errors), sumOf(minutes, "requests"))),
  isNamedByErrors: false,
});
