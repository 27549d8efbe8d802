/** A text with what its bytes were taken for. */
export interface DecodedText {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GB 18030' | 'Windows-1252';
}

/** Bytes looked at to tell text from what is none, and one encoding from another. */
const SAMPLE = 1 << 16;
/** Of a text's characters, so many may be controls: some instruments end their files with one. */
const MOST_CONTROLS = 0.002;

/**
 * The text in a file: UTF-8 or UTF-16 by its mark or by its zeros, else Windows-1252, in which every byte means something.
 * Undefined where it is no text.
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return asText(new TextDecoder(utf16).decode(bytes), 'UTF-16');
  try {
    return asText(new TextDecoder('utf-8', { fatal: true }).decode(bytes), 'UTF-8');
  } catch {
    // In Chinese encodings bytes above 0x80 stand in pairs; in western ones a µ stands alone.
    if (highBytesInPairs(bytes)) return asText(new TextDecoder('gb18030').decode(bytes), 'GB 18030');
    return asText(new TextDecoder('windows-1252').decode(bytes), 'Windows-1252');
  }
}

function highBytesInPairs(bytes: Uint8Array): boolean {
  let run = 0;
  let pairs = 0;
  for (let at = 0; at <= Math.min(bytes.length, SAMPLE); at++) {
    if (bytes[at] >= 0xa1) run++;
    else {
      if (run % 2 === 1) return false;
      pairs += run / 2;
      run = 0;
    }
  }
  return pairs >= 2;
}

function asText(text: string, encoding: DecodedText['encoding']): DecodedText | undefined {
  // Zeros and marks of the end (Ctrl-Z) after the last line are padding.
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  const trimmed = `${text.slice(text.charCodeAt(0) === 0xfeff ? 1 : 0, end)}\n`;
  const sample = trimmed.slice(0, SAMPLE);
  let controls = 0;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12) controls++;
  }
  if (sample.includes('\0') || controls > Math.max(2, MOST_CONTROLS * sample.length)) return undefined;
  return { text: trimmed.replaceAll('\r\r\n', '\n'), encoding };
}

const CTRL_Z = 26;
const isPadding = (code: number): boolean =>
  code === 0 || code === CTRL_Z || code === 32 || (code >= 9 && code <= 13);

/** By its mark, or by every second byte of the first ones being 0. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(bytes.length, 512) >> 1;
  if (pairs < 4) return undefined;
  const zeros = [0, 0];
  for (let at = 0; at < 2 * pairs; at++) if (bytes[at] === 0) zeros[at & 1]++;
  if (zeros[1] > 0.9 * pairs && zeros[0] === 0) return 'utf-16le';
  if (zeros[0] > 0.9 * pairs && zeros[1] === 0) return 'utf-16be';
  return undefined;
}
