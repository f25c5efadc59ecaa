import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readArchive } from "@/plugin-client/js/disk/read-archive.mjs";
import { packableVersions, packVersion, versionFiles } from "./pack.mjs";

test("the shipped versions, oldest first", () => {
  expect(packableVersions()).toEqual(["1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5"]);
});

describe.each(packableVersions())("%s", (version) => {
  const packed = packVersion(version);

  test("packs to the same bytes again, and says truly what they are", () => {
    expect(packVersion(version).bytes.equals(packed.bytes)).toBe(true);
    expect(packed.sha256).toBe(createHash("sha256").update(packed.bytes).digest("hex"));
    expect(packed.manifest).toEqual({
      plugin_key: "demo-pay",
      version,
      sha256: packed.sha256,
      length: packed.bytes.length,
      min_platform: null,
      min_runtime: "node 20",
      schema_effect: "none",
      smoke_tests: ["smoke.mjs"],
    });
  });

  test("the agent unpacks the files that lie here", () => {
    const unpacked = readArchive(gunzipSync(packed.bytes)).map(({ path, kind, bytes }) => [path, kind, bytes.toString("utf8")]);
    expect(unpacked).toEqual(versionFiles(version).map(({ path, bytes }) => [path, "file", bytes.toString("utf8")]));
  });

  test("its code says the version it is", () => {
    const server = versionFiles(version)
      .find(({ path }) => path === "server.mjs")
      ?.bytes.toString("utf8");
    expect(server).toContain(`const VERSION = "${version}";`);
  });
});

test("versions differ in their bytes", () => {
  expect(new Set(packableVersions().map((version) => packVersion(version).sha256)).size).toBe(5);
});
