import { ADVANCE, FONT, HEIGHT, WIDTH } from "./font.mjs";

const INK = 20;
const PAPER = 235;

/**
 * Draws text as a plain binary PGM image, as a scanner would hand it over.
 * @param {string} text letters of the font; any other is drawn as a blank
 * @param {(at: number) => number} [noise] grey that is added to the pixel at this offset, as a bad scan has it
 * @returns {Buffer}
 */
export function drawText(text, noise = () => 0) {
  const width = text.length * ADVANCE;
  const pixels = Buffer.alloc(width * HEIGHT, PAPER);
  for (const [at, letter] of [...text].entries()) {
    for (let y = 0; y < HEIGHT; y += 1) {
      for (let x = 0; x < WIDTH; x += 1) {
        const isInk = ((FONT[letter] ?? FONT[" "])[y] >> (WIDTH - 1 - x)) & 1;
        if (isInk) pixels[y * width + at * ADVANCE + x] = INK;
      }
    }
  }
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = Math.min(255, Math.max(0, pixels[at] + noise(at)));
  return Buffer.concat([Buffer.from(`P5\n${width} ${HEIGHT}\n255\n`), pixels]);
}
