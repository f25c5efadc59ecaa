/** `npm run approver -- <order>`: an approver's signing key on a machine of theirs. It talks to nobody: files go in, files come out. */
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { inWords } from "./approver/in-words.mjs";
import { makeKeyFile, readKeyFile, signEnvelope } from "./approver/key-file.mjs";

const USAGE = `npm run approver -- keygen --email YOU@EXAMPLE --key FILE      makes a key, wrapped by a passphrase
npm run approver -- enrol  --key FILE --out FILE              the statement that brings it to Center (page Account; good for 10 minutes)
npm run approver -- show   --plan FILE                        what a plan or trust document would do, in words
npm run approver -- sign   --key FILE --plan FILE --out FILE  signs it after showing it
--passphrase-file FILE and --yes instead of typing`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: "string" },
    key: { type: "string" },
    plan: { type: "string" },
    out: { type: "string" },
    "passphrase-file": { type: "string" },
    yes: { type: "boolean", default: false },
  },
});

/** @param {"email" | "key" | "plan" | "out"} name */
function need(name) {
  return values[name] ?? stop(`--${name} is missing\n\n${USAGE}`);
}

/** @param {string} message @returns {never} */
function stop(message) {
  console.error(message);
  process.exit(1);
}

/** Asks on the terminal; a secret is not echoed. @param {string} question @param {boolean} isSecret @returns {Promise<string>} */
function ask(question, isSecret) {
  process.stderr.write(question);
  const output = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY });
  return new Promise((resolve) => {
    lines.question("", (answer) => {
      lines.close();
      if (isSecret) process.stderr.write("\n");
      resolve(answer);
    });
  });
}

/** @param {boolean} isNew */
async function passphrase(isNew) {
  const file = values["passphrase-file"];
  if (file) return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  const given = await ask("Passphrase: ", true);
  if (isNew && given !== (await ask("Once more: ", true))) stop("these are two different passphrases");
  return given;
}

/** Never over what is there: a key that is written over is lost. @param {string} path @param {unknown} value @param {number} mode */
function write(path, value, mode) {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`, { mode, flag: "wx" });
  console.log(path);
}

const LEAST_CHARACTERS = 12;
const orders = {
  async keygen() {
    const [approver, path] = [need("email").trim().toLowerCase(), need("key")];
    const secret = await passphrase(true);
    if (secret.length < LEAST_CHARACTERS) stop(`a passphrase has at least ${LEAST_CHARACTERS} characters`);
    const file = makeKeyFile(approver, secret, new Date());
    write(path, file, 0o600);
    console.log(`fingerprint ${file.keyid}\nTell it to whoever vouches for it by another way than Center.`);
  },
  async enrol() {
    const [file, out] = [readKeyFile(readFileSync(need("key"), "utf8")), need("out")];
    const statement = {
      approver: file.approver,
      issued_at: new Date().toISOString(),
      made_in: "command_line",
      public_key: file.public_key,
    };
    write(out, signEnvelope("enrolment", Buffer.from(JSON.stringify(statement)), file, await passphrase(false)), 0o644);
  },
  async show() {
    console.log(inWords(JSON.parse(readFileSync(need("plan"), "utf8"))).lines.join("\n"));
  },
  async sign() {
    const [file, out] = [readKeyFile(readFileSync(need("key"), "utf8")), need("out")];
    const { kind, digest, bytes, expiresAt, lines } = inWords(JSON.parse(readFileSync(need("plan"), "utf8")));
    console.error(lines.join("\n"));
    const isMeant = values.yes || (await ask('Type "sign" to sign exactly this: ', false)).trim() === "sign";
    if (!isMeant) stop("nothing was signed");
    const payload =
      kind === "trust" ? bytes : Buffer.from(JSON.stringify({ approver: file.approver, expires_at: expiresAt, plan_digest: digest }));
    write(out, signEnvelope(kind === "trust" ? "trust" : "approval", payload, file, await passphrase(false)), 0o644);
  },
};

const order = orders[/** @type {keyof typeof orders} */ (positionals[0])];
if (!order) stop(USAGE);
await order().catch((error) => stop(`approver: ${error.message}`));
