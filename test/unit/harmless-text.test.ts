import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inputError, printable, printableJson, printableLine, quoted } from '../../core/index.js';
import { isSafeKey, readJson } from '../../core/input/index.js';
import { readYaml } from '../../core/yaml/index.js';

const harmful = /[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Cs}/u;
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\x1b', '\x9b', '\u202e', '\ud800', '\n', 'a') }),
);

describe('text from outside', () => {
  it('steers no terminal, however it is shown, and is shown the same twice', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text)).not.toMatch(harmful);
        expect(printable(printable(text))).toBe(printable(text));
        for (const line of [printableLine(text, 80), quoted(text)])
          expect(line).not.toMatch(/\p{Cc}|\p{Cs}/u);
        expect(inputError('test', text).message).not.toMatch(harmful);
        expect(JSON.parse(printableJson(JSON.stringify(text)))).toBe(JSON.parse(JSON.stringify(text)));
      }),
    );
  });

  it('is cut to 80 characters, and a whole message to 8000', () => {
    expect(quoted('x'.repeat(81))).toBe(`"${'x'.repeat(79)}…"`);
    expect(quoted('x'.repeat(80))).toBe(`"${'x'.repeat(80)}"`);
    expect(quoted('\x1b]0;T\x07\u202e')).toBe('"\\x1b]0;T\\x07\\u202e"');
    expect(inputError('test', 'x'.repeat(1e6)).message).toHaveLength(8000);
    expect(printable('a\tb\nc\r')).toBe('a\tb\nc\\x0d');
  });
});

describe('YAML and JSON', () => {
  const refusal = (text: string): string => {
    try {
      readYaml(text, 'f.yaml', 'code');
      return 'none';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['a: 1\nb: {c: 2, c: 3}', /f\.yaml:2:11: .*"c" stands twice/],
    ['a: 1\n__proto__: 2', /"__proto__": unknown key/],
    ['- {constructor: {prototype: 1}}', /"0\.constructor": unknown key/],
    ['%YAML 1.1\n---\na: !!binary aGk=', /"a": only texts, numbers/],
    ['%YAML 1.1\n---\na: !!set {x, y}', /"a": only texts, numbers/],
    [`${'- '.repeat(100)}a`, /nested more than 64 deep/],
    ['a: 1\n---\nb: 2', /multiple documents/],
    ['a: [1', /f\.yaml:1:\d+: not YAML or JSON/],
  ])('%s is refused', (text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it('give back what JSON holds, and refuse keys that reach a prototype', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const safe = (at: unknown): boolean =>
      typeof at !== 'object' ||
      at === null ||
      Object.entries(at).every(([key, inner]) => isSafeKey(key) && safe(inner));
    fc.assert(
      fc.property(value, (tree) => {
        const text = JSON.stringify(tree);
        if (!safe(tree)) expect(() => readJson(text)).toThrow(/unknown key/);
        else expect(readJson(text)).toEqual(JSON.parse(text));
      }),
    );
    expect(() => readJson('{"a":{"__proto__":1}}')).toThrow(/"a\.__proto__": unknown key/);
    expect(readYaml('a: &x [1, 2.5]\nb: *x\n# c\n', 'f', 'c')).toEqual({ a: [1, 2.5], b: [1, 2.5] });
  });
});
