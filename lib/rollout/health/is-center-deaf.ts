import { LIMITS } from "@/lib/platform/limits";

/** Who was heard while one plugin was silent. */
export interface Hearing {
  /** Other plugins that were heard shortly before that stretch, or since. */
  readonly others: number;
  /** Those of them that were heard within it. */
  readonly heard: number;
}

/**
 * Whether a plugin's silence says something of Center and nothing of the plugin: of enough others that used to speak, nobody was heard either.
 *
 * @param hearing  null: nobody looked. Then silence is taken for what it is elsewhere: harm
 */
export function isCenterDeaf(hearing: Hearing | null): boolean {
  return hearing !== null && hearing.others >= LIMITS.deafFewestOthers && hearing.heard === 0;
}
