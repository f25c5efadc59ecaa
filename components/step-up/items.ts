/** One of the reader's passkeys. */
export interface PasskeyItem {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  /** Since its counter went back: it shows nothing any more. */
  readonly suspended_at: string | null;
  readonly removal_digest: string;
}

/** By what the reader can show that it is them (GET /api/ops/step-up). */
export interface FactorsItem {
  readonly known: boolean;
  /** An authenticator app is set up. */
  readonly enrolled: boolean;
  readonly replacement_digest: string;
  readonly passkeys: {
    readonly items: readonly PasskeyItem[];
    /** Why browsers use no passkeys at this Center's address. */
    readonly impossible: "address" | "insecure" | null;
    readonly adding_digest: string;
  };
}

/** What somebody is about to show; a code is theirs to type, a passkey their browser asks for. */
export type ShownFactor = { readonly by: "passkey" } | { readonly by: "code"; readonly code: string };

/** Whether a change of somebody's factors has to be shown one that they have. */
export const hasFactor = ({ enrolled, passkeys }: FactorsItem): boolean => enrolled || passkeys.items.length > 0;
