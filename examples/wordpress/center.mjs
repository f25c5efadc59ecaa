import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProcess, until } from "./host/run-process.mjs";

const ROOT = resolve(import.meta.dirname, "../..");
const READY_MS = 120_000;

/** The real Center as `npm start` starts it, without its demo, and a signed-in administrator. */
export async function startCenter() {
  const dataDir = mkdtempSync(join(tmpdir(), "center-wordpress-"));
  const admin = { email: "ops@center.example", password: randomBytes(18).toString("base64url") };
  const { DATABASE_URL: _database, TEST_SUPERUSER_URL: _cluster, ...inherited } = process.env;
  const own = {
    DATA_DIR: dataDir,
    PORT: "0",
    DEMO: "0",
    LOG_LEVEL: "warn",
    FIRST_ADMIN_EMAIL: admin.email,
    FIRST_ADMIN_PASSWORD: admin.password,
  };
  const env = { ...inherited, ...own };
  const running = runProcess(process.execPath, [join("scripts", "start.mjs")], { cwd: ROOT, env });
  const stop = async () => {
    await running.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const ready = () => /^ready (http:\/\/\S+)/m.exec(running.said());
    await until(() => running.child.exitCode !== null || ready(), "Center", READY_MS);
    const url = ready()?.[1];
    if (!url) throw new Error(`Center did not start: ${running.said()}`);
    return { url, stop, ...(await signIn(url, admin)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {string} url @param {{ email: string, password: string }} admin */
async function signIn(url, admin) {
  /** @type {Map<string, string>} */
  const cookies = new Map();
  const send = async (/** @type {string} */ path, /** @type {RequestInit} */ options = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${url}${path}`, {
      redirect: "manual",
      ...options,
      headers: { connection: "close", origin: url, cookie, ...options.headers },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return answer;
  };
  const { csrfToken } = await (await send("/api/auth/csrf")).json();
  const signedIn = await send("/api/auth/callback/credentials", {
    method: "POST",
    body: new URLSearchParams({ csrfToken, ...admin, json: "true" }),
  });
  if (signedIn.status >= 400) throw new Error(`sign-in answered ${signedIn.status}: ${await signedIn.text()}`);

  /**
   * Asks the ops API.
   * @param {string} method @param {string} path @param {object | Uint8Array} [body]
   * @returns {Promise<any>}
   */
  const ops = async (method, path, body) => {
    const isBytes = body instanceof Uint8Array;
    const type = isBytes ? "application/octet-stream" : "application/json";
    const content = body === undefined ? {} : { body: isBytes ? body : JSON.stringify(body), headers: { "content-type": type } };
    const answer = await send(`/api/ops${path}`, { method, ...content });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  };
  return { ops };
}
