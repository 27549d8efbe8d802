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
  'degree',
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

const floatFields = new Set<string>([
  'lowest',
  'highest',
  'tolerance',
  'outputChange',
  'deltaTolerance',
  'betaLow',
  'betaHigh',
]);

/** A record in a kernel's memory, by field name. */
export class KernelRecord<Name extends string> {
  private readonly whole: Int32Array;
  private readonly float: Float32Array;

  /** @param offset byte offset of the record */
  constructor(
    private readonly names: readonly Name[],
    buffer: SharedArrayBuffer,
    readonly offset: number,
  ) {
    this.whole = new Int32Array(buffer, offset, names.length);
    this.float = new Float32Array(buffer, offset, names.length);
  }

  set(fields: Partial<Readonly<Record<Name, number>>>): void {
    for (const name in fields) {
      const value = fields[name];
      if (value !== undefined) (floatFields.has(name) ? this.float : this.whole)[this.at(name)] = value;
    }
  }

  get(name: Name): number {
    return (floatFields.has(name) ? this.float : this.whole)[this.at(name)];
  }

  private at(name: Name): number {
    return this.names.indexOf(name);
  }
}
