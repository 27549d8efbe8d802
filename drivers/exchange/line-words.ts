import { quoted } from '../../core/index.js';

/** Shorter, it is more likely noise. */
const LEAST = 4;

/**
 * What a line said in plain words where a frame was expected: a server that is busy, the greeting of another device. Nothing
 * where it is not text.
 */
export function wordsOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('latin1').trim();
  return text.length >= LEAST && /^[\x20-\x7e\r\n\t]+$/.test(text) ? text : undefined;
}

/** Whether a server said that somebody else has the board: ours, and ser2net's "Port already in use". */
export function saysInUse(words: string | undefined): words is string {
  return words !== undefined && /\bin use\b/i.test(words);
}

/** `: it says "let go: …"`, or nothing. */
export function sayingOf(words: string | undefined): string {
  return words === undefined ? '' : `: it says ${quoted(words)}`;
}
