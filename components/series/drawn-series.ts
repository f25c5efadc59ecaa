/** One measure over time; times in RFC 3339. */
export interface DrawnSeries {
  readonly from: string;
  readonly to: string;
  readonly is_thinned: boolean;
  readonly points: readonly { readonly at: string; readonly value: number; readonly max: number | null; readonly after_gap: boolean }[];
}
