// node pack-disk.js IMAGE: writes what is not zero of a disk's image to standard output, as page/disk.js reads it: records of
// little-endian words {offset (64 bits), length (32 bits)} and that many bytes.
import fs from 'node:fs';

const BLOCK_BYTES = 4096;
const CHUNK_BYTES = 16 << 20;

const fd = fs.openSync(process.argv[2], 'r');
const chunk = Buffer.alloc(CHUNK_BYTES);
const zeros = Buffer.alloc(BLOCK_BYTES);
for (let at = 0; ;) {
  const n = fs.readSync(fd, chunk, 0, CHUNK_BYTES, at);
  if (n === 0) break;
  for (let from = 0; from < n; from += BLOCK_BYTES) {
    const block = chunk.subarray(from, Math.min(from + BLOCK_BYTES, n));
    if (block.equals(zeros.subarray(0, block.length))) continue;
    const header = Buffer.alloc(12);
    header.writeBigUInt64LE(BigInt(at + from), 0);
    header.writeUInt32LE(block.length, 8);
    fs.writeSync(1, Buffer.concat([header, block]));
  }
  at += n;
}
