import { ModuleError } from "../module-error.mjs";
import { ADVANCE, HEIGHT, WIDTH } from "./font.mjs";

const MOST_PIXELS = 1_000_000;
const INK_BELOW = 128;

/**
 * Reads the text of a binary PGM image: each cell is the letter whose glyph differs from it in the fewest pixels.
 * @param {Buffer} image one line of text, 7 pixels high, a letter every 6 pixels
 * @param {Readonly<Record<string, readonly number[]>>} glyphs rows of five bits by letter
 * @returns {string}
 * @throws {ModuleError} ERR_INVALID_FIELDS when it is no such image
 */
export function readText(image, glyphs) {
  const head = /^P5\s+(\d{1,6})\s+(\d{1,6})\s+255\s/.exec(image.subarray(0, 64).toString("latin1"));
  const [width, height] = [Number(head?.[1]), Number(head?.[2])];
  const pixels = image.subarray(head?.[0].length ?? 0);
  if (!head || height !== HEIGHT || width < ADVANCE || width * height > MOST_PIXELS || pixels.length < width * height) {
    throw new ModuleError("ERR_INVALID_FIELDS", "The image is no line of text in PGM", 422);
  }
  let text = "";
  for (let left = 0; left + ADVANCE <= width; left += ADVANCE) {
    const cell = Array.from({ length: HEIGHT }, (_row, y) => readRow(pixels, y * width + left));
    text += nearest(cell, glyphs);
  }
  return text;
}

/** @param {Buffer} pixels @param {number} offset @returns {number} five bits */
function readRow(pixels, offset) {
  let row = 0;
  for (let x = 0; x < WIDTH; x += 1) row = (row << 1) | (pixels[offset + x] < INK_BELOW ? 1 : 0);
  return row;
}

/** @param {readonly number[]} cell @param {Readonly<Record<string, readonly number[]>>} glyphs */
function nearest(cell, glyphs) {
  let [best, fewest] = ["?", Number.POSITIVE_INFINITY];
  for (const [letter, rows] of Object.entries(glyphs)) {
    const differing = cell.reduce((sum, row, y) => sum + countBits(row ^ (rows[y] ?? 0)), 0);
    if (differing < fewest) [best, fewest] = [letter, differing];
  }
  return best;
}

/** @param {number} bits */
function countBits(bits) {
  let count = 0;
  for (let left = bits; left > 0; left >>= 1) count += left & 1;
  return count;
}
