/** What is made of a gradient before the rates scale it; plain descent where nothing is said. */
export type Optimizer =
  | { readonly kind: 'sgd' }
  | { readonly kind: 'momentum'; readonly momentum: number }
  | { readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number };

/** The name of an optimiser, as `info.optimizers` lists those that a device has. */
export type OptimizerKind = Optimizer['kind'];
