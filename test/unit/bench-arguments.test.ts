import { expect, it } from 'vitest';
import { readArguments } from '../../bench/layered/arguments.js';

it('reads what the layered benchmark is asked for', () => {
  const read = readArguments([
    'presets=drn-xs',
    'batches=4,64',
    'threads=1,auto',
    'seconds=0.5',
    'checks=no',
  ]);
  expect(read).toMatchObject({ presets: ['drn-xs'], batches: [4, 64], threads: [1, 'auto'], seconds: 0.5 });
  expect(read).toMatchObject({ checks: false, inference: true, relaxed: false, compare: undefined });
});

it.each([
  ['preset=drn-xs', /preset=drn-xs: write key=value with one of .*did you mean "presets"\?/],
  ['fast', /fast: write key=value/],
  ['presets=drn-9h', /presets=drn-9h: needs one of drn-xs/],
  ['batches=4,none', /needs whole numbers above 0, got "none"/],
  ['threads=99', /needs whole numbers above 0 up to 8, got "99"/],
  ['seconds=-1', /needs a number above 0, got "-1"/],
  ['checks=maybe', /checks=maybe: needs yes or no/],
])('refuses %s', (argument, message) => {
  expect(() => readArguments([argument])).toThrow(message);
});
