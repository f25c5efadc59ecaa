import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runAsScript } from "./report.mjs";
import { isCode, isTest, walkHouse } from "./source-files.mjs";
import { parseFile, walk } from "./syntax-tree.mjs";

/** Sizes in lines, and the names that the house refuses. */
export const SIZE_RULES = {
  "file-lines": "a file has at most 300 lines",
  "list-lines": "the one file of limits has at most 600 lines",
  "route-lines": "a route.ts has at most 60 lines",
  "page-lines": "a page.tsx has at most 120 lines",
  "function-lines": "a function has at most 60 lines",
  "folder-entries": "a folder has at most 20 entries",
  "kebab-case": "names are kebab-case",
  "no-barrel": "no index files: import from the file itself",
  "no-drawer": "no utils, helpers, services or misc: say the field's own word",
};

const MOST_FILE_LINES = 300;
const MOST_ROUTE_LINES = 60;
const MOST_PAGE_LINES = 120;
const MOST_FUNCTION_LINES = 60;
const MOST_ENTRIES = 20;

/** Folders that grow by addition alone (migrations, their snapshots, measured data) or that hold assets. */
const UNCOUNTED_FOLDER = /^(\.|drizzle(\/meta)?|public(\/.*)?|bench\/data(\/.*)?)$/;
const WRITTEN_BY_TOOLS = /^drizzle\//;
/** A list that the house wants in one file, one line a limit, has a bound of its own. */
const ONE_PLACE = /^lib\/platform\/limits\.ts$/;
const MOST_LIST_LINES = 600;
const MEASURED = /\.(ts|tsx|mjs|cjs|js|jsx|css|php)$/;

const KEBAB_FILE = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const KEBAB_FOLDER = /^[._@]?[a-z0-9]+([-.][a-z0-9]+)*$/;
/** Next's own shapes: `(center)`, and a parameter's name in brackets, which is an identifier. */
const ROUTE_FOLDER = /^(\([a-z0-9-]+\)|\[{1,2}(\.\.\.)?[A-Za-z0-9_]+\]{1,2})$/;
/** Names that a custom or the specification gives. */
const NAMED_BY_CUSTOM = /^(test\/loop\/gates\/GATES_SELF_HEAL\.contract\.test\.ts|docs\/.*|.*\.md|LICENSE|.*\/LICENSE|Dockerfile)$/;
const DRAWER = /^(utils?|helpers?|services?|misc)$|-(utils?|helpers?|misc)$/;

const FUNCTIONS = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassMethod",
  "PrivateMethod",
  "Constructor",
  "MethodProperty",
  "GetterProperty",
  "SetterProperty",
]);
const TEST_CALLS = new Set(["describe", "suite", "test", "it", "bench", "beforeAll", "beforeEach", "afterAll", "afterEach"]);

/** @param {string} root @returns {import("./report.mjs").Violation[]} */
export function findSizeViolations(root) {
  const { files, folders } = walkHouse(root);
  return [
    ...files.filter((path) => MEASURED.test(path) && !WRITTEN_BY_TOOLS.test(path)).flatMap((path) => tooLong(root, path)),
    ...[...folders].flatMap(([folder, entries]) => tooMany(folder, entries)),
    ...files.flatMap(badFileName),
    ...[...folders.keys()].flatMap(badFolderName),
  ];
}

function violation(rule, path, detail, line) {
  return { path, line, rule, message: `${SIZE_RULES[rule]}: ${detail}` };
}

/** Lines as an editor counts them: a final line break opens no line. */
function countLines(source) {
  return source === "" ? 0 : source.replace(/\n$/, "").split("\n").length;
}

function tooLong(root, path) {
  const source = readFileSync(join(root, path), "utf8");
  const lines = countLines(source);
  const [rule, most] = lineLimit(path);
  const found = lines > most ? [violation(rule, path, `${lines}`)] : [];
  return isCode(path) && lines > MOST_FUNCTION_LINES ? [...found, ...longFunctions(source, path)] : found;
}

function lineLimit(path) {
  if (/^app\/(.*\/)?route\.ts$/.test(path)) return ["route-lines", MOST_ROUTE_LINES];
  if (/^app\/(.*\/)?page\.tsx$/.test(path)) return ["page-lines", MOST_PAGE_LINES];
  if (ONE_PLACE.test(path)) return ["list-lines", MOST_LIST_LINES];
  return ["file-lines", MOST_FILE_LINES];
}

function longFunctions(source, path) {
  const tree = parseFile(source, path);
  const found = [];
  walk(tree.body, (node, ancestors) => {
    if (!FUNCTIONS.has(node.type) || (isTest(path) && isTestBody(ancestors))) return;
    const first = tree.lineAt(node.span.start);
    const lines = tree.lineAt(node.span.end) - first + 1;
    if (lines > MOST_FUNCTION_LINES) found.push(violation("function-lines", path, `${lines}`, first));
  });
  return found;
}

/** A body handed to `describe("...", body)` or `test.each(table)("...", body)` is a page of the specification, not a function. */
function isTestBody(ancestors) {
  const call = ancestors.at(-1);
  if (call?.type !== "CallExpression") return false;
  let { callee } = call;
  while (callee.type !== "Identifier") {
    if (callee.type === "MemberExpression") callee = callee.object;
    else if (callee.type === "CallExpression") callee = callee.callee;
    else if (callee.type === "TaggedTemplateExpression") callee = callee.tag;
    else return false;
  }
  return TEST_CALLS.has(callee.value);
}

function tooMany(folder, entries) {
  if (UNCOUNTED_FOLDER.test(folder) || entries.length <= MOST_ENTRIES) return [];
  return [violation("folder-entries", folder, `${entries.length}`)];
}

function badFileName(path) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const stem = name.replace(/^\./, "").split(".")[0];
  if (NAMED_BY_CUSTOM.test(path) || WRITTEN_BY_TOOLS.test(path)) return [];
  if (!path.startsWith("public/") && !KEBAB_FILE.test(name)) return [violation("kebab-case", path, name)];
  if (isCode(path) && stem === "index") return [violation("no-barrel", path, name)];
  return DRAWER.test(stem) ? [violation("no-drawer", path, name)] : [];
}

function badFolderName(folder) {
  const name = folder.slice(folder.lastIndexOf("/") + 1);
  if (folder === ".") return [];
  if (!KEBAB_FOLDER.test(name) && !(folder.startsWith("app/") && ROUTE_FOLDER.test(name))) return [violation("kebab-case", folder, name)];
  return DRAWER.test(name.replace(/[()[\]]/g, "")) ? [violation("no-drawer", folder, name)] : [];
}

/** @param {string} root @returns {string} the median, which the house wants under 80 but does not enforce */
export function medianRemark(root) {
  const lines = walkHouse(root)
    .files.filter((path) => isCode(path) && !isTest(path))
    .map((path) => countLines(readFileSync(join(root, path), "utf8")))
    .sort((left, right) => left - right);
  return `median file: ${lines[lines.length >> 1] ?? 0} lines of ${lines.length} files (aim: under 80)`;
}

await runAsScript(import.meta.url, findSizeViolations, medianRemark);
