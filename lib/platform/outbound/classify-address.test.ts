import { describe, expect, test } from "vitest";
import { parseRange } from "./address-range";
import { type AddressKind, classifyAddress, isAllowedAddress } from "./classify-address";

describe("classifyAddress", () => {
  test.each<[string, AddressKind]>([
    ["8.8.8.8", "public"],
    ["172.15.255.255", "public"],
    ["172.32.0.0", "public"],
    ["100.63.255.255", "public"],
    ["100.128.0.0", "public"],
    ["2606:4700::1111", "public"],
    ["::ffff:8.8.8.8", "public"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["::ffff:192.168.1.1", "private"],
    ["fd12:3456::1", "private"],
    ["fec0::1", "private"],
    ["169.254.1.1", "link-local"],
    ["fe80::1", "link-local"],
    ["100.64.0.1", "shared"],
    ["100.127.255.255", "shared"],
    ["169.254.169.254", "metadata"],
    ["::ffff:169.254.169.254", "metadata"],
    ["::ffff:a9fe:a9fe", "metadata"],
    ["fd00:ec2::254", "metadata"],
    ["100.100.100.200", "metadata"],
    ["168.63.129.16", "metadata"],
    ["0.0.0.0", "unspecified"],
    ["0.1.2.3", "unspecified"],
    ["::", "unspecified"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["192.0.2.1", "reserved"],
    ["198.18.0.1", "reserved"],
    ["203.0.113.9", "reserved"],
    ["240.0.0.1", "reserved"],
    ["255.255.255.255", "reserved"],
    ["2001:db8::1", "reserved"],
    ["100::1", "reserved"],
    ["4000::1", "reserved"],
    ["::127.0.0.1", "translated"],
    ["64:ff9b::7f00:1", "translated"],
    ["64:ff9b:1::a00:1", "translated"],
    ["2002:7f00:1::", "translated"],
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "translated"],
    ["localhost", "invalid"],
    ["127.1", "invalid"],
    ["0x7f.0.0.1", "invalid"],
    ["fe80::1%eth0", "invalid"],
    ["", "invalid"],
  ])("%s is %s", (address, kind) => {
    expect(classifyAddress(address)).toBe(kind);
  });
});

describe("isAllowedAddress", () => {
  const allow = (text: string) => {
    const range = parseRange(text);
    return range ? [range] : [];
  };

  test.each([
    ["127.0.0.0/8", "127.0.0.1", true],
    ["127.0.0.0/8", "::ffff:127.0.0.1", true],
    ["127.0.0.0/8", "128.0.0.1", false],
    ["127.0.0.0/8", "::1", false],
    ["10.20.0.0/15", "10.21.255.255", true],
    ["10.20.0.0/15", "10.22.0.0", false],
    ["10.0.0.7", "10.0.0.7", true],
    ["10.0.0.7", "10.0.0.8", false],
    ["fd00::/8", "fdff::1", true],
    ["fd00::/8", "fc00::1", false],
    ["0.0.0.0/0", "192.168.0.1", true],
    ["0.0.0.0/0", "::1", false],
    ["::ffff:10.0.0.0/104", "10.9.9.9", true],
    ["10.0.0.0/8", "not an address", false],
  ])("%s opens %s: %s", (range, address, isOpen) => {
    expect(isAllowedAddress(address, allow(range))).toBe(isOpen);
  });

  test.each(["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "localhost/8", "::ffff:10.0.0.0/8", ""])(
    "%j is no range",
    (text) => {
      expect(parseRange(text)).toBeNull();
    },
  );
});
