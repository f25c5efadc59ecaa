import { createPublicKey, hkdfSync } from "node:crypto";
import { isIP } from "node:net";
import { z } from "zod";
import { KILL_LABELS } from "@/lib/platform/faults/kill-labels";
import { LIMITS } from "@/lib/platform/limits";
import { LOG_LEVELS } from "@/lib/platform/log";
import { type AddressRange, parseRange } from "@/lib/platform/outbound/address-range";

/** What a variable holds may be a secret: messages name the variable and the rule, never the value. */
export class EnvironmentError extends Error {
  constructor(problems: readonly string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.name = "EnvironmentError";
  }
}

const httpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), "must be an http or https URL")
  .transform((text) => text.replace(/\/+$/, ""));

const port = z
  .string()
  .regex(/^\d{1,5}$/, "must be a port, 1 to 65535")
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65_535, "must be a port, 1 to 65535");

/** Shorter than usual only costs renewals; longer would break the promise that work is taken over within 90 s. */
const leaseSeconds = z
  .string()
  .regex(/^\d{1,3}$/, `must be whole seconds, 4 to ${LIMITS.leaseSeconds}`)
  .transform(Number)
  .refine((value) => value >= 4 && value <= LIMITS.leaseSeconds, `must be whole seconds, 4 to ${LIMITS.leaseSeconds}`);

const databaseUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol), "must be a postgres:// URL");

const secret = z.string().min(16, "must have at least 16 characters");

function isRsaPublicKey(pem: string): boolean {
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return false;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "rsa" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048;
  } catch {
    return false;
  }
}

const publicPem = z
  .string()
  .transform((text) => text.replaceAll("\\n", "\n").trim())
  .refine(isRsaPublicKey, "must be the PEM of an RSA public key of at least 2048 bits (line breaks real or as \\n)");

/** 32 bytes as hex or base64; any other text of at least 32 characters is stretched to 32 bytes. */
const masterKey = z
  .string()
  .min(32, "must be 32 bytes as hex or base64, or a text of at least 32 characters")
  .transform((text) => {
    if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, "hex");
    if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, "base64");
    return Buffer.from(hkdfSync("sha256", text, "", "reliability-center/master-key-text", 32));
  });

const smtpUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== "", {
    message: "must be an smtp:// or smtps:// URL",
  });

/** Nothing that could end a header line or begin a second address. */
const mailFrom = z
  .string()
  .max(400, "must have at most 400 characters")
  .refine((text) => /^([^<>@,;:"\p{Cc}]*<[^<>@\s,;:"]+@[^<>@\s,;:"]+>|[^<>@\s,;:"]+@[^<>@\s,;:"]+)$/u.test(text), {
    message: "must be an e-mail address, or a name with one: Center <center@example.com>",
  });

const outboundAllow = z.string().transform((text, context): readonly AddressRange[] => {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "");
  return parts.flatMap((part) => {
    const range = parseRange(part);
    if (!range) context.addIssue({ code: "custom", message: "must be CIDR ranges such as 127.0.0.0/8, separated by commas" });
    return range ?? [];
  });
});

const yesOrNo = z
  .string()
  .toLowerCase()
  .refine((text) => /^(1|0|true|false|yes|no|on|off)$/.test(text), "must be 1 or 0")
  .transform((text) => /^(1|true|yes|on)$/.test(text));

const OIDC = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;

/** An identity provider is named whole, and by https where it is not this very machine: what it says lets people in. */
function oidcProblems(source: Partial<Record<(typeof OIDC)[number], string>>): { path: string[]; message: string }[] {
  if (OIDC.every((name) => source[name] === undefined)) return [];
  const missing = OIDC.filter((name) => source[name] === undefined).map((name) => ({
    path: [name],
    message: `must be set with ${OIDC.filter((other) => other !== name).join(" and ")}`,
  }));
  const issuer = source.OIDC_ISSUER === undefined ? null : new URL(source.OIDC_ISSUER);
  const isBare = issuer?.protocol === "http:" && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(issuer.hostname);
  return [...missing, ...(isBare ? [{ path: ["OIDC_ISSUER"], message: "must be an https URL, unless it is this machine" }] : [])];
}

