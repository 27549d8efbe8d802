import { type Starter, schemaLine } from './starter.js';

export const boardStarter: Starter = {
  description: 'train on a learning board: here on an emulated one, whose firmware runs in this machine',
  configures: {
    command: 'train',
    file: 'board.yaml',
    load: async () => (await import('../train.js')).trainCommand,
  },
  files: {
    'board.yaml': `${schemaLine('board.yaml')}
# A training on a board. --device says which: a port (ohmprop board list shows them), serial:V0000001, or tcp://host:port.
preset: board-xor
seed: 1
training:
  epochs: 50
network:
  # An emulated board made for this run; take this out once --device names a real one.
  device: virtual
`,
  },
  next: ['ohmprop board list', 'ohmprop train board.yaml', 'ohmprop board info virtual'],
  yours:
    '--device: the port of your board (ohmprop doctor PORT looks at it first); nothing is written to it but by train, and board stop makes it safe',
};
