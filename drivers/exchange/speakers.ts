import { wordsOf } from './line-words.js';

/** What is known of by what it says of itself on a line, unasked or to bytes that it does not understand. The first that fits. */
const talkers: readonly [said: RegExp, what: string][] = [
  [/\bgrbl\b/i, 'Grbl, which drives motors'],
  [/\bmarlin\b|^echo:/im, 'firmware of a 3D printer'],
  [/micropython|circuitpython|^>>> ?/im, 'a Python prompt on a microcontroller'],
  [/u-boot|stop autoboot|\blogin:|password:/i, "a computer's console"],
  [/^(OK|ERROR|NO CARRIER|\+C\w+:.*)$/m, 'a modem, or something that answers as one'],
  [/^\$G[PNLA][A-Z]{3},/m, 'a satellite receiver'],
  [/^-\d{3},\s*"/m, 'an instrument that speaks SCPI'],
  // The four fields of an answer to *IDN?: maker, model, serial number, firmware (IEEE 488.2, 10.14).
  [/^[^,\r\n]+,[^,\r\n]+,[^,\r\n]+,[^,\r\n]+$/m, 'an instrument that says who it is'],
];

// Firmata reports its version unasked: F9 major minor, then its firmware's name as F0 79 major minor, letters in two halves of 7 bits, F7.
// Noise of another rate has these bytes too, but not in this order.
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes, not text
const saysFirmata = /\xf9[\0-\x7f]{2}\xf0\x79[\0-\x7f]{2}([\0-\x7f][\0\x01])+\xf7/;

/** What speaks on a line, by what came; nothing where nobody knows. */
export function speakerOf(bytes: Uint8Array): string | undefined {
  if (saysFirmata.test(Buffer.from(bytes).toString('latin1'))) return 'Firmata';
  const words = wordsOf(bytes);
  return words === undefined ? undefined : talkers.find(([said]) => said.test(words))?.[1];
}
