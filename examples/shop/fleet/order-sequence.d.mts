export interface Order {
  order_id: string;
  /** Cents. */
  amount_minor: number;
  currency: string;
}

export function orderSequence(seed: string, prefix: string): Generator<{ order: Order; pause: number }, never>;
