/** @typedef {import("./move-row.mjs").Shape} Shape */

/** One shape a table: what any of these may change there. @param {readonly Shape[]} shapes @returns {Shape[]} */
export function mergeShapes(shapes) {
  /** @type {Map<string, Shape>} */
  const merged = new Map();
  for (const shape of shapes) {
    const columns = { ...merged.get(shape.table)?.columns, ...shape.columns };
    merged.set(shape.table, { ...shape, columns });
  }
  return [...merged.values()];
}
