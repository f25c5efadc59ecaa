import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import type { Role } from "@/lib/access/types";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const ISSUER = "https://id.test";
const AUDIENCE = "reliability-center";

// Read once by lib/platform/env.ts, so a test imports this file before anything asks for the settings.
process.env.MOLAM_ID_JWT_PUBLIC = publicKey.export({ type: "spki", format: "pem" }).toString();
process.env.MOLAM_ID_ISSUER = ISSUER;
process.env.MOLAM_ID_AUDIENCE = AUDIENCE;

export interface BearerOptions {
  readonly email?: string;
  readonly roles?: readonly (Role | (string & {}))[];
  /** Tenant ids; all of them unless said otherwise. */
  readonly tenants?: readonly string[];
  readonly lifeSeconds?: number;
  readonly now?: Date;
  /** When and how the person last proved who it is, where the issuer says so. */
  readonly authTime?: Date;
  readonly amr?: readonly string[];
}

/** A token as the organisation's identity service issues it: pay_admin of all tenants unless said otherwise. */
export async function makeBearer(options: BearerOptions = {}): Promise<string> {
  const { email = "ops@center.test", roles = ["pay_admin"], tenants = ["*"], lifeSeconds = 600, now = new Date() } = options;
  const issuedAt = Math.floor(now.getTime() / 1_000);
  const { authTime, amr } = options;
  const proof = { ...(authTime ? { auth_time: Math.floor(authTime.getTime() / 1_000) } : {}), ...(amr ? { amr } : {}) };
  return new SignJWT({ email, roles, tenants, ...proof })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setSubject(email)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifeSeconds)
    .sign(privateKey);
}

export interface CallOptions extends BearerOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bearer?: string | null;
}

/** A request of the ops API with a person's token (`bearer: null` leaves it out); bodies that are no bytes travel as JSON. */
export async function opsRequest(path: string, options: CallOptions = {}): Promise<Request> {
  const headers = new Headers(options.headers);
  const bearer = options.bearer === undefined ? await makeBearer(options) : options.bearer;
  if (bearer !== null) headers.set("authorization", `Bearer ${bearer}`);
  const isBytes = options.body instanceof Uint8Array;
  if (options.body !== undefined && !isBytes && !headers.has("content-type")) headers.set("content-type", "application/json");
  const body = isBytes ? new Uint8Array(options.body as Uint8Array) : JSON.stringify(options.body);
  return new Request(`http://center.test${path}`, {
    method: options.method ?? (body === undefined ? "GET" : "POST"),
    headers,
    ...(body === undefined ? {} : { body }),
  });
}
