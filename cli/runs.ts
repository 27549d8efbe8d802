import type { CommandEntry } from './command-entry.js';

/** `ohmprop runs …`: each command's file is imported when it is called. */
export const runsCommands: readonly CommandEntry[] = [
  {
    name: 'list',
    description: 'what there is: how it stands, errors, tags',
    load: async () => (await import('./runs/list.js')).runsListCommand,
  },
  {
    name: 'show',
    description: 'one run: what it was made of, how it stands, what can be done with it',
    load: async () => (await import('./runs/show.js')).runsShowCommand,
  },
  {
    name: 'compare',
    description: 'runs beside each other: curves with bands over seeds, keys in which they differ',
    load: async () => (await import('./runs/compare.js')).runsCompareCommand,
  },
  {
    name: 'tag',
    description: 'give runs tags, or take tags away',
    load: async () => (await import('./runs/tag.js')).runsTagCommand,
  },
  {
    name: 'note',
    description: 'write a note to a run',
    load: async () => (await import('./runs/note.js')).runsNoteCommand,
  },
  {
    name: 'best',
    description: 'the run with the least error on validation samples',
    load: async () => (await import('./runs/best.js')).runsBestCommand,
  },
  {
    name: 'pack',
    description: 'runs as one file for a paper: configuration, inputs, numbers, references',
    load: async () => (await import('./runs/pack.js')).runsPackCommand,
  },
  {
    name: 'reproduce',
    description: 'compute a pack again: the same bits, or the first number that is another',
    load: async () => (await import('./runs/reproduce.js')).runsReproduceCommand,
  },
  {
    name: 'delete',
    description: 'delete runs for good, once asked',
    load: async () => (await import('./runs/delete.js')).runsDeleteCommand,
  },
];
