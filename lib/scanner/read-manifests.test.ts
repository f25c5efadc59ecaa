import { expect, test } from "vitest";
import { actionsOf, addressOf, chunksOf, methodsOf } from "./read-manifests";

test.each([
  ["/api/ops/(told)/webhooks/[id]/route", "/api/ops/webhooks/[id]"],
  ["/api/[...path]/route", "/api/[...path]"],
  ["/(center)/fleet/page", null],
])("%s is built at %j", (name, address) => {
  expect(addressOf(name)).toBe(address);
});

test.each([
  [['x;e.s(["GET",0,o,"POST",0,l],1)'], ["GET", "POST"]],
  [['e.s(["POST",0,c,"dynamic",0,"force-dynamic"])'], ["POST"]],
  [['e.s(["DELETE",()=>a,"GET",()=>b])'], ["DELETE", "GET"]],
  [['e.s(["readBytes",0,c])', 'e.s(["PUT",0,d])'], ["PUT"]],
  // What cannot be read says nothing: no handler is closed because the scanner does not understand it.
  [['e.s(["default",0,c])'], []],
  [[], []],
])("%j answers %j", (chunks, methods) => {
  expect(methodsOf(chunks)).toEqual(methods);
});

test("chunks and actions as Next writes them", () => {
  expect(chunksOf('var R=require("x")\nR.c("server/chunks/a.js")\nR.c("server/chunks/b c.js")\nR.m(1)')).toEqual([
    "server/chunks/a.js",
    "server/chunks/b c.js",
  ]);
  const node = { f0: { filename: "app/x/actions.ts", exportedName: "act" }, f1: {} };
  expect([actionsOf({ node }), actionsOf({})]).toEqual([
    [
      { name: "app/x/actions.ts act", id: "f0" },
      { name: "f1", id: "f1" },
    ],
    [],
  ]);
});
