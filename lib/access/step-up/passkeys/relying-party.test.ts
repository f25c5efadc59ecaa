import { expect, test } from "vitest";
import { relyingParty } from "./relying-party";

test.each([
  ["https://center.example", { id: "center.example", origin: "https://center.example" }],
  ["https://Center.example:8443/", { id: "center.example", origin: "https://center.example:8443" }],
  ["https://bücher.example", { id: "xn--bcher-kva.example", origin: "https://xn--bcher-kva.example" }],
  ["http://localhost:3000", { id: "localhost", origin: "http://localhost:3000" }],
  ["http://center.localhost:3000", { id: "center.localhost", origin: "http://center.localhost:3000" }],
  ["http://127.0.0.1:3000", "address"],
  ["https://10.0.0.1", "address"],
  ["http://[::1]:3000", "address"],
  ["http://center.example", "insecure"],
  ["http://localhost.example", "insecure"],
])("%s -> %o", (publicUrl, party) => {
  expect(relyingParty(publicUrl)).toEqual(party);
});
