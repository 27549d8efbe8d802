// The records of assembly/cells/records.ts: names in the order of their 4-byte fields.

export const cellFields = [
  'state',
  'seen',
  'gainUp',
  'gainDown',
  'low',
  'high',
  'up',
  'down',
  'nodes',
  'noise',
  'seed',
  'group',
  'c2cKey',
  'rangeKey',
  'writeKey',
  'readKey',
  'statistics',
  'scratch',
  'alike',
] as const;

export const ageFields = [
  'written',
  'writer',
  'exponents',
  'relaxing',
  't0',
  'seed',
  'group',
  'key',
  'scratch',
] as const;

export const planFields = [
  'change',
  'lastRead',
  'counts',
  'mask',
  'kept',
  'up',
  'down',
  'nodes',
  'least',
  'most',
  'seed',
  'group',
  'key',
  'scratch',
] as const;

export const cellContrastFields = [
  'change',
  'rows',
  'columns',
  'stride',
  'batch',
  'deltaBefore',
  'meanBefore',
  'deltaAfter',
  'meanAfter',
  'factor',
  'shared',
] as const;
