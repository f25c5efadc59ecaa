/** Reads a semantic version, or null when the text is none. */
export function parseVersion(text: unknown): { numbers: number[]; pre: string[] } | null;
/** Negative when `a` comes first, 0 for equal precedence; RangeError when either is no version. */
export function compareVersions(a: string, b: string): number;
/** True when the first number differs. */
export function isMajorStep(a: string, b: string): boolean;
