// Reads the memory of another process of the same user, region by region, and searches it for byte strings (Linux: proc(5)).
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const chunkBytes = 16 * 1024 * 1024;
const overlapBytes = 1024;

/** The result for a process: how many bytes were read, and which byte strings were found. */
export type MemorySearch = { bytes: number; found: string[] };

/** Searches every readable region of `pid` for each byte string. Throws if the memory cannot be opened. */
export function searchMemory(pid: number, needles: ReadonlyMap<string, Buffer>): MemorySearch {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const found = new Set<string>();
  const buffer = Buffer.alloc(chunkBytes);
  let bytes = 0;
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) r\S+ \S+ \S+ \S+ *(.*)$/.exec(line) ?? [];
      // The kernel's own pages cannot be read in this way.
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

/** How much could be read. A region may have gone since it was listed, or have no memory behind it. */
function readRegion(memory: number, buffer: Buffer, wanted: number, at: bigint): number {
  try {
    return readSync(memory, buffer, 0, wanted, at);
  } catch (error) {
    if (['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}

/** The ways in which a number of a key may be stored in memory, each as a part that is too long to occur by chance. */
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
