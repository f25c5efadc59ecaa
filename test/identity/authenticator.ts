import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** Flags of authenticator data (Web Authentication §6.1). */
const [PRESENT, VERIFIED, ATTESTED] = [0x01, 0x04, 0x40];
const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
const base64url = (data: string | Buffer) => Buffer.from(data).toString("base64url");

/** A byte string as CBOR writes it (RFC 8949), up to 64 KiB. */
function cborBytes(bytes: Buffer): Buffer {
  const head = bytes.length < 256 ? [0x58, bytes.length] : [0x59, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}

const cborText = (text: string) => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);

/** A P-256 key as COSE writes it (RFC 9053): {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const [first, second] = [x, y].map((part) => cborBytes(Buffer.from(part, "base64url")));
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]),
    first ?? Buffer.of(),
    Buffer.from([0x22]),
    second ?? Buffer.of(),
  ]);
}

/** What can be bent in an answer; everything else is as it should be. */
export interface Bent {
  readonly origin?: string;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly crossOrigin?: boolean;
  readonly isPresent?: boolean;
  readonly isVerified?: boolean;
  readonly counter?: number;
  /** The attestation's format, where it is not "none". */
  readonly format?: string;
}

/** An authenticator in software with one ES256 key, which answers whatever it is asked, for these tests also wrongly. */
export class SoftwareAuthenticator {
  readonly id = base64url(randomBytes(32));
  private readonly keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  private counter: number;

  constructor(
    private readonly origin: string,
    { counts = true }: { readonly counts?: boolean } = {},
  ) {
    this.counter = counts ? 1 : 0;
  }

  private clientData(type: string, challenge: string, bent: Bent): Buffer {
    const { origin = this.origin, crossOrigin = false } = bent;
    return Buffer.from(JSON.stringify({ type: bent.type ?? type, challenge: bent.challenge ?? challenge, origin, crossOrigin }));
  }

  private data(
    { rpId = new URL(this.origin).hostname, isPresent = true, isVerified = true, counter = this.counter }: Bent,
    more = 0,
  ): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([(isPresent ? PRESENT : 0) | (isVerified ? VERIFIED : 0) | more]), count]);
  }

  /** A new passkey (RegistrationResponseJSON), without attestation. */
  create(challenge: string, bent: Bent = {}) {
    const id = Buffer.from(this.id, "base64url");
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, coseKey(this.keys.publicKey)]);
    const authData = Buffer.concat([this.data(bent, ATTESTED), attested]);
    const attestationObject = Buffer.concat([
      Buffer.from([0xa3]),
      cborText("fmt"),
      cborText(bent.format ?? "none"),
      cborText("attStmt"),
      Buffer.from([0xa0]),
      cborText("authData"),
      cborBytes(authData),
    ]);
    const clientDataJSON = base64url(this.clientData("webauthn.create", challenge, bent));
    const response = { clientDataJSON, attestationObject: base64url(attestationObject), transports: ["internal"] };
    return { id: this.id, rawId: this.id, type: "public-key", response, clientExtensionResults: {} };
  }

  /** An answer (AuthenticationResponseJSON), signed over whatever it says. */
  get(challenge: string, bent: Bent = {}) {
    if (this.counter > 0) this.counter += 1;
    const clientData = this.clientData("webauthn.get", challenge, bent);
    const authenticatorData = this.data(bent);
    const signature = sign("sha256", Buffer.concat([authenticatorData, sha256(clientData)]), this.keys.privateKey);
    const response = {
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(authenticatorData),
      signature: base64url(signature),
    };
    return { id: this.id, rawId: this.id, type: "public-key", response, clientExtensionResults: {} };
  }
}
