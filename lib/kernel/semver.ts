const SHAPE = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:[-+][0-9A-Za-z.-]{1,64})?$/;

/** Parts of a version, or null when it is not one. Build and pre-release labels are ignored for ordering. */
export function parseVersion(version: string): readonly [number, number, number] | null {
  const match = SHAPE.exec(version);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null;
}

/** Negative, zero or positive as a is older than, equal to or newer than b; unreadable versions sort first. */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a) ?? [-1, -1, -1];
  const right = parseVersion(b) ?? [-1, -1, -1];
  for (const index of [0, 1, 2] as const) {
    if (left[index] !== right[index]) return left[index] - right[index];
  }
  return 0;
}

/** Whether going from one version to the other changes the first number, or cannot be judged. */
export function isMajorChange(from: string, to: string): boolean {
  const left = parseVersion(from);
  const right = parseVersion(to);
  return left === null || right === null || left[0] !== right[0];
}
