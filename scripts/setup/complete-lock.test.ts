import { expect, test } from "vitest";
import { completeLock } from "./complete-lock.mjs";

test("platform packages that the registry did not serve are added, once, where npm would look for them", () => {
  const packages = {
    "": {},
    "node_modules/tool": {
      version: "1.0.0",
      dev: true,
      optionalDependencies: { "@tool/linux-x64-musl": "1.0.0", "@tool/darwin-arm64": "1.0.0", "@tool/wasm32": "1.0.0" },
    },
    "node_modules/other": {
      version: "2.0.0",
      optionalDependencies: { "@tool/darwin-arm64": "1.0.0", "vague-linux-x64": "^2.0.0", fsevents: "2.3.3" },
    },
    "node_modules/other/node_modules/@tool/darwin-arm64": { version: "1.0.0" },
  };
  const { packages: complete, added, unclear } = completeLock(packages);
  expect(added).toEqual(["@tool/linux-x64-musl", "@tool/darwin-arm64", "@tool/wasm32"]);
  expect(unclear).toEqual(["vague-linux-x64@^2.0.0", "fsevents@2.3.3"]);
  expect(complete["node_modules/@tool/linux-x64-musl"]).toEqual({
    version: "1.0.0",
    dev: true,
    cpu: ["x64"],
    os: ["linux"],
    libc: ["musl"],
    optional: true,
  });
  expect(complete["node_modules/@tool/wasm32"]).toEqual({ version: "1.0.0", dev: true, cpu: ["wasm32"], optional: true });
  expect(Object.keys(complete)).toEqual(Object.keys(complete).toSorted());
  expect(completeLock(complete).added).toEqual([]);
});
