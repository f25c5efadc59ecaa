/** A replayable source of uniform numbers in [0, 1). */
export type RandomStream = () => number;

/** Mixes a word into a 32-bit hash. Source: MurmurHash3's round and finaliser (A. Appleby, public domain). */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit number from a seed and a path of labels, the same on every machine; other labels give unrelated numbers. */
export function hashOf(seed: number, ...labels: readonly (string | number)[]): number {
  let hash = mix(0x9747b28c, seed);
  for (const label of labels) {
    const text = String(label);
    for (let index = 0; index < text.length; index += 1) hash = mix(hash, text.charCodeAt(index));
    hash = mix(hash, 0x7f4a7c15);
  }
  return finish(hash);
}

/**
 * A stream of its own for each purpose: drawing more in one never shifts another, so arms of one run meet the same chance.
 *
 * Source: sfc32 of PractRand (C. Doty-Humphrey, public domain).
 */
export function randomStream(seed: number, ...labels: readonly (string | number)[]): RandomStream {
  let a = hashOf(seed, ...labels, "a") | 0;
  let b = hashOf(seed, ...labels, "b") | 0;
  let c = hashOf(seed, ...labels, "c") | 0;
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
