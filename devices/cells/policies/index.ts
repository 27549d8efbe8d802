export { type CellsToPlan, type PolicyPlan, plannedPolicy } from './planned-policy.js';
export { type PolicyOptions, policies, policyName, policyNames, updatePolicy } from './policies.js';
export type { FastArea, PolicyArea, PolicyRun, UpdatePolicy } from './update-policy.js';
