/**
 * The fence of a module's next order: above the last one, and never behind the clock, so that orders given after a backup was restored are
 * still above every fence that an agent has obeyed.
 *
 * @param last  the highest fence so far, 0 when there was none
 */
export function nextFence(last: number, now: Date): number {
  return Math.max(last + 1, now.getTime());
}
