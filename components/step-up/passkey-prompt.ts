import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";
import { fetchJson, postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";

const ROUTE = "/api/ops/step-up/passkeys";

/** The person or their browser made no passkey available; the browser says no more than that. */
export class NoPasskeyShown extends Error {}

/** The library is fetched once somebody uses a passkey, and by nobody else. */
const library = () => import("@simplewebauthn/browser");

async function prompted<Answer>(prompt: () => Promise<Answer>): Promise<Answer> {
  try {
    return await prompt();
  } catch (error) {
    throw new NoPasskeyShown(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function putJson<Answer>(url: string, body: unknown): Promise<Answer> {
  return fetchJson<Answer>(url, { method: "PUT", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}

/** Whether this browser has passkeys at all. */
export function hasPasskeys(): boolean {
  return typeof window !== "undefined" && "PublicKeyCredential" in window;
}

/**
 * Shows one of the reader's passkeys for exactly this digest.
 * @throws NoPasskeyShown when the browser came back without one; ProblemError when Center does not take it
 */
export async function showPasskey(digest: string): Promise<void> {
  const asked = await postJson<{ challenge_id: string; options: PublicKeyCredentialRequestOptionsJSON }>(
    `${ROUTE}/challenge`,
    { digest },
    newKey(),
  );
  const { startAuthentication } = await library();
  const credential = await prompted(() => startAuthentication({ optionsJSON: asked.options }));
  await putJson(`${ROUTE}/challenge`, { challenge_id: asked.challenge_id, digest, credential });
}

/** What a new passkey is to be made by. */
export interface NewPasskeyOrder {
  readonly challenge_id: string;
  readonly options: PublicKeyCredentialCreationOptionsJSON;
}

export function orderPasskey(): Promise<NewPasskeyOrder> {
  return postJson<NewPasskeyOrder>(ROUTE, {}, newKey());
}

/** Has the browser make a passkey, and brings its public half. @throws NoPasskeyShown, ProblemError as above */
export async function makePasskey({ challenge_id, options }: NewPasskeyOrder, name: string): Promise<void> {
  const { startRegistration } = await library();
  const credential = await prompted(() => startRegistration({ optionsJSON: options }));
  await putJson(ROUTE, { challenge_id, name, credential });
}
