/** One merchant on its way out, or not (GET /api/ops/tenants/leaving). */
export interface LeavingItem {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: "staying" | "asked" | "leaving" | "erasing" | "gone";
  readonly asked_by: string | null;
  readonly asked_at: string | null;
  readonly lapses_at: string | null;
  readonly leaving_at: string | null;
  readonly erased_from: string | null;
  readonly gone_at: string | null;
  readonly may_stay: boolean;
  /** What a second factor is shown for. */
  readonly digest: string;
}

export interface LeavingList {
  readonly items: readonly LeavingItem[];
  readonly found: readonly LeavingItem[];
}

/** The same with what would go, what stays and who said what (GET /api/ops/tenants/:id/offboard). */
export interface LeavingDetail extends LeavingItem {
  readonly goes: readonly { readonly table: string; readonly rows: number; readonly is_more: boolean }[];
  readonly goes_uncounted: readonly string[];
  readonly stays: { readonly audit_entries: number };
  readonly said: readonly { readonly by: string; readonly did: string; readonly reason: string; readonly at: string }[];
  readonly grace_hours: number;
  readonly ask_hours: number;
}
