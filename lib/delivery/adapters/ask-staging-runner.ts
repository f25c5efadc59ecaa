import { writeRehearsal } from "@/lib/delivery/adapters/staging-contract";
import type { StagingInput } from "@/lib/delivery/adapters/staging-sandbox";
import { STAGING_STEPS, type StagingReport, stagingReportSchema } from "@/lib/delivery/staging-report";
import { LIMITS } from "@/lib/platform/limits";

/** Where the staging runner answers, and the token it knows Center by. */
export interface StagingRunner {
  readonly url: string;
  readonly token: string | null;
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
}

const TOKEN = /^sha256:[0-9a-f]{64}$/;

/** Whether a report shows what it claims: passed means every step in its order, and files that were the same before and after. */
function holds({ passed, runner, steps, undo_token_digest, before_digest, after_rollback_digest }: StagingReport): boolean {
  const isInOrder = steps.every(({ name }, index) => name === STAGING_STEPS[index]);
  const isWhole = steps.length === STAGING_STEPS.length && steps.every(({ ok }) => ok);
  if (!passed) return isInOrder && undo_token_digest === null && !isWhole;
  const isUndone = before_digest !== null && TOKEN.test(before_digest) && before_digest === after_rollback_digest;
  return isInOrder && isWhole && isUndone && runner !== "none" && TOKEN.test(undo_token_digest ?? "");
}

async function readCapped(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > LIMITS.stagingAnswerBytes) throw new Error(`The staging runner answered more than ${LIMITS.stagingAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Has a patch rehearsed by the staging runner at `STAGING_RUNNER_URL`.
 *
 * @returns its report, once it shows what it claims
 * @throws Error when the runner is away, slow or answers anything else: nothing was shown, so nothing is sent, and the step is taken up again
 */
export async function askStagingRunner(
  input: StagingInput,
  { url, token, fetch: send = fetch, timeoutMs }: StagingRunner,
): Promise<StagingReport> {
  const response = await send(`${url.replace(/\/+$/, "")}/rehearse`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: writeRehearsal(input),
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs ?? LIMITS.stagingRunnerMs),
  });
  if (response.status !== 200) throw new Error(`The staging runner answered ${response.status}`);
  const report = stagingReportSchema.parse(JSON.parse(await readCapped(response)));
  if (!holds(report)) throw new Error("The staging runner's report does not show what it claims");
  return report;
}
