import { parseSync } from "@swc/core";

/** swc marks an identifier that no scope of the file declares with this context: it is the global of that name. */
const GLOBAL_SCOPE = 1;

/**
 * @typedef {{ type: string, span: { start: number, end: number }, [key: string]: unknown }} Node
 * @typedef {{ body: Node[], lineAt: (offset: number) => number }} Tree
 */

/**
 * Reads one file into its syntax tree. TypeScript 7 has no JavaScript API, swc has.
 *
 * @param {string} source
 * @param {string} path decides whether JSX is allowed
 * @returns {Tree} `lineAt` turns a span's offset into a line, counted from 1
 * @throws Error naming the path when the source does not parse
 */
export function parseFile(source, path) {
  const bytes = Buffer.from(source);
  const syntax = { syntax: "typescript", tsx: /\.[jt]sx$/.test(path), decorators: true, target: "es2022" };
  try {
    return { body: parseSync(source, syntax).body, lineAt: lineCounter(bytes) };
  } catch (cause) {
    throw new Error(`${path} does not parse: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Spans count UTF-8 bytes from 1. */
function lineCounter(bytes) {
  const starts = [0];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= offset - 1) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

/**
 * Calls `visit` on every node, parents first.
 *
 * @param {unknown} node
 * @param {(node: Node, ancestors: Node[]) => void} visit
 * @param {Node[]} [ancestors] nearest last; the same array throughout, so copy what must outlive the visit
 */
export function walk(node, visit, ancestors = []) {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit, ancestors);
    return;
  }
  if (node === null || typeof node !== "object") return;
  const isNode = typeof node.type === "string";
  if (isNode) {
    visit(node, ancestors);
    ancestors.push(node);
  }
  for (const key of Object.keys(node)) {
    if (key !== "span") walk(node[key], visit, ancestors);
  }
  if (isNode) ancestors.pop();
}

/** @returns {boolean} whether the node names a global (not an import, parameter or variable of the file) */
export function isGlobal(node, name) {
  return node?.type === "Identifier" && node.ctxt === GLOBAL_SCOPE && node.value === name;
}

/** @returns {string | null} the property of `object.property` or `object["property"]` */
export function propertyName(member) {
  const { property } = member;
  if (property.type === "Identifier") return property.value;
  if (property.type === "Computed" && property.expression.type === "StringLiteral") return property.expression.value;
  return null;
}

const IMPORTING = new Set(["ImportDeclaration", "ExportAllDeclaration", "ExportNamedDeclaration"]);

/**
 * Everything a file imports or re-exports, in the order of the file.
 *
 * @param {Tree} tree
 * @returns {{ source: string, node: Node, line: number, isTypeOnly: boolean, isDynamic: boolean }[]} a type-only one leaves no trace at run time
 */
export function importsOf(tree) {
  const found = [];
  walk(tree.body, (node) => {
    const source = importSource(node);
    if (source === null) return;
    const isTypeOnly = node.typeOnly === true || node.type === "TsImportType";
    found.push({ source, node, line: tree.lineAt(node.span.start), isTypeOnly, isDynamic: node.type === "CallExpression" });
  });
  return found;
}

function importSource(node) {
  if (IMPORTING.has(node.type)) return node.source?.value ?? null;
  if (node.type === "TsImportType") return node.argument.value;
  if (node.type === "TsExternalModuleReference") return node.expression.value;
  if (node.type !== "CallExpression") return null;
  const isImport = node.callee.type === "Import" || isGlobal(node.callee, "require");
  const [first] = node.arguments;
  return isImport && first?.expression.type === "StringLiteral" ? first.expression.value : null;
}
