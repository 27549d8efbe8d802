/** A file of somebody else's for the part "your file" of a guide. */
export interface YourFiles {
  /** By the name that the guide uses, under the folder of cases of OHMPROP_DATA. */
  readonly files: Readonly<Record<string, string>>;
  /** Lines that must be printed: what the case says is right. `…` stands for anything. */
  readonly printed: readonly string[];
}

/** By guide. No page was written from one of these files. */
export const yourFiles: Readonly<Record<string, YourFiles>> = {
  'guides/crossbar.md': {
    files: { 'R.csv': 'crossbar/01-first-segment/R.csv', 'V.csv': 'crossbar/01-first-segment/V.csv' },
    printed: ['  Output error |ΔI/I|: mean 4.11 %, largest 5.08 %'],
  },
  'guides/calibrate.md': {
    files: { 'mine.csv': 'calibration/A3-periodic-artefact/table_uS.csv' },
    printed: ['  potentiation: 60 states, without 8 outliers: NL 2.406 …', 'test accuracy …'],
  },
  'guides/board.md': { files: { 'mine.csv': 'learning/moons.csv' }, printed: ['test accuracy 9… % …'] },
};
