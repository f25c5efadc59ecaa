import { isTest } from "./source-files.mjs";

/** The rooms of `lib` that exist to have effects. Everywhere else a file is pure unless its name says otherwise. */
export const EFFECTFUL_ROOMS = ["gateway", "access", "audit", "notify", "platform"];

const EFFECTFUL_NAME = /^lib\/.*\/((queries|jobs)[./-]|(commands|adapters)\/)/;

/**
 * @param {string} path relative, with forward slashes
 * @returns {boolean} whether the house promises that this file can be replayed: no database, framework, clock, randomness or waiting
 */
export function isPure(path) {
  const [, room] = /^lib\/([^/]+)\/.+\.tsx?$/.exec(path) ?? [];
  if (!room || EFFECTFUL_ROOMS.includes(room) || isTest(path)) return false;
  return !EFFECTFUL_NAME.test(path);
}
