// The suites of the two contracts, for whoever implements one: give them a test runner and something to test.
export { analogDeviceSuite, type DeviceUnderTest } from './analog-device.js';
export { type CellArrayUnderTest, cellArraySuite } from './cell-array.js';
export type { TestContext, TestRunner } from './runner.js';
