/** What a test is given by its runner. */
export interface TestContext {
  /** Marks the test as skipped; may throw to end it. */
  skip(reason: string): void;
}

/**
 * The two functions of a test runner that the suites need: vitest's and node:test's fit as they are, mocha's with a context
 * whose `skip` takes a reason. What a test asserts, it asserts by node:assert.
 */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: (context: TestContext) => Promise<void>): unknown;
}
