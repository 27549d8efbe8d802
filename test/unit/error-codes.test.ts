import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// docs/troubleshooting.md, held against the codes that the sources throw.

const root = fileURLToPath(new URL('../..', import.meta.url));
const rooms = ['calibration', 'circuits', 'cli', 'core', 'devices', 'drivers', 'experiments', 'learning'];
rooms.push('records', 'report', 'solver');

/** Codes with how many places throw them. */
const thrown = new Map<string, number>();
for (const room of rooms) {
  for (const file of readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(join(root, room, file), 'utf8');
    const places = source.matchAll(
      /(?:inputError|runError|OhmpropError|code:)\(?\s*'([a-z][a-z-]*(?:\.[a-z-]+)?)'/g,
    );
    for (const [, code] of places) thrown.set(code, (thrown.get(code) ?? 0) + 1);
  }
}

const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8');
const told = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...line.split('|')[1].matchAll(/`([^`]+)`/g)].map(([, code]) => code));

describe('the page of troubleshooting', () => {
  it('names only codes that something throws, each once', () => {
    expect(told.length).toBeGreaterThan(60);
    expect(told.filter((code) => !thrown.has(code))).toEqual([]);
    expect(told.filter((code, k) => told.indexOf(code) !== k)).toEqual([]);
  });

  it('has those that are thrown at the most places', () => {
    const often = [...thrown].filter(([, places]) => places > 8).map(([code]) => code);
    expect(often.length).toBeGreaterThan(8);
    // What a library user alone can do: its message is all there is to say.
    const inside = ['device.sweep', 'train.option', 'crossbar.weights', 'cells.closed', 'custom'];
    expect(often.filter((code) => !told.includes(code) && !inside.includes(code))).toEqual([]);
  });
});
