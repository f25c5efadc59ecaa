/** What is under way, or would be: plugins with their share of the payments, 0..1. */
export interface BudgetItem {
  readonly tenantId: string;
  readonly paymentShare: number;
}

/** What may be under way at once. */
export interface BlastBudget {
  readonly merchants: number;
  /** Share of the payments, 0..1. */
  readonly paymentShare: number;
}

/**
 * Takes as many candidates, in their order, as the blast budget leaves room for beside what is under way: counted in merchants
 * and in payments, not in machines. One that does not fit is passed over, so that a large shop does not hold up small ones.
 *
 * @throws RangeError on a share that is none
 */
export function withinBudget<Item extends BudgetItem>(
  underWay: readonly BudgetItem[],
  candidates: readonly Item[],
  budget: BlastBudget,
): Item[] {
  const merchants = new Set(underWay.map(({ tenantId }) => tenantId));
  let share = underWay.reduce((sum, { paymentShare }) => sum + paymentShare, 0);
  const taken: Item[] = [];
  for (const candidate of candidates) {
    if (!(candidate.paymentShare >= 0)) throw new RangeError("a share of the payments is 0..1");
    const isNew = !merchants.has(candidate.tenantId);
    if (isNew && merchants.size >= budget.merchants) continue;
    if (share + candidate.paymentShare > budget.paymentShare) continue;
    merchants.add(candidate.tenantId);
    share += candidate.paymentShare;
    taken.push(candidate);
  }
  return taken;
}
