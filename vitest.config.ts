import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/longest-first.js';

export default defineConfig({
  // examples import what they show by its name, as their readers will
  resolve: { alias: { ohmprop: fileURLToPath(new URL('index.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    reporters: ['default', './test/skipped-tests.ts'],
    // a test that asserts nothing fails
    expect: { requireAssertions: true },
    // only against a test that never ends: nothing here may depend on how fast the machine is
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // processes, as tests of the command line change the working directory; each loads zod and mathjs but once, for many files
    pool: 'forks',
    isolate: false,
    // a third of the time tests wait for lines, watchdogs and other processes: half as many again keep all cores busy
    maxWorkers: '150%',
    sequence: { sequencer: LongestFirst },
  },
});
