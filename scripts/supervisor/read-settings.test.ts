import path from "node:path";
import { expect, test } from "vitest";
import { childEnvironment, localUrl, readSettings } from "./read-settings.mjs";

const ROOT = path.resolve("/srv/center");

test("without any variable: loopback, port 3000, the embedded database and the demo", () => {
  expect(readSettings(ROOT, {})).toEqual({
    root: ROOT,
    host: "127.0.0.1",
    port: 3000,
    dataDir: path.join(ROOT, ".data"),
    databaseUrl: null,
    isDemo: true,
  });
});

test.each([
  { env: {}, isDemo: true },
  { env: { DATABASE_URL: "postgres://x/y" }, isDemo: false },
  { env: { DATABASE_URL: "postgres://x/y", DEMO: "1" }, isDemo: true },
  { env: { DEMO: "0" }, isDemo: false },
  { env: { DEMO: "OFF" }, isDemo: false },
  { env: { DEMO: "" }, isDemo: true },
])("$env makes the demo $isDemo", ({ env, isDemo }) => {
  expect(readSettings(ROOT, env).isDemo).toBe(isDemo);
});

test.each([
  { env: { PORT: "http" }, says: /PORT/ },
  { env: { PORT: "-1" }, says: /PORT/ },
  { env: { PORT: "65536" }, says: /PORT/ },
  { env: { DEMO: "maybe" }, says: /DEMO/ },
])("$env is refused by name", ({ env, says }) => {
  expect(() => readSettings(ROOT, env)).toThrow(says);
});

test.each([
  ["127.0.0.1", "http://127.0.0.1:8080"],
  ["0.0.0.0", "http://127.0.0.1:8080"],
  ["::", "http://[::1]:8080"],
  ["center.example", "http://center.example:8080"],
])("HOST %s is reached at %s", (host, url) => {
  expect(localUrl({ host, port: 8080 })).toBe(url);
});

test("children get every decision written out, and loopback is open only in the demo", () => {
  const made = { databaseUrl: "postgres://made", secrets: { MASTER_KEY: "k" } };
  const demo = childEnvironment(readSettings(ROOT, { PORT: "8080" }), made, { KEPT: "yes" });
  expect(demo).toMatchObject({
    KEPT: "yes",
    MASTER_KEY: "k",
    DATABASE_URL: "postgres://made",
    PORT: "8080",
    DEMO: "1",
    OUTBOUND_ALLOW: "127.0.0.0/8,::1/128",
  });
  expect(demo).toMatchObject({ PUBLIC_URL: "http://127.0.0.1:8080", NEXTAUTH_URL: "http://127.0.0.1:8080", NODE_ENV: "production" });
  const real = childEnvironment(readSettings(ROOT, { DEMO: "0" }), made, { PUBLIC_URL: "https://center.example" });
  expect(real.OUTBOUND_ALLOW).toBeUndefined();
  expect(real.NEXTAUTH_URL).toBe("https://center.example");
});
