const FORMATS = {
  plain: { thousands: "", decimal: "." },
  european: { thousands: ".", decimal: "," },
  english: { thousands: ",", decimal: "." },
  swiss: { thousands: "'", decimal: "." },
};

/** Decimal text of an amount in minor units (cents): 1250 -> "12.50". */
export function decimalAmount(minor) {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;
}

/**
 * Makes the function that prints amounts the way the shop's customers read them.
 * @param {string} [name] the shop's `currency_format`: plain, european, english or swiss; plain when unset
 * @returns {(minor: number, currency: string) => string} for example "1'234.50 CHF"
 * @throws {Error} for a name that is none of these, so that a typing error shows at boot and not on an invoice
 */
export function amountFormatter(name = "plain") {
  const format = FORMATS[name];
  if (!format) throw new Error(`Unknown currency_format "${name}"`);
  return (minor, currency) => {
    const [whole, cents] = decimalAmount(minor).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, format.thousands);
    return `${grouped}${format.decimal}${cents} ${currency}`;
  };
}
