import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runAsScript } from "./report.mjs";
import { isTest, walkHouse } from "./source-files.mjs";
import { importsOf, isGlobal, parseFile, walk } from "./syntax-tree.mjs";

/** Words by which unfinished work passes for finished, and what to do instead. */
export const WORD_RULES = {
  "unfinished-mark": "finish it, or file an issue",
  "unfinished-words": "say what it does today, or finish it",
  "silenced-types": "fix the type",
  "test-left-out": "a test runs or does not exist; for what a machine cannot offer use skipIf with its reason",
  "test-proves-nothing": "assert what the case is about",
  "fixed-sleep": "wait for a condition, or inject the clock",
};

const WRITTEN = /\.(ts|tsx|mjs|cjs|js|jsx|css|sql|php|sh|html|ya?ml)$|^\.ci\//;

/** These two name the words in order to refuse them. */
const SPEAKS_OF_WORDS = new Set(["scripts/house/words.mjs", "test/house/words.test.ts"]);

/** Quoted, "XXX" is a currency: ISO 4217's code for none. */
const PATTERNS = [
  ["unfinished-mark", /\b(TODO|FIXME|HACK)\b|(?<!["'`])\bXXX\b/],
  ["unfinished-words", /\bnot (yet )?implemented\b|\bfor now\b(?!\()/i],
  ["silenced-types", /@ts-(ignore|nocheck)\b/],
  ["test-left-out", /\b(test|it|describe|suite|bench)(\.\w+)*\.(only|skip|todo|fixme|fails)\b|\bx(it|test|describe)\(/],
  ["test-proves-nothing", /\bexpect\((true|1)\)/],
  ["fixed-sleep", /\bwaitForTimeout\(/],
];

const LOOPS = new Set(["WhileStatement", "DoWhileStatement", "ForStatement", "ForOfStatement", "ForInStatement"]);

/** @param {string} root @returns {import("./report.mjs").Violation[]} */
export function findWords(root) {
  return walkHouse(root)
    .files.filter((path) => WRITTEN.test(path) && !SPEAKS_OF_WORDS.has(path))
    .flatMap((path) => {
      const source = readFileSync(join(root, path), "utf8");
      return [...wordsIn(source, path), ...(isTest(path) ? sleepsIn(source, path) : [])];
    });
}

function wordsIn(source, path) {
  return source.split("\n").flatMap((text, at) =>
    PATTERNS.flatMap(([rule, pattern]) => {
      const [word] = pattern.exec(text) ?? [];
      return word ? [{ path, line: at + 1, rule, message: `"${word}": ${WORD_RULES[rule]}` }] : [];
    }),
  );
}

/** A pause between two looks at a condition stands in a loop; outside one it is a guess about somebody's speed. */
function sleepsIn(source, path) {
  if (!source.includes("setTimeout") || !/\.(ts|tsx|mjs|js)$/.test(path)) return [];
  const tree = parseFile(source, path);
  const sleepers = sleepingImports(tree);
  const found = [];
  walk(tree.body, (node, ancestors) => {
    if (!isSleep(node, sleepers) || ancestors.some(({ type }) => LOOPS.has(type))) return;
    found.push({ path, line: tree.lineAt(node.span.start), rule: "fixed-sleep", message: WORD_RULES["fixed-sleep"] });
  });
  return found;
}

/** Local names of `setTimeout` from node:timers/promises. */
function sleepingImports(tree) {
  const timers = importsOf(tree).filter(({ source }) => /^(node:)?timers\/promises$/.test(source));
  return timers
    .flatMap(({ node }) => node.specifiers ?? [])
    .filter((specifier) => (specifier.imported ?? specifier.local).value === "setTimeout")
    .map((specifier) => specifier.local.value);
}

function isSleep(node, sleepers) {
  if (node.type === "CallExpression") return node.callee.type === "Identifier" && sleepers.includes(node.callee.value);
  return node.type === "NewExpression" && isGlobal(node.callee, "Promise") && resolvesByTimer(node.arguments?.[0]?.expression);
}

/** `(resolve) => setTimeout(resolve, ms)`, also with a body or a callback around the resolve; a timer that rejects is a deadline. */
function resolvesByTimer(executor) {
  const resolve = executor?.params?.[0]?.value ?? executor?.params?.[0]?.pat?.value;
  if (!resolve) return false;
  let sleeps = false;
  walk(executor.body, (node) => {
    if (node.type === "CallExpression" && isGlobal(node.callee, "setTimeout")) sleeps ||= mentions(node.arguments[0], resolve);
  });
  return sleeps;
}

function mentions(argument, name) {
  let found = false;
  walk(argument, (node) => {
    found ||= node.type === "Identifier" && node.value === name;
  });
  return found;
}

await runAsScript(import.meta.url, findWords);
