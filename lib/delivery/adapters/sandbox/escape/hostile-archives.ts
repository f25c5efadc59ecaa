import { gzipSync } from "node:zlib";
import { Header, Pax, type types } from "tar";

/** One entry as a packer without scruples writes it. */
interface Entry {
  readonly path: string;
  readonly bytes?: Buffer;
  readonly type?: types.EntryTypeName;
  readonly linkpath?: string;
  /** What its header says instead of the truth. */
  readonly claimedSize?: number;
}

const BLOCK = 512;

function headerOf({ path, bytes = Buffer.alloc(0), type = "File", linkpath, claimedSize }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const link = linkpath === undefined ? {} : { linkpath };
  new Header({ path, type, size: claimedSize ?? bytes.length, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), ...link }).encode(block);
  return block;
}

function pack(entries: readonly (Entry | Buffer)[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    if (Buffer.isBuffer(entry)) return [entry];
    const bytes = entry.bytes ?? Buffer.alloc(0);
    return [headerOf(entry), bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

const file = (path: string, text: string): Entry => ({ path, bytes: Buffer.from(text) });
const SOUND = [
  file("plugin.json", JSON.stringify({ name: "escape", version: "1.0.0", main: "smoke.mjs", smoke: "smoke.mjs" })),
  file("smoke.mjs", `console.log('{"passed":1,"failed":0}');`),
];
/** Long enough that tar writes it as an extension of its own. */
const FAR_OUTSIDE = `${"a/".repeat(60)}${"../".repeat(70)}etc/way-out`;

/**
 * Archives that try to leave their folder or to be more than they say.
 *
 * @param outside  an absolute folder of the host that must stay as it is
 */
export function hostileArchives(outside: string): { readonly name: string; readonly artifact: Buffer }[] {
  const up = `${"../".repeat(30)}${outside.slice(1)}/way-out`;
  const through: Entry[] = [{ path: "link", type: "SymbolicLink", linkpath: outside }, file("link/way-out", "1")];
  const named: readonly (readonly [string, readonly (Entry | Buffer)[]])[] = [
    ["a symlink, and a file through it", through],
    ["a symlink to a host file", [{ path: "users", type: "SymbolicLink", linkpath: "/etc/passwd" }]],
    ["a hard link to a host file", [{ path: "users", type: "Link", linkpath: "/etc/passwd" }]],
    ["a path that climbs out", [file(up.slice(-90), "1")]],
    ["an absolute path", [file(`${outside}/way-out`.slice(0, 99), "1")]],
    ["a backslash path that climbs out", [file("..\\..\\way-out", "1")]],
    ["an extended header that renames to the outside", [new Pax({ path: FAR_OUTSIDE }).encode(), file("harmless", "1")]],
    ["an extended header that links to the outside", [new Pax({ linkpath: outside }).encode(), file("harmless", "1")]],
    ["a device", [{ path: "disk", type: "BlockDevice" }]],
    ["a pipe", [{ path: "pipe", type: "FIFO" }]],
    ["a file where a folder was", [file("dir", "1"), file("dir/way-out", "1")]],
    ["the same path twice", [file("smoke.mjs", "2")]],
    ["paths that differ in case alone", [file("SMOKE.mjs", "2")]],
    ["more entries than are allowed", Array.from({ length: 5_000 }, (_, index) => file(`f/${index}`, ""))],
    ["a size that lies", [{ path: "short", bytes: Buffer.from("1"), claimedSize: 1 << 30 }]],
    ["a bomb", [{ path: "zeros", bytes: Buffer.alloc(64 << 20) }]],
  ];
  const archives = named.map(([name, more]) => ({ name: `an archive with ${name}`, artifact: pack([...SOUND, ...more]) }));
  const bombInBomb = gzipSync(gzipSync(Buffer.alloc(256 << 20)));
  return [...archives, { name: "an archive that is a bomb within a bomb", artifact: bombInBomb }];
}
