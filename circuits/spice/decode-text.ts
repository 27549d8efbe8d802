/**
 * The text of a file in UTF-8, or in what LTspice writes: Windows-1252, where µ is one byte, and UTF-16 of either order.
 * Without a mark, UTF-16 is told by zeros in every other byte of its beginning.
 */
export function decodeText(bytes: Uint8Array): string {
  const text = lettersOf(bytes);
  // Lines that end in a return alone, as on old Macintoshes.
  return text.includes('\n') ? text : text.replaceAll('\r', '\n');
}

function lettersOf(bytes: Uint8Array): string {
  const order = byteOrder(bytes);
  if (order !== undefined) return new TextDecoder(order).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Letters of the beginning that are looked at. */
const LOOKED_AT = 32;
/** What share of them has a zero in one byte, where text is UTF-16. */
const MOST = 0.7;

function byteOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const count = Math.min(LOOKED_AT, bytes.length >> 1);
  if (count < 4) return undefined;
  let [even, odd] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (bytes[2 * k] === 0) even++;
    if (bytes[2 * k + 1] === 0) odd++;
  }
  // Ω and the like have two bytes that count.
  if (odd >= MOST * count && even === 0) return 'utf-16le';
  return even >= MOST * count && odd === 0 ? 'utf-16be' : undefined;
}
