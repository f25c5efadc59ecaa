import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { EnvironmentError, readEnvironment } from "./env";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
const privatePem = rsa.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const bearer = { MOLAM_ID_JWT_PUBLIC: publicPem, MOLAM_ID_ISSUER: "https://id.example", MOLAM_ID_AUDIENCE: "center" };

describe("readEnvironment", () => {
  test("needs nothing, so that a build runs with an empty environment", () => {
    expect(readEnvironment({})).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      dataDir: ".data",
      publicUrl: "http://127.0.0.1:3000",
      bearer: null,
      sira: null,
      stagingRunner: null,
      outboundAllow: [],
      leaseSeconds: 60,
      killAt: null,
      logLevel: "info",
      otlpEndpoint: null,
      demo: true,
    });
  });

  test.each(["databaseUrl", "nextauthSecret", "cronSecret", "masterKey"] as const)("%s says that it is missing when it is read", (name) => {
    expect(() => readEnvironment({})[name]).toThrow(EnvironmentError);
    expect(() => readEnvironment({})[name]).toThrow(/(DATABASE_URL|NEXTAUTH_SECRET|CRON_SECRET|MASTER_KEY) must be set/);
  });

  test("an empty or blank value counts as unset", () => {
    expect(readEnvironment({ PORT: "", HOST: " ", SIRA_API_URL: "" })).toMatchObject({ port: 3000, host: "127.0.0.1", sira: null });
  });

  test.each([
    [{}, true],
    [{ DATABASE_URL: "postgres://u:p@db/center" }, false],
    [{ DATABASE_URL: "postgres://u:p@db/center", DEMO: "1" }, true],
    [{ DEMO: "false" }, false],
    [{ DEMO: "OFF" }, false],
  ])("the demo with %j is on: %s", (source, demo) => {
    expect(readEnvironment(source).demo).toBe(demo);
  });

  test.each([
    ["hex", Buffer.alloc(32, 7).toString("hex")],
    ["base64", Buffer.alloc(32, 7).toString("base64")],
    ["base64url", Buffer.alloc(32, 7).toString("base64url")],
  ])("MASTER_KEY as %s is those 32 bytes", (_name, text) => {
    expect(readEnvironment({ MASTER_KEY: text }).masterKey).toEqual(Buffer.alloc(32, 7));
  });

  test("MASTER_KEY as a long text is stretched, the same text to the same key", () => {
    const [one, same, other] = [
      "a long text that somebody made up",
      "a long text that somebody made up",
      "a long text that somebody made us",
    ].map((text) => readEnvironment({ MASTER_KEY: text }).masterKey);
    expect(one).toHaveLength(32);
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  test("a PEM may carry literal \\n", () => {
    const literal = publicPem.replaceAll("\n", "\\n");
    const settings = readEnvironment({ ...bearer, MOLAM_ID_JWT_PUBLIC: literal });
    expect(settings.bearer).toEqual({ publicKeyPem: publicPem.trim(), issuer: "https://id.example", audience: "center" });
  });

  test("OUTBOUND_ALLOW takes ranges of both families", () => {
    const { outboundAllow } = readEnvironment({ OUTBOUND_ALLOW: "127.0.0.0/8, ::1/128 10.1.2.3" });
    expect(outboundAllow.map(({ prefixBits }) => prefixBits)).toEqual([8, 128, 32]);
  });

  test.each([
    ["0.0.0.0", "http://127.0.0.1:8080"],
    ["::1", "http://[::1]:8080"],
    ["center.example", "http://center.example:8080"],
  ])("PUBLIC_URL follows HOST %s", (host, url) => {
    expect(readEnvironment({ HOST: host, PORT: "8080" }).publicUrl).toBe(url);
  });

  test.each([
    ["PORT", "99999"],
    ["PORT", "http"],
    ["PORT", "0"],
    ["HOST", "a b"],
    ["DATABASE_URL", "mysql://root@db/x"],
    ["PUBLIC_URL", "ftp://example.com"],
    ["NEXTAUTH_SECRET", "short"],
    ["CRON_SECRET", "short"],
    ["MASTER_KEY", "short"],
    ["MOLAM_ID_JWT_PUBLIC", "not a key"],
    ["MOLAM_ID_JWT_PUBLIC", privatePem],
    [
      "MOLAM_ID_JWT_PUBLIC",
      generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ type: "spki", format: "pem" }).toString(),
    ],
    ["MOLAM_ID_JWT_PUBLIC", generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["OUTBOUND_ALLOW", "localhost"],
    ["OUTBOUND_ALLOW", "10.0.0.0/33"],
    ["FIRST_ADMIN_EMAIL", "nobody"],
    ["FIRST_ADMIN_PASSWORD", "short"],
    ["LOG_LEVEL", "loud"],
    ["DEMO", "perhaps"],
    ["LEASE_SECONDS", "3"],
    ["LEASE_SECONDS", "61"],
    ["CHAOS_KILL_AT", "attempt.nowhere"],
  ])("%s = %.20s is named, its value is not", (name, value) => {
    const read = () => readEnvironment({ ...bearer, [name]: value });
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(new RegExp(`\\n {2}- ${name} must `));
    if (value.length > 4) expect(read).not.toThrow(value.slice(0, 40));
  });

  test("a key without issuer and audience is refused", () => {
    expect(() => readEnvironment({ MOLAM_ID_JWT_PUBLIC: publicPem })).toThrow(/MOLAM_ID_ISSUER must[\s\S]*MOLAM_ID_AUDIENCE must/);
  });

  test("a process ends itself only where somebody says twice that this is an exercise", () => {
    const CHAOS_KILL_AT = "attempt.dispatch.written";
    for (const CHAOS of [undefined, "", "0"]) {
      expect(() => readEnvironment({ CHAOS_KILL_AT, CHAOS, NODE_ENV: "production" })).toThrow(
        /CHAOS_KILL_AT must not be set without CHAOS=1/,
      );
    }
    expect(readEnvironment({ CHAOS_KILL_AT, CHAOS: "1" }).killAt).toBe(CHAOS_KILL_AT);
    expect(readEnvironment({ CHAOS: "1" }).killAt).toBeNull();
  });

  const oidc = { OIDC_ISSUER: "https://id.example/", OIDC_CLIENT_ID: "center", OIDC_CLIENT_SECRET: "a-long-secret" };

  test("an identity provider is named whole, and by https", () => {
    expect(readEnvironment(oidc).oidc).toEqual({ issuer: "https://id.example", clientId: "center", clientSecret: "a-long-secret" });
    expect(readEnvironment({}).oidc).toBeNull();
    expect(() => readEnvironment({ OIDC_ISSUER: oidc.OIDC_ISSUER })).toThrow(/OIDC_CLIENT_ID must[\s\S]*OIDC_CLIENT_SECRET must/);
    expect(() => readEnvironment({ ...oidc, OIDC_ISSUER: "http://id.example" })).toThrow(/OIDC_ISSUER must be an https URL/);
    expect(readEnvironment({ ...oidc, OIDC_ISSUER: "http://127.0.0.1:9000" }).oidc?.issuer).toBe("http://127.0.0.1:9000");
  });

  test.each(["Center <center@center.test>", "center@center.test", "\u00c9quipe d'astreinte <on-call@center.test>"])(
    "mail is from %s",
    (from) => {
      expect(readEnvironment({ SMTP_URL: "smtps://u:p@mail.test", MAIL_FROM: from }).mail).toEqual({ url: "smtps://u:p@mail.test", from });
    },
  );

  test.each([
    [{ SMTP_URL: "smtp://mail.test" }, "MAIL_FROM must be set with SMTP_URL"],
    [{ MAIL_FROM: "center@center.test" }, "SMTP_URL must be set with MAIL_FROM"],
    [{ SMTP_URL: "http://mail.test", MAIL_FROM: "center@center.test" }, "SMTP_URL must be an smtp"],
    [{ SMTP_URL: "smtp://mail.test", MAIL_FROM: "a@b.test, c@d.test" }, "MAIL_FROM must be"],
    [{ SMTP_URL: "smtp://mail.test", MAIL_FROM: "a@b.test\r\nBcc: c@d.test" }, "MAIL_FROM must be"],
    [{ CLIENT_CERT_PROXY_SECRET: "short" }, "CLIENT_CERT_PROXY_SECRET must have at least 32"],
    [{ CLIENT_CERT_PROXY_FROM: "everywhere" }, "CLIENT_CERT_PROXY_FROM must be CIDR"],
  ])("%j is named: %s", (source, problem) => {
    expect(() => readEnvironment(source)).toThrow(problem);
  });

  test("all bad variables are named at once", () => {
    expect(() => readEnvironment({ PORT: "x", DEMO: "y" })).toThrow(/- PORT[\s\S]*- DEMO/);
  });
});
