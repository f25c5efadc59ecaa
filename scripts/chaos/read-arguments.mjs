/**
 * `--rounds N` (500 unless said) and `--seed S` (1 unless said).
 *
 * @param {readonly string[]} args
 * @returns {{ rounds: number, seed: string }}
 * @throws {RangeError} naming what is wrong
 */
export function readArguments(args) {
  const given = new Map();
  for (let at = 0; at < args.length; at += 2) {
    const [name, value] = [args[at], args[at + 1]];
    if ((name !== "--rounds" && name !== "--seed") || value === undefined) throw new RangeError(`unknown or empty option ${name}`);
    given.set(name, value);
  }
  const rounds = Number(given.get("--rounds") ?? 500);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100_000) throw new RangeError("--rounds is a whole number from 1");
  return { rounds, seed: given.get("--seed") ?? "1" };
}
