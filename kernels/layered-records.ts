// The records of assembly/layered/structure.ts and update-record.ts: names in the order of their 4-byte fields.

export const networkFields = [
  'layers',
  'signals',
  'threads',
  'table',
  'zeros',
  'records',
  'products',
  'scratch',
  'scratchBytes',
  'changes',
  'changeBytes',
  'barrier',
  'drive',
  'targets',
] as const;

export const layerFields = [
  'size',
  'padded',
  'stride',
  'conductances',
  'rowBytes',
  'lowest',
  'highest',
  'nodeConductance',
  'inverse',
  'shareBefore',
  'shareAfter',
  'bias',
  'low',
  'high',
  'mask',
  'sumIn',
  'sumOut',
  'slicesIn',
  'slicesOut',
  'states',
  'difference',
  'mean',
  'product',
  'deltas',
  'slack',
  'current',
  'margin',
  'partial',
  'candidate',
  'change',
] as const;

export const phaseFields = [
  'columns',
  'delta',
  'fromRest',
  'first',
  'samples',
  'limit',
  'fixed',
  'tolerance',
  'outputChange',
  'deltaTolerance',
  'betaLow',
  'betaHigh',
  'reports',
] as const;

export const signalFields = ['starts', 'rows', 'values', 'scaled'] as const;

export const updateFields = [
  'batch',
  'factors',
  'biasFactors',
  'signals',
  'nextBatch',
  'nextSignals',
  'nextDrive',
] as const;
