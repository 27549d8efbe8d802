import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** Says at the end of a run which tests were skipped, and why: vitest's own summary only counts them. */
export default class SkippedTests implements Reporter {
  private isFiltered = false;

  onInit({ config }: Vitest): void {
    this.isFiltered = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap(({ children, relativeModuleId }) =>
      [...children.allTests('skipped')].flatMap((test) => {
        const note = noteOf(test);
        // what a filter of names leaves out looks like what is skipped by its declaration
        if (note === undefined && this.isFiltered) return [];
        return [`  ${relativeModuleId} > ${test.fullName}${note === undefined ? '' : `: ${note}`}`];
      }),
    );
    if (lines.length > 0) console.log(['Skipped:', ...lines, ''].join('\n'));
  }
}

function noteOf(test: TestCase): string | undefined {
  return (test.result() as { readonly note?: string }).note;
}
