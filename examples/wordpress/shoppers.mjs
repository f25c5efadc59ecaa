const PAUSE_MS = 100;
/** Six orders of ten are of 1,000 or more. */
const AMOUNTS = [1_250, 120_000, 4_999, 230_050, 100_000, 999, 1_999_900, 75_000, 310_000, 145_075];

/**
 * People in one shop: somebody looks at the home page again and again, somebody orders.
 * @param {string} url @param {{ payments?: number }} [options] payments: in how many parts each order is paid
 */
export function startShoppers(url, { payments = 1 } = {}) {
  let isOpen = true;
  const seen = { pages: 0, errors: 0, orders: 0, /** @type {string[]} */ problems: [] };
  const look = async () => {
    const answer = await fetch(`${url}/`).catch((error) => ({ status: 0, text: async () => String(error) }));
    const text = await answer.text();
    seen.pages += 1;
    if (answer.status !== 200 || !text.includes("</html>")) {
      seen.errors += 1;
      seen.problems = [...seen.problems, `${answer.status} ${text.slice(0, 300)}`].slice(-5);
    }
  };
  const order = async () => {
    seen.orders += 1;
    const amounts = Array.from({ length: payments }, (_, part) => AMOUNTS[(seen.orders + part) % AMOUNTS.length]);
    await fetch(`${url}/?wp_pay_order=${seen.orders}&amount=${amounts.join(",")}`).then(
      (answer) => answer.text(),
      () => "no answer",
    );
  };
  /** @param {() => Promise<void>} does */
  const again = async (does) => {
    while (isOpen) {
      await does();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const running = Promise.all([again(look), again(order)]);
  return {
    seen,
    async stop() {
      isOpen = false;
      await running;
    },
  };
}
