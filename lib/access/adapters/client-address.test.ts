import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";

process.env.NEXTAUTH_SECRET = "test-nextauth-secret-0123456789ab";
const { clientOf, networkOf } = await import("./client-address");

test.each<[string | null, string | null, string, string]>([
  ["8.8.8.8", null, "8.8.8.8", "nobody between"],
  ["8.8.8.8", "9.9.9.9", "8.8.8.8", "a stranger's word about itself is nothing"],
  ["127.0.0.1", "9.9.9.9", "9.9.9.9", "a proxy on this machine"],
  ["10.0.0.7", "1.1.1.1, 9.9.9.9", "9.9.9.9", "of a chain only what the proxy next to us wrote"],
  ["::ffff:10.0.0.7", "9.9.9.9", "9.9.9.9", "the same over a dual socket"],
  ["127.0.0.1", "unknown", "127.0.0.1", "a proxy that does not say"],
  ["127.0.0.1", null, "127.0.0.1", "nobody between, on this machine"],
  [null, "9.9.9.9", "9.9.9.9", "a request that came before stamping began"],
  [null, null, "", "nobody knows"],
  ["2a00:1450:4001:82a::200e", null, "2a0014504001082a/64", "one network of IPv6"],
  ["2a00:1450:4001:82a:1:2:3:4", null, "2a0014504001082a/64", "the same network"],
])("from %s, forwarded for %s: %s (%s)", (peer, forwardedFor, network) => {
  expect(networkOf(peer, forwardedFor)).toBe(network);
});

test("a real request carries its stamp, whatever headers its sender makes up; the digest says nothing of the address", async () => {
  const seen: Headers[] = [];
  const server = createServer((request, response) => {
    const pairs = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    seen.push(new Headers(pairs));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await fetch(url);
  const stamp = [...(seen[0]?.keys() ?? [])].find((name) => name.startsWith("x-peer-")) ?? "";
  await fetch(url, { headers: { [stamp]: "8.8.8.8", "x-peer-made-up": "8.8.8.8" } });
  await fetch(url, { headers: { "x-forwarded-for": "9.9.9.9" } });
  await new Promise((resolve) => server.close(resolve));
  const [plain, forged, forwarded] = seen.map(clientOf);
  expect(seen[0]?.get(stamp)).toBe("127.0.0.1");
  expect(forged).toBe(plain);
  expect(forwarded).not.toBe(plain);
  expect(plain).toMatch(/^[\w-]{22}$/);
});
