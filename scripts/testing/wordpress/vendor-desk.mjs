import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runToEnd } from "../../../examples/wordpress/host/run-process.mjs";

/**
 * A vendor whose keys Center never holds. Two people, a folder of keys each; what they type is `release:init`, `release:rotate`,
 * `release:publish` and `release:sign`. Every release takes two keys, and the second person has one of them.
 *
 * @param {{ root: string, folder: string, url: string, token: () => string }} desk folder: theirs alone; url: Center's; token: says who brings a file, never who signed it
 */
export function openVendorDesk({ root, folder, url, token }) {
  const [own, others] = [path.join(folder, "first-holder"), path.join(folder, "second-holder")];
  const program = path.join(root, ".build", "release.mjs");
  /** @param {string} order @param {string[]} argv */
  const run = (order, argv, dir = own) =>
    runToEnd(process.execPath, [program, order, "--dir", dir, "--center", url, ...argv], { ...process.env, RELEASE_TOKEN: token() });

  /** The second key of a plugin moves to its holder, and leaves only its public half. @param {string} pluginKey */
  function handOver(pluginKey) {
    const [here, there] = [own, others].map((dir) => path.join(dir, "keys", `${pluginKey}-2.json`));
    renameSync(String(here), String(there));
    const { keyid, public: shown } = JSON.parse(readFileSync(String(there), "utf8"));
    writeFileSync(String(here), JSON.stringify({ keyid, public: shown }), { mode: 0o600 });
  }

  return {
    /** Makes all keys, and the first root, which names a vendor for each plugin. @param {readonly string[]} pluginKeys */
    async begin(pluginKeys) {
      const [first = "", ...more] = pluginKeys;
      await run("init", ["--plugin", first]);
      for (const pluginKey of more) await run("rotate", ["--vendor", pluginKey]);
      cpSync(own, others, { recursive: true });
      rmSync(path.join(others, "keys"), { recursive: true });
      cpSync(path.join(own, "keys"), path.join(others, "keys"), { recursive: true, filter: (file) => !/-[12]\.json$/.test(file) });
      for (const pluginKey of pluginKeys) handOver(pluginKey);
    },

    /**
     * One version, from its bytes to where Center serves it: announced, signed by one person, then by the other, sent, stored and read back.
     * @param {{ key: string, version: string, bytes: Buffer, smoke: string, fixes?: readonly string[] }} release
     * @throws Error when one signature was enough, or a step failed
     */
    async publish({ key, version, bytes, smoke, fixes = [] }) {
      const artifact = path.join(folder, `${key}-${version}.zip`);
      writeFileSync(artifact, bytes);
      const argv = ["--plugin", key, "--version", version, "--artifact", artifact, "--smoke-tests", smoke, "--fixes", fixes.join(",")];
      const alone = await run("publish", argv).then(
        (said) => said,
        (/** @type {Error} */ error) => error.message,
      );
      if (!/signatures are missing/.test(alone)) throw new Error(`one of two signatures was to be too few: ${alone}`);
      await run("sign", ["--file", path.join(own, "pending", `${key}.json`)], others);
      await run("sign", ["--send"]);
      await run("publish", argv);
    },
  };
}

/** @typedef {ReturnType<typeof openVendorDesk>} VendorDesk */
