import { LIMITS } from "@/lib/platform/limits";

/** Who was heard while one plugin was silent. */
export interface Hearing {
  /** Other plugins that were heard shortly before that stretch, or since. */
  readonly others: number;
  /** Those of them that were heard within it. */
  readonly heard: number;
  /** Those of them that were heard so early in it that the silent one was due since, too. */
  readonly heardEarly: number;
  /** How long that early part of the stretch is. */
  readonly earlySeconds: number;
}

/** From its first word after it was applied a plugin is this late at most. */
export const DUE_WITHIN_SECONDS = LIMITS.heartbeatProbationSeconds + LIMITS.heartbeatGraceSeconds;

/**
 * Whether a plugin's silence says something of Center and nothing of the plugin: of enough others that used to speak, nobody was heard either.
 *
 * Once Center hears again, the first ones are heard while others are not due yet: whoever is silent still may be one of these. So nobody is taken
 * for silenced before somebody was heard early enough, where as many beats are missing early on as that many others send in a whole interval.
 *
 * @param hearing  null: nobody looked. Then silence is taken for what it is elsewhere: harm
 */
export function isCenterDeaf(hearing: Hearing | null): boolean {
  if (hearing === null || hearing.others < LIMITS.deafFewestOthers) return false;
  if (hearing.heard === 0) return true;
  const isMissed = hearing.others * hearing.earlySeconds >= LIMITS.deafFewestOthers * LIMITS.heartbeatSeconds;
  return isMissed && hearing.heardEarly === 0;
}
