import { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
import { decodeAttestationObject, decodeClientDataJSON, parseAuthenticatorData } from "@simplewebauthn/server/helpers";
import { sha256Hex } from "@/lib/kernel/canonical-json";
import { type Expected, type Flaw, flawOf, type Shown } from "./flaw-of";
import type { NewPasskey, ShownPasskey } from "./passkey-fields";
import type { RelyingParty } from "./relying-party";

/** ES256, EdDSA, RS256: what authenticators have. */
export const ALGORITHMS = [-7, -8, -257];

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));

function shownBy(clientDataJSON: string, authenticatorData: Uint8Array<ArrayBuffer>): Shown {
  const { type, challenge, origin, crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
  const { rpIdHash, flags, counter } = parseAuthenticatorData(authenticatorData);
  return {
    type: String(type),
    challenge,
    origin,
    isEmbedded: crossOrigin === true || topOrigin !== undefined,
    domainHash: Buffer.from(rpIdHash).toString("hex"),
    isPresent: flags.up,
    isVerified: flags.uv,
    counter,
  };
}

/** What cannot be read is an answer to nothing. */
function readable<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

function expects(type: Expected["type"], challenge: string, party: RelyingParty, counter: number | null): Expected {
  return { type, challenge, origin: party.origin, domainHash: sha256Hex(party.id), counter };
}

export interface MadePasskey {
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: number;
}

/**
 * Whether a new passkey answers the question. No attestation is asked for, and none is taken: to judge one would mean to fetch lists of
 * withdrawn certificates from addresses that the answer names.
 */
export async function checkNewPasskey(given: NewPasskey, challenge: string, party: RelyingParty): Promise<MadePasskey | Flaw> {
  const attested = readable(() => decodeAttestationObject(bytesOf(given.response.attestationObject)));
  const shown = attested && readable(() => shownBy(given.response.clientDataJSON, attested.get("authData")));
  if (!attested || !shown) return "unreadable";
  const flaw = flawOf(shown, expects("webauthn.create", challenge, party, null));
  if (flaw) return flaw;
  if (attested.get("fmt") !== "none") return "attestation";
  const checked = await verifyRegistrationResponse({
    response: { ...given, response: { ...given.response, transports: [] }, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => null);
  if (!checked?.verified || checked.registrationInfo.credential.id !== given.id) return "signature";
  const { id, publicKey, counter } = checked.registrationInfo.credential;
  return { credentialId: id, publicKey: Buffer.from(publicKey), counter };
}

/** What is known of the passkey that somebody shows. */
export interface KnownPasskey {
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: number;
}

/**
 * Whether a known passkey answers the question.
 * @returns its new count, or why it does not count; `counter` only of an answer that it really signed
 */
export async function checkShownPasskey(
  given: ShownPasskey,
  known: KnownPasskey,
  challenge: string,
  party: RelyingParty,
): Promise<{ readonly counter: number } | Flaw> {
  const shown = readable(() => shownBy(given.response.clientDataJSON, bytesOf(given.response.authenticatorData)));
  if (!shown) return "unreadable";
  const flaw = flawOf(shown, expects("webauthn.get", challenge, party, known.counter));
  if (flaw && flaw !== "counter") return flaw;
  const checked = await verifyAuthenticationResponse({
    response: { ...given, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    // The count is judged here (flaw-of.ts), so that one which went back is told from a signature that does not hold.
    credential: { id: known.credentialId, publicKey: new Uint8Array(known.publicKey), counter: -1 },
    requireUserVerification: true,
  }).catch(() => null);
  if (!checked?.verified) return "signature";
  return flaw ?? { counter: shown.counter };
}
