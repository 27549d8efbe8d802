export { type PolicyOptions, policyName, policyNames, updatePolicy } from './policies.js';
export type { FastArea, PolicyArea, PolicyRun, UpdatePolicy } from './update-policy.js';