const schema = z
  .object({
    PORT: port.prefault("3000"),
    HOST: z
      .string()
      .refine((text) => isIP(text) !== 0 || /^[A-Za-z0-9.-]{1,253}$/.test(text), "must be a host name or an address")
      .default("127.0.0.1"),
    DATA_DIR: z.string().default(".data"),
    DATABASE_URL: databaseUrl.optional(),
    PUBLIC_URL: httpUrl.optional(),
    NEXTAUTH_SECRET: secret.optional(),
    CRON_SECRET: secret.optional(),
    MASTER_KEY: masterKey.optional(),
    MASTER_KEY_NEXT: masterKey.optional(),
    MOLAM_ID_JWT_PUBLIC: publicPem.optional(),
    MOLAM_ID_ISSUER: z.string().optional(),
    MOLAM_ID_AUDIENCE: z.string().optional(),
    OIDC_ISSUER: httpUrl.optional(),
    OIDC_CLIENT_ID: z.string().max(256, "must have at most 256 characters").optional(),
    OIDC_CLIENT_SECRET: z.string().min(8, "must have at least 8 characters").optional(),
    SIRA_API_URL: httpUrl.optional(),
    SIRA_API_TOKEN: z.string().optional(),
    STAGING_RUNNER_URL: httpUrl.optional(),
    STAGING_RUNNER_TOKEN: z.string().optional(),
    OUTBOUND_ALLOW: outboundAllow.prefault(""),
    SMTP_URL: smtpUrl.optional(),
    MAIL_FROM: mailFrom.optional(),
    FIRST_ADMIN_EMAIL: z.email("must be an e-mail address").optional(),
    FIRST_ADMIN_PASSWORD: z.string().min(12, "must have at least 12 characters").optional(),
    CLIENT_CERT_PROXY_SECRET: z
      .string()
      .min(32, "must have at least 32 characters")
      .max(200, "must have at most 200 characters")
      .optional(),
    CLIENT_CERT_PROXY_FROM: outboundAllow.prefault("127.0.0.0/8,::1/128"),
    LEASE_SECONDS: leaseSeconds.prefault(String(LIMITS.leaseSeconds)),
    LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
    OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
    DEAD_MAN_URL: httpUrl.optional(),
    DEMO: yesOrNo.optional(),
    CHAOS: yesOrNo.prefault("0"),
    CHAOS_KILL_AT: z.enum(KILL_LABELS, "must be one of the labels in lib/platform/faults/kill-labels.ts").optional(),
  })
  .superRefine((source, context) => {
    if (source.CHAOS_KILL_AT !== undefined && !source.CHAOS) {
      context.addIssue({ code: "custom", path: ["CHAOS_KILL_AT"], message: "must not be set without CHAOS=1: it is for exercises only" });
    }
    if ((source.SMTP_URL === undefined) !== (source.MAIL_FROM === undefined)) {
      const [missing, given] = source.SMTP_URL === undefined ? ["SMTP_URL", "MAIL_FROM"] : ["MAIL_FROM", "SMTP_URL"];
      context.addIssue({ code: "custom", path: [missing], message: `must be set with ${given}` });
    }
    for (const problem of oidcProblems(source)) context.addIssue({ code: "custom", ...problem });
    if (source.MOLAM_ID_JWT_PUBLIC === undefined) return;
    for (const name of ["MOLAM_ID_ISSUER", "MOLAM_ID_AUDIENCE"] as const) {
      if (source[name] === undefined) context.addIssue({ code: "custom", path: [name], message: "must be set with MOLAM_ID_JWT_PUBLIC" });
    }
  });

