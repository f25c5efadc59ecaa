import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isPure } from "./pure-paths.mjs";
import { runAsScript } from "./report.mjs";
import { walkHouse } from "./source-files.mjs";
import { importsOf, isGlobal, parseFile, propertyName, walk } from "./syntax-tree.mjs";

/** What a pure file may not do, and what to do instead. */
export const PURITY_RULES = {
  "pure-clock": "reads the clock: take `now` as an argument",
  "pure-random": "draws randomness: take the id or a seeded source as an argument",
  "pure-environment": "reads the process: take the setting as an argument",
  "pure-waiting": "waits: a pure verb answers at once, effects belong to commands, jobs or adapters",
  "pure-import": "imports an effect: only verbs, types and zod belong here",
  "pure-global": "has an effect: return the decision as data",
};

const EFFECTFUL_PACKAGE =
  /^(next|next-auth|next-intl|postgres|drizzle-orm|drizzle-kit|pg-boss|pino|tar|cockatiel|standardwebhooks|server-only|@node-rs\/argon2)(\/|$)/;
const REPLAYABLE_BUILTINS = new Set(["buffer", "path", "url", "util"]);
const REPLAYABLE_CRYPTO = new Set(
  "createHash hash createHmac sign verify createPublicKey createPrivateKey createSecretKey timingSafeEqual KeyObject X509Certificate hkdfSync createCipheriv createDecipheriv".split(
    " ",
  ),
);

/** Globals whose every use is an effect. `Date` and `Math` are judged by the property instead. */
const EFFECTFUL_GLOBALS = {
  "pure-clock": ["performance"],
  "pure-random": ["crypto"],
  "pure-environment": ["process", "globalThis", "global", "window", "document"],
  "pure-waiting": ["Promise", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
  "pure-global": ["fetch", "WebSocket", "EventSource", "console", "localStorage", "sessionStorage"],
};
const EFFECTFUL_PROPERTIES = { "pure-clock": ["Date", "now"], "pure-random": ["Math", "random"] };

/** Parents under which a name stands for a type: `Promise<Verdict>` in a signature waits for nothing. */
const TYPE_PARENTS = new Set(["TsTypeReference", "TsQualifiedName", "TsTypeQuery", "TsExpressionWithTypeArguments"]);

/** @param {string} root @returns {import("./report.mjs").Violation[]} */
export function findImpurities(root) {
  return walkHouse(root)
    .files.filter(isPure)
    .flatMap((path) => impuritiesIn(readFileSync(join(root, path), "utf8"), path));
}

function impuritiesIn(source, path) {
  const tree = parseFile(source, path);
  const found = importsOf(tree)
    .filter(isEffectfulImport)
    .map(({ line, source: from }) => ({ path, line, rule: "pure-import", message: `"${from}" ${PURITY_RULES["pure-import"]}` }));
  walk(tree.body, (node, ancestors) => {
    const rule = effectOf(node, ancestors.at(-1));
    if (rule) found.push({ path, line: tree.lineAt(node.span.start), rule, message: PURITY_RULES[rule] });
  });
  return found.sort((left, right) => left.line - right.line);
}

function isEffectfulImport({ source, node, isTypeOnly, isDynamic }) {
  if (isDynamic) return true;
  if (EFFECTFUL_PACKAGE.test(source)) return true;
  if (!source.startsWith("node:")) return false;
  if (isTypeOnly) return false;
  const builtin = source.slice("node:".length);
  return builtin === "crypto" ? drawsRandomness(node) : !REPLAYABLE_BUILTINS.has(builtin);
}

/** A default or namespace import hides which functions are used, so it counts as drawing. */
function drawsRandomness({ specifiers = [] }) {
  return specifiers.some((specifier) => {
    if (specifier.type !== "ImportSpecifier") return true;
    return !specifier.isTypeOnly && !REPLAYABLE_CRYPTO.has((specifier.imported ?? specifier.local).value);
  });
}

/** @returns {string | null} the rule that the node breaks by itself, its children apart */
function effectOf(node, parent) {
  if (node.type === "Identifier") return TYPE_PARENTS.has(parent?.type) ? null : effectOfGlobal(node);
  if (waits(node)) return "pure-waiting";
  if (makesToday(node)) return "pure-clock";
  return effectOfProperty(node);
}

/** `await`, `async`, `for await` and `await using`, in swc's several spellings. */
function waits(node) {
  return node.type === "AwaitExpression" || [node.async, node.function?.async, node.await, node.isAwait].includes(true);
}

function effectOfGlobal(node) {
  const [rule] = Object.entries(EFFECTFUL_GLOBALS).find(([, names]) => names.some((name) => isGlobal(node, name))) ?? [null];
  return rule;
}

/** `Date.now`, `Date["now"]` or `const { now } = Date`, called or passed on. */
function effectOfProperty(node) {
  const [rule] = Object.entries(EFFECTFUL_PROPERTIES).find(([, [name, property]]) => takes(node, name, property)) ?? [null];
  return rule;
}

function takes(node, name, property) {
  if (node.type === "MemberExpression") return isGlobal(node.object, name) && propertyName(node) === property;
  if (node.type !== "VariableDeclarator" || !isGlobal(node.init, name) || node.id.type !== "ObjectPattern") return false;
  return node.id.properties.some(({ key }) => key?.value === property);
}

/** `new Date()` and `Date()` answer with the present; with an argument they only convert. */
function makesToday(node) {
  if (node.type === "NewExpression") return isGlobal(node.callee, "Date") && (node.arguments ?? []).length === 0;
  return node.type === "CallExpression" && isGlobal(node.callee, "Date");
}

await runAsScript(import.meta.url, findImpurities);
