/** The chance that belongs to log-odds. */
export function chanceOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Log-odds of a chance; 0 and 1 give infinities. */
export function logOddsOf(chance: number): number {
  return Math.log(chance / (1 - chance));
}
