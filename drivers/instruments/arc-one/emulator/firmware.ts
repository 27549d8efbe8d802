/** What an emulated processor waits for: its next line of input, or time that it is busy. */
export type Wait = { readonly for: 'line' } | { readonly for: 'time'; readonly seconds: number };

/** One thread of firmware: it is resumed with the line that it waited for. */
export type Firmware = Generator<Wait, void, string>;

/** The next field, as it came. */
export function* field(): Generator<Wait, string, string> {
  return yield { for: 'line' };
}

/** So many fields, as numbers; what is none is 0, as atof has it. */
export function* numbers(count: number): Generator<Wait, number[], string> {
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(numberOf(yield* field()));
  return values;
}

/** The processor is busy for so long. */
export function* busy(seconds: number): Generator<Wait, void, string> {
  yield { for: 'time', seconds };
}

/** The leading number of a text, 0 where there is none: atof of the C library. */
export function numberOf(text: string): number {
  const found = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?/.exec(text);
  return found === null ? 0 : Number(found[0]);
}
