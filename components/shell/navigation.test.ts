import { expect, test } from "vitest";
import { isAt, PLACES, phonePlaces, placesFor } from "./navigation";

const EVERY_ROLE = ["viewer", "operator", "approver", "security_admin", "auditor", "tenant_admin", "pay_admin"];

test.each([[[]], [["viewer"]], [["auditor"]], [EVERY_ROLE]])("on a phone %s reaches every page that the side bar has", (roles) => {
  const { tabs, more } = phonePlaces(roles);
  expect(tabs).toHaveLength(4);
  expect([...tabs, ...more].map(({ href }) => href).toSorted()).toEqual(
    placesFor(roles)
      .map(({ href }) => href)
      .toSorted(),
  );
});

test("no two places share an address or a key", () => {
  for (const field of ["href", "key"] as const) expect(new Set(PLACES.map((place) => place[field])).size).toBe(PLACES.length);
});

test.each([
  ["/", "/", true],
  ["/incidents", "/", false],
  ["/incidents/7", "/incidents", true],
  ["/incidents-of-old", "/incidents", false],
])("%s at %s: %s", (pathname, href, expected) => {
  expect(isAt(pathname, href)).toBe(expected);
});
