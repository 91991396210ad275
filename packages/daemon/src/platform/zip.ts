import { crc32, deflateRawSync } from 'node:zlib';

export type ZipEntry = { name: string; bytes: Uint8Array };

/** 1980-01-01: the same files make the same archive. */
const noTime = 0x0021_0000;
const names8 = 0x0800; // names are UTF-8
const deflated = 8;
const version = 20;
/** A plain file of its owner alone, in the upper half of the field, as Unix writes it. */
const ownersOnly = (0o100600 << 16) >>> 0;
const limit = 0xffff_ffff;

/** A zip archive of files beside each other. For what fits into memory: no entry and no archive over 4 GiB. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes);
    const head = headOf(name, bytes, packed);
    directory.push(directoryEntry(head, name, offset));
    parts.push(u32(0x0403_4b50), head, u16(0), Buffer.from(name), packed);
    offset += 4 + head.length + 2 + Buffer.byteLength(name) + packed.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  if (entries.length > 0xffff || offset + size > limit) throw new RangeError('too much for a zip archive');
  const end = [u32(0x0605_4b50), u16(0, 0, entries.length, entries.length), u32(size, offset), u16(0)];
  return Buffer.concat([...parts, ...directory, ...end]);
}

/** What stands at a file and in the directory alike: from the version to the length of the name. */
const headOf = (name: string, bytes: Uint8Array, packed: Uint8Array): Buffer =>
  Buffer.concat([
    u16(version, names8, deflated),
    u32(noTime, crc32(bytes), packed.length, bytes.length),
    u16(Buffer.byteLength(name)),
  ]);

function directoryEntry(head: Buffer, name: string, offset: number): Buffer {
  const madeOnUnix = (3 << 8) | version;
  const noExtraNorComment = u16(0, 0, 0, 0);
  return Buffer.concat([
    u32(0x0201_4b50),
    u16(madeOnUnix),
    head,
    noExtraNorComment,
    u32(ownersOnly, offset),
    Buffer.from(name),
  ]);
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, at) => bytes.writeUInt16LE(value, 2 * at));
  return bytes;
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeUInt32LE(value, 4 * at));
  return bytes;
}
