import { matchesPath } from "./match-path";

/**
 * What people put things right by, and what tells Center that plugins and modules live. However broad a block is, it does not close these:
 * nobody could see what is closed, or open it again. Each with its method, so that a handler that nobody knows beside them can be closed.
 */
const ROUTES: readonly string[] = [
  "GET /api/auth/[...nextauth]",
  "POST /api/auth/[...nextauth]",
  "POST /api/auth/link",
  "PUT /api/auth/link",
  "GET /api/health",
  "GET /api/ready",
  "GET /api/ops/scanner",
  "GET /api/ops/scanner/blocks",
  "POST /api/ops/scanner/blocks",
  "POST /api/ops/scanner/blocks/[id]/lift",
  "POST /api/ops/scanner/run",
  "GET /api/ops/switches",
  "POST /api/ops/switches",
  "POST /api/ops/switches/requests/[id]/approve",
  "POST /api/ops/switches/requests/[id]/decline",
  "POST /api/ops/kill-switch",
  "GET /api/ops/emergency-rollback",
  "POST /api/ops/emergency-rollback",
  "GET /api/ops/step-up",
  "POST /api/ops/step-up",
  "POST /api/ops/step-up/factor",
  "PUT /api/ops/step-up/factor",
  "POST /api/ops/step-up/passkeys",
  "PUT /api/ops/step-up/passkeys",
  "POST /api/ops/step-up/passkeys/challenge",
  "PUT /api/ops/step-up/passkeys/challenge",
  "DELETE /api/ops/step-up/passkeys/[id]",
  "GET /api/ops/audit",
  "POST /api/plugins/heartbeat",
  "POST /api/plugins/heartbeats",
  "POST /api/plugins/commands/[id]/ack",
  "POST /api/plugins/commands/[id]/fail",
  "POST /api/modules/beat",
  "POST /api/modules/commands/[id]/result",
];

/** Commands behind them, and those that the scanner itself works by: no stopped writer, command or person, holds these back. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...["scanner.begin", "scanner.record", "scanner.block", "scanner.lift", "scanner.run", "contract.rollback"],
  ...["switch.throw", "loosening.approve", "loosening.decline", "emergency.rollback"],
  ...["session.open", "session.open-by-provider", "session.renew", "session.close", "link.redeem"],
  ...["step-up.ask", "step-up.begin", "step-up.confirm", "step-up.forget", "step-up.prove", "step-up.prove-passkey"],
  ...["passkey.begin", "passkey.add", "passkey.remove"],
]);

/** All of them, for a test that each is one that there is. */
export const NEVER_CLOSED = { routes: ROUTES, commands: [...COMMANDS] } as const;

/** Whether no block closes this request. @param path  as it was called */
export function isNeverClosed(method: string, path: string): boolean {
  const asked = method === "HEAD" ? "GET" : method;
  return ROUTES.some((route) => {
    const [on = "", pattern = ""] = route.split(" ");
    return on === asked && matchesPath(pattern, path);
  });
}

/** Whether a block would be about just one of these, by its method or by all. @param target  `POST /api/...` or `* /api/...` */
export function namesNeverClosed(target: string): boolean {
  const [on = "", path = ""] = target.split(" ");
  return ROUTES.some((route) => route === target || (on === "*" && route.endsWith(` ${path}`)));
}

/** Whether no stopped writer holds this command back. */
export function isNeverStopped(command: string): boolean {
  return COMMANDS.has(command);
}
