/** Separators of thousands and of decimals. */
const SEPARATORS = new Map([
  ["plain", ["", "."]],
  ["european", [".", ","]],
  ["english", [",", "."]],
]);

/** Decimal text of an amount in minor units (cents): 1250 -> "12.50". */
export function decimalAmount(minor) {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;
}

/**
 * Makes the function that prints amounts the way the shop's customers read them.
 * @param {string} [name] the shop's `currency_format`; plain when unset
 * @returns {(minor: number, currency: string) => string} for example "1,234.50 EUR"
 */
export function amountFormatter(name = "plain") {
  const [thousands, decimal] = SEPARATORS.get(name);
  return (minor, currency) => {
    const [whole, cents] = decimalAmount(minor).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
    return `${grouped}${decimal}${cents} ${currency}`;
  };
}
