/** Consistent overhead byte stuffing (Cheshire & Baker, IEEE/ACM Trans. Networking 7:159, 1999): no zero byte inside. */

/** Stuffed bytes without a delimiter: at most one byte more for every 254. */
export function cobsEncode(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + Math.floor(bytes.length / 254) + 1);
  let code = 0;
  let at = 1;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0) {
      out[at++] = bytes[i];
      if (at - code < 255) continue;
    }
    out[code] = at - code;
    code = at++;
  }
  out[code] = at - code;
  return out.subarray(0, at);
}

/** What was stuffed, or undefined if the bytes cannot have been. */
export function cobsDecode(stuffed: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(stuffed.length);
  let length = 0;
  let at = 0;
  while (at < stuffed.length) {
    const code = stuffed[at++];
    const end = at + code - 1;
    if (code === 0 || end > stuffed.length) return undefined;
    while (at < end) {
      if (stuffed[at] === 0) return undefined;
      out[length++] = stuffed[at++];
    }
    if (code !== 255 && at < stuffed.length) out[length++] = 0;
  }
  return stuffed.length === 0 ? undefined : out.subarray(0, length);
}
