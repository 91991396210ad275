import { crc32, inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeZip } from './zip.ts';

const entries = [
  { name: 'a.tf', bytes: Buffer.from('x = "é"\n'.repeat(500)) },
  { name: 'empty', bytes: Buffer.alloc(0) },
  { name: 'ä b.txt', bytes: Buffer.from([0, 255, 10]) },
];

/** Reads an archive as its format says: from its end to the directory, from there to each file. */
function readZip(zip: Buffer): { name: string; bytes: Buffer; mode: number }[] {
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x0605_4b50);
  const found = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    expect(zip.readUInt32LE(at)).toBe(0x0201_4b50);
    const [sum, packed, size] = [16, 20, 24].map((field) => zip.readUInt32LE(at + field));
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(local)).toBe(0x0403_4b50);
    // What stands before the file says the same as the directory.
    expect(zip.subarray(local + 4, local + 28)).toEqual(zip.subarray(at + 6, at + 30));
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = inflateRawSync(zip.subarray(start, start + (packed ?? 0)));
    expect([bytes.length, crc32(bytes)]).toEqual([size, sum]);
    found.push({
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      bytes,
      mode: zip.readUInt32LE(at + 38) >>> 16,
    });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  expect(at).toBe(end);
  return found;
}

test('an archive is read back as it was, each file its owner’s alone', () => {
  expect(readZip(makeZip(entries))).toEqual(entries.map((entry) => ({ ...entry, mode: 0o100600 })));
});

test('the same files make the same archive, packed', () => {
  const zip = makeZip(entries);
  expect(zip.equals(makeZip(entries))).toBe(true);
  expect(zip.length).toBeLessThan(700);
});

test('an archive of nothing is an archive', () => {
  expect(makeZip([]).toString('hex')).toBe(`504b0506${'00'.repeat(18)}`);
});
