import path from "node:path";

/** The product's own settings as far as they touch a route handler; packages come from the checkout above. */
export default {
  poweredByHeader: false,
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: path.resolve(import.meta.dirname, "..", "..") },
};
