import { readFileSync } from "node:fs";

/** @typedef {{ tenant: { id: string, slug: string, name: string }, plugin: { id: string, secret: string, trust: object, plugin_key: string, version: string, channel: string }, port: number, config?: Record<string, unknown> }} Merchant */
/** @typedef {{ center_url: string, merchants: Merchant[], inbox: { port: number, secret: string } }} Fleet */

function demand(condition, what) {
  if (!condition) throw new Error(`fleet file: ${what}`);
}

function checkMerchant(merchant) {
  const slug = merchant?.tenant?.slug;
  demand(typeof slug === "string" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(slug), `"${slug}" is not a slug`);
  demand(Number.isInteger(merchant.port) && merchant.port > 0 && merchant.port < 65_536, `${slug} has no port`);
  const { id, secret, trust, plugin_key, version } = merchant.plugin ?? {};
  demand(id && secret && trust && plugin_key, `the plugin of ${slug} lacks id, secret, trust or plugin_key`);
  demand(/^\d+\.\d+\.\d+$/.test(version), `the plugin of ${slug} has no version`);
}

/**
 * Reads the file that the seed wrote: who the merchants are and how their agents reach Center.
 * @param {string} file
 * @returns {Fleet}
 * @throws when it is missing or malformed, saying where
 */
export function readFleet(file) {
  const fleet = JSON.parse(readFileSync(file, "utf8"));
  demand(URL.canParse(fleet.center_url), "center_url is not a URL");
  demand(Array.isArray(fleet.merchants) && fleet.merchants.length > 0, "there are no merchants");
  demand(Number.isInteger(fleet.inbox?.port) && fleet.inbox.secret?.startsWith("whsec_"), "inbox lacks its port or secret");
  for (const merchant of fleet.merchants) checkMerchant(merchant);
  return fleet;
}