/** A name with a colon is an IPv6 address and needs brackets in a URL. */
function defaultPublicUrl(host: string, portNumber: number): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${portNumber}`;
}

/** What only some processes need: reading it says what is missing, leaving it alone costs nothing. */
function needed<Value>(variable: string, value: Value | undefined): Value {
  if (value === undefined) throw new EnvironmentError([`${variable} must be set; npm start provides it`]);
  return value;
}

function bearerSettings(publicKeyPem: string | undefined, issuer: string | undefined, audience: string | undefined) {
  return publicKeyPem !== undefined && issuer !== undefined && audience !== undefined ? { publicKeyPem, issuer, audience } : null;
}

function oidcSettings(issuer: string | undefined, clientId: string | undefined, clientSecret: string | undefined) {
  return issuer !== undefined && clientId !== undefined && clientSecret !== undefined ? { issuer, clientId, clientSecret } : null;
}

export type Environment = ReturnType<typeof readEnvironment>;

/**
 * Reads all settings of contract.md, Start. An empty value counts as unset; what is optional and unset is null. Nothing is
 * required here, so that a build needs no secrets: `databaseUrl`, `nextauthSecret`, `cronSecret` and `masterKey` (32
 * bytes) throw an EnvironmentError when they are read while unset.
 *
 * @throws EnvironmentError with one line for each bad variable
 */
export function readEnvironment(source: Readonly<Record<string, string | undefined>>) {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new EnvironmentError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`));
  const value = parsed.data;
  return {
    port: value.PORT,
    host: value.HOST,
    dataDir: value.DATA_DIR,
    publicUrl: value.PUBLIC_URL ?? defaultPublicUrl(value.HOST, value.PORT),
    get databaseUrl() {
      return needed("DATABASE_URL", value.DATABASE_URL);
    },
    get nextauthSecret() {
      return needed("NEXTAUTH_SECRET", value.NEXTAUTH_SECRET);
    },
    get cronSecret() {
      return needed("CRON_SECRET", value.CRON_SECRET);
    },
    get masterKey() {
      return needed("MASTER_KEY", value.MASTER_KEY);
    },
    /** The key that takes MASTER_KEY's place, for processes that do not share DATA_DIR with the one that changes it. */
    masterKeyNext: value.MASTER_KEY_NEXT ?? null,
    bearer: bearerSettings(value.MOLAM_ID_JWT_PUBLIC, value.MOLAM_ID_ISSUER, value.MOLAM_ID_AUDIENCE),
    oidc: oidcSettings(value.OIDC_ISSUER, value.OIDC_CLIENT_ID, value.OIDC_CLIENT_SECRET),
    sira: value.SIRA_API_URL === undefined ? null : { url: value.SIRA_API_URL, token: value.SIRA_API_TOKEN ?? null },
    stagingRunner:
      value.STAGING_RUNNER_URL === undefined ? null : { url: value.STAGING_RUNNER_URL, token: value.STAGING_RUNNER_TOKEN ?? null },
    outboundAllow: value.OUTBOUND_ALLOW,
    /** Where e-mail is handed over, and whom it is from; null where none is sent. */
    mail: value.SMTP_URL !== undefined && value.MAIL_FROM !== undefined ? { url: value.SMTP_URL, from: value.MAIL_FROM } : null,
    /** The proxy whose word about client certificates counts: what it must say, and from where; null where nobody's does. */
    clientCertProxy:
      value.CLIENT_CERT_PROXY_SECRET === undefined ? null : { secret: value.CLIENT_CERT_PROXY_SECRET, from: value.CLIENT_CERT_PROXY_FROM },
    firstAdminEmail: value.FIRST_ADMIN_EMAIL ?? null,
    firstAdminPassword: value.FIRST_ADMIN_PASSWORD ?? null,
    leaseSeconds: value.LEASE_SECONDS,
    logLevel: value.LOG_LEVEL,
    /** The watcher outside that expects a sign of life every minute; whoever knows it can speak for us. */
    deadManUrl: value.DEAD_MAN_URL ?? null,
    otlpEndpoint: value.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    /** Where an exercise has this process end itself (kill-point.ts); null everywhere else. */
    killAt: value.CHAOS_KILL_AT ?? null,
    demo: value.DEMO ?? value.DATABASE_URL === undefined,
  } as const;
}

/** A master key as it stands in MASTER_KEY or in its file. @throws EnvironmentError when it is none */
export function readMasterKey(text: string): Buffer {
  return readEnvironment({ MASTER_KEY: text }).masterKey;
}

let memo: Environment | undefined;

/** The settings of this process, read once. */
export function environment(): Environment {
  memo ??= readEnvironment(process.env);
  return memo;
}

/**
 * One setting of this process that the caller cannot do without.
 * @throws EnvironmentError when it is unset
 */
export function requireSetting<Name extends keyof Environment>(name: Name): NonNullable<Environment[Name]> {
  const value = environment()[name];
  if (value === null || value === undefined) throw new EnvironmentError([`the setting ${name} is missing`]);
  return value;
}
