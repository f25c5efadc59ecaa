/** An address for notifications (GET /api/ops/webhooks); `tenant_id` null is one of ops. */
export interface AddressItem {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly url: string;
  readonly events: readonly string[];
  readonly paused: boolean;
  /** Until when messages are signed by the secret before as well. */
  readonly signed_twice_until: string | null;
  readonly created_at: string;
}

/** What a merchant's people are told of by e-mail (GET /api/ops/tenants/:id/notices). */
export interface MerchantNotices {
  readonly id: string;
  readonly name: string;
  /** `en` or `fr`. */
  readonly language: string;
  /** False where nobody chose so far. */
  readonly is_own: boolean;
  readonly email_events: readonly string[];
}
