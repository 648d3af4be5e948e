// Reads the memory of another process of this user, region by region, and looks for byte strings in it (Linux: proc(5)).
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const chunkBytes = 16 * 1024 * 1024;
const overlapBytes = 1024;

/** What was read of a process: how much, and which of the needles stand in it. */
export type MemorySearch = { bytes: number; found: string[] };

/** Looks for each needle in every readable region of `pid`. Throws when the memory cannot be opened. */
export function searchMemory(pid: number, needles: ReadonlyMap<string, Buffer>): MemorySearch {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const found = new Set<string>();
  const buffer = Buffer.alloc(chunkBytes);
  let bytes = 0;
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      // The kernel's own pages cannot be read this way.
      if (from === '' || /^\[v(?:var|syscall|var_vclock)\]$/.test(name)) continue;
      const end = BigInt(`0x${to}`);
      for (let at = BigInt(`0x${from}`); at < end; at += BigInt(chunkBytes - overlapBytes)) {
        const wanted = Number(end - at < BigInt(chunkBytes) ? end - at : BigInt(chunkBytes));
        const read = readRegion(memory, buffer, wanted, at);
        bytes += read;
        const part = buffer.subarray(0, read);
        for (const [needle, value] of needles) if (!found.has(needle) && part.includes(value)) found.add(needle);
      }
    }
  } finally {
    closeSync(memory);
  }
  return { bytes, found: [...found].sort() };
}

/** How much could be read: a region may be gone since it was listed, or not be backed by anything. */
function readRegion(memory: number, buffer: Buffer, wanted: number, at: bigint): number {
  try {
    return readSync(memory, buffer, 0, wanted, at);
  } catch (error) {
    if (['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

/** The ways in which a number of a key may stand in memory, each as a stretch of it that is long enough to be no chance. */
export function formsOf(name: string, base64url: string): [string, Buffer][] {
  const raw = Buffer.from(base64url, 'base64url');
  const middle = (bytes: Buffer, length: number) => {
    const from = Math.floor((bytes.length - length) / 2);
    return bytes.subarray(from, from + length);
  };
  return [
    [`${name} base64url`, middle(Buffer.from(base64url, 'latin1'), 40)],
    [`${name} base64`, middle(Buffer.from(raw.toString('base64'), 'latin1'), 40)],
    [`${name} hex`, middle(Buffer.from(raw.toString('hex'), 'latin1'), 48)],
    [`${name} HEX`, middle(Buffer.from(raw.toString('hex').toUpperCase(), 'latin1'), 48)],
    [`${name} bytes`, middle(raw, 24)],
    [`${name} bytes reversed`, middle(Buffer.from(raw).reverse(), 24)],
  ];
}
